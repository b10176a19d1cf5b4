#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/reference.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

// What the scripts ask for while somebody types.
std::string revision_names(const Invocation& invocation) {
    const History history = invocation.history();
    std::string names = "head\nheads\nbase\n";
    for (const Revision& revision : history.revisions()) {
        names += revision.id + "\n";
        for (const std::string& label : revision.labels) {
            names += fmt::format("{}\n{}@head\n", label, label);
        }
    }
    return names;
}

int run(Invocation& invocation) {
    const std::string shell = invocation.arguments().value("shell");
    const std::string text =
        shell == "revisions" ? revision_names(invocation) : completion_script(shell, all_commands());
    if (text.empty()) {
        throw Error(fmt::format("there is no completion for the shell '{}'", shell))
            .hint("there is one for bash, zsh and fish")
            .exit_code(ExitCode::configuration);
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"shell", shell}, {"script", text}});
    } else {
        invocation.output().result(text);
    }
    return 0;
}

}  // namespace

const Command completion_command{"completion",
                                 "Print what makes a shell complete commands, options and revisions",
                                 {{"shell", OptionForm::positional, "bash, zsh or fish", true}},
                                 run,
                                 "source <(schemist completion bash)"};

}  // namespace schemist::cli
