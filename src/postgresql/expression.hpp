#pragma once
// Expressions as the server prints them, written so that it reads the same thing again. Pure.

#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

// What the server prints of `role IN ('a', 'b')` on a varchar, `(role)::text = ANY ((ARRAY['a'::character varying, ...])::text[])`,
// it reads back as another expression, with the cast moved into the array: nothing would ever converge. This gives the
// IN again, or where there was none an array that is cast to its own type first, which the server leaves alone.
std::string reparsable(std::string_view expression);

// The expressions of a list, "lower(a), (b + 1)"; none of an empty text.
std::vector<std::string_view> split_list(std::string_view list);

}  // namespace schemist::postgresql
