#pragma once
// The database's clock, in the form in which a column keeps time.

#include <schemist/codec.hpp>

#include <string_view>

namespace schemist {

std::string_view now_expression(TypeKind kind, DialectName dialect);

}  // namespace schemist
