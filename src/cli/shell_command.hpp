#pragma once
// Another program's part in a command's work, run by the shell.

#include <string>

namespace schemist::cli {

struct ShellResult {
    int status;          // that it ended with; -1 when the shell could not be started
    std::string output;  // what it printed; its errors went to those of this program
};

ShellResult run_in_shell(const std::string& command);

}  // namespace schemist::cli
