#pragma once
// The operators and support functions of an operator class, or of a family beside its classes.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <string_view>

namespace schemist::postgresql {

// The rows that make members of the objects of that catalogue: catalogue and oid of the member, oid of its owner, text.
std::string operator_members_query(std::string_view catalogue);

// "btree" of "(btree)", as written in SQL.
std::string access_method_of(const std::string& signature);

}  // namespace schemist::postgresql
