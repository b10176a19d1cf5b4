#include "cli/hooks.hpp"

#include "cli/shell_words.hpp"

#include <schemist/error.hpp>

#include <cstdlib>

#include <fmt/format.h>
#include <sys/wait.h>

namespace schemist::cli {

void run_hook(const Config& config, const Hook& hook) {
    if (hook.command.empty()) {
        return;
    }
    const std::string command =
        fmt::format("cd {} && export {}={}\n({}\n) >&2", shell_quoted(config.folder.string()), hook.variable,
                    shell_quoted(hook.value), hook.command);
    const int status = std::system(command.c_str());
    if (status != 0) {
        throw Error(fmt::format("the command of {} ended with status {}", hook.setting,
                                WIFEXITED(status) ? WEXITSTATUS(status) : status))
            .at(std::string(hook.setting))
            .state(hook.state)
            .hint(fmt::format("its words stand above; it was: {}", hook.command))
            .exit_code(ExitCode::configuration);
    }
}

}  // namespace schemist::cli
