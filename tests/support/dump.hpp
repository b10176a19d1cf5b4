#pragma once
// pg_dump's text made comparable.

#include <string>
#include <string_view>
#include <vector>

namespace schemist::test {

// With the columns of each CREATE TABLE sorted: neither database can move a column, so their order is no
// difference.
std::string with_sorted_columns(std::string_view dump);

// The statements that only one of two dumps has, "expected: " or "found: " in front. Their order is none of the structure: it
// also depends on when an object was made.
std::vector<std::string> difference_of_dumps(std::string_view expected, std::string_view found);

}  // namespace schemist::test
