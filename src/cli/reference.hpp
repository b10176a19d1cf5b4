#pragma once
// The reference page of all commands, and what shells complete, made from the same lists as their help.

#include "cli/command.hpp"

#include <span>
#include <string>

namespace schemist::cli {

std::string reference_page(std::span<const Command> commands);

// Scripts for a shell: bash, zsh or fish; empty for another.
std::string completion_script(std::string_view shell, std::span<const Command> commands);

}  // namespace schemist::cli
