#pragma once
// What `schemist doctor` looks at: one line for each thing, with the cure.

#include "cli/project.hpp"

#include <string>
#include <vector>

namespace schemist::cli {

enum class Health { good, doubtful, bad };

struct Finding {
    std::string name;
    Health health = Health::good;
    std::string text;
    std::string cure = {};
    ExitCode exit_code = ExitCode::success;  // of a bad one
};

// From the configuration on to the structure; what cannot be looked at because of an earlier finding is left out.
// Changes nothing.
std::vector<Finding> examine_project(Invocation& invocation);

}  // namespace schemist::cli
