#include "cli/commands.hpp"

namespace schemist::cli {

std::span<const Command> all_commands() {
    static const std::vector<Command> commands{
        init_command,    list_templates_command, revision_command,   merge_command,    squash_command,
        upgrade_command, downgrade_command,      current_command,    status_command,   plan_command,
        log_command,     history_command,        heads_command,      branches_command, show_command,
        edit_command,    stamp_command,          adopt_command,      verify_command,   resolve_command,
        doctor_command,  check_command,          diff_command,       dump_command,     diagram_command,
        import_command,  models_command,         completion_command, help_command,
    };
    return commands;
}

}  // namespace schemist::cli
