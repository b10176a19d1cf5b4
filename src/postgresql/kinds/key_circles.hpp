#pragma once
// Tables that refer to each other, and are made or dropped together. Pure.

#include "schema/change.hpp"

#include <set>
#include <string>
#include <utility>

namespace schemist::postgresql {

// Tables, with the names of their foreign keys.
using KeysInCircles = std::set<std::pair<Name, std::string>>;

// The keys that must be made after, or dropped before, the tables that are created or dropped: without them no table of
// the others refers to itself by way of others.
KeysInCircles keys_in_circles(const Changes& changes);

}  // namespace schemist::postgresql
