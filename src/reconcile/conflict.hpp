#pragma once
// What stands between a database and a revision, for people.

#include "reconcile/match.hpp"

#include <schemist/error.hpp>

#include <string>
#include <vector>

namespace schemist {

// The lines of the SQL that makes an object in which two states of it differ.
struct Sides {
    std::string object;  // "table notes"
    std::vector<std::string> live;
    std::vector<std::string> expected;
};

std::vector<Sides> sides(const Changes& conflicts, const Schema& live, const Schema& expected,
                         const Dialect& dialect);

// Says object by object what differs and why the closest revision is not it. `reasons` are those that are no difference.
Error conflict(const Match& match, const std::vector<std::string>& reasons, const History& history,
               const Dialect& dialect);

}  // namespace schemist
