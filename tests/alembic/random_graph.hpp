#pragma once
// Random histories with branches, merges, labels and dependencies, and random questions about them.

#include "history/graph.hpp"

#include <random>
#include <string>
#include <vector>

namespace schemist::test {

struct Question {
    std::string verb;                  // upgrade, downgrade, stamp, history
    std::vector<std::string> applied;  // in the order of the history
    std::string target;
};

std::vector<Revision> random_revisions(std::mt19937& random);
Question random_question(const History& history, std::mt19937& random);
Question random_range(const History& history, std::mt19937& random);

}  // namespace schemist::test
