#pragma once
// Commands that a project wants run around what Schemist does.

#include "cli/project.hpp"

#include <string>
#include <string_view>

namespace schemist::cli {

struct Hook {
    std::string_view setting;  // "hooks.before_upgrade"
    std::string command;       // empty: there is none
    std::string variable;      // that the command finds `value` in
    std::string value;
    std::string state;  // of the world when the command fails
};

// In the folder of schemist.toml, with its output on standard error. Throws Error when it fails.
void run_hook(const Config& config, const Hook& hook);

}  // namespace schemist::cli
