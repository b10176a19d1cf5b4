#pragma once
// Scripts of many statements.

#include "schema/dialect.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::sqlite {

// As Dialect::split and Dialect::without_comments.
std::vector<ScriptStatement> split(std::string_view script);
std::string without_comments(std::string_view script);

}  // namespace schemist::sqlite
