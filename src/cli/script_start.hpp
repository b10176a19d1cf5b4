#pragma once
// From where to where a printed script goes.

#include "cli/project.hpp"

#include <string>
#include <vector>

namespace schemist::cli {

struct ScriptRange {
    std::vector<std::string> applied;  // in the order of application
    std::string target;
};

// FROM:TO, or TO alone for an empty database; `current` as FROM asks the database that the URL names.
ScriptRange script_range(Invocation& invocation, const History& history, const std::string& expression);

}  // namespace schemist::cli
