#pragma once
// The order in which actions work. Pure.

#include "schema/dialect.hpp"

#include <vector>

namespace schemist {

// Either the actions in order, or those that wait for each other, one group a circle.
struct Order {
    std::vector<DdlAction> actions;
    std::vector<std::vector<DdlAction>> circles;
};

// Orders actions by what they create, need, free and drop (see DdlAction). Where these leave a choice,
// constraints and indexes go first, then what adds, then what drops; and within that the given order is kept,
// so that the same input always gives the same plan.
Order order_actions(std::vector<DdlAction> actions);

// What makes these changes, in order. What would wait for itself is done by two actions where the dialect can do so
// (DdlAction::divisible). Throws Error, naming the statements, where that is not enough.
std::vector<DdlAction> ordered_actions(const Changes& changes, const Schema& from, const Schema& to,
                                       const Dialect& dialect);

}  // namespace schemist
