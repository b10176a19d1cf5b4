#pragma once
// All commands, in the order in which help lists them. Each has a file of its own in commands/.

#include "cli/command.hpp"

#include <span>

namespace schemist::cli {

extern const Command init_command;
extern const Command revision_command;
extern const Command upgrade_command;
extern const Command downgrade_command;
extern const Command current_command;
extern const Command status_command;
extern const Command history_command;
extern const Command heads_command;
extern const Command merge_command;
extern const Command squash_command;
extern const Command show_command;
extern const Command stamp_command;
extern const Command adopt_command;
extern const Command verify_command;
extern const Command resolve_command;
extern const Command check_command;
extern const Command diff_command;
extern const Command dump_command;
extern const Command models_command;
extern const Command branches_command;
extern const Command edit_command;
extern const Command log_command;
extern const Command doctor_command;
extern const Command diagram_command;
extern const Command import_command;
extern const Command plan_command;
extern const Command list_templates_command;
extern const Command help_command;
extern const Command completion_command;

std::span<const Command> all_commands();

}  // namespace schemist::cli
