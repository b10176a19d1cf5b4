#pragma once
// The order in which actions work. Pure.

#include "schema/dialect.hpp"

#include <vector>

namespace schemist {

// Orders actions by what they create, need, free and drop (see DdlAction). Where these leave a choice,
// constraints and indexes go first, then what adds, then what drops; and within that the given order is kept,
// so that the same input always gives the same plan. Throws Error, naming the objects, when there is a cycle.
std::vector<DdlAction> order_actions(std::vector<DdlAction> actions);

// What makes these changes, in order. What would be in a cycle is done by two actions where the dialect can do so
// (DdlAction::divisible).
std::vector<DdlAction> ordered_actions(const Changes& changes, const Schema& from, const Schema& to,
                                       const Dialect& dialect);

}  // namespace schemist
