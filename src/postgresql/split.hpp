#pragma once
// Scripts cut into statements by PostgreSQL's own grammar. Pure.

#include "schema/dialect.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

std::vector<ScriptStatement> split_script(std::string_view script);

std::string script_without_comments(std::string_view script);

}  // namespace schemist::postgresql
