#pragma once
// Ranges of revisions, as `history --rev-range` and scripts take them: `a:b`, `a:`, `:b`, `-3:current`, `current:+2`.

#include "history/target.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

struct RangeEnds {
    std::string_view lower;  // empty: the bases
    std::string_view upper;  // empty: all heads
};

// Nothing for an expression without a colon.
std::optional<RangeEnds> range_ends(std::string_view expression);

// Both ends and what lies between them, newest first. `current` stands for what is applied. Throws Error
// (configuration) when the lower end is not below the upper one.
std::vector<std::string> range(const History& history, AppliedIds applied, std::string_view expression);

}  // namespace schemist
