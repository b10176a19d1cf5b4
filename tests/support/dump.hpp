#pragma once
// pg_dump's text made comparable.

#include <string>
#include <string_view>

namespace schemist::test {

// With the columns of each CREATE TABLE sorted: neither database can move a column, so their order is no
// difference.
std::string with_sorted_columns(std::string_view dump);

}  // namespace schemist::test
