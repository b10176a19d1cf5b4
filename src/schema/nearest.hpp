#pragma once
// "Did you mean": which of the known words are close to one that is not known.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// How many letters must be inserted, removed, changed or swapped with their neighbour.
std::size_t edit_distance(std::string_view left, std::string_view right);

// The closest of them, best first, at most `limit`, and none that has little in common with the word.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> known,
                                 std::size_t limit = 3);

}  // namespace schemist
