#include "cli/commands.hpp"
#include "cli/current.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"
#include "cli/shell_words.hpp"

#include <schemist/error.hpp>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include <fmt/format.h>
#include <sys/wait.h>

namespace schemist::cli {
namespace {

std::string editor() {
    for (const char* name : {"VISUAL", "EDITOR"}) {
        const char* value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return value;
        }
    }
    throw Error("there is no editor")
        .state("nothing was changed")
        .hint("set VISUAL or EDITOR, as in EDITOR=nano")
        .exit_code(ExitCode::configuration);
}

const Revision& only_one(const std::vector<const Revision*>& named, const std::string& expression) {
    if (named.size() != 1) {
        std::string ids;
        for (const Revision* revision : named) {
            ids += (ids.empty() ? "" : ", ") + revision->id;
        }
        throw Error(
            fmt::format("'{}' names {} revisions{}", expression, named.size(), ids.empty() ? "" : ": " + ids))
            .state("nothing was changed")
            .hint("name one of them")
            .exit_code(ExitCode::configuration);
    }
    return *named.front();
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const std::string expression = invocation.arguments().value("revision");
    const std::vector<std::string> current =
        expression == "current" ? current_of_database(invocation, history) : std::vector<std::string>{};
    const std::string path = only_one(revisions_named(history, expression, current), expression).path;
    // The editor may have options, and the path may have blanks.
    const std::string command = editor() + " " + shell_quoted(path);
    const int status = std::system(command.c_str());
    if (status != 0) {
        throw Error(
            fmt::format("the editor ended with status {}", WIFEXITED(status) ? WEXITSTATUS(status) : status))
            .at(path)
            .hint("VISUAL or EDITOR names the editor")
            .exit_code(ExitCode::configuration);
    }
    // A mistake is best said while the file is still in mind.
    invocation.history();
    if (invocation.json()) {
        print_json(invocation.output(), {{"edited", path}});
    } else {
        invocation.output().result(fmt::format("edited {}\n", path));
    }
    return 0;
}

}  // namespace

const Command edit_command{
    "edit",
    "Open a revision in $VISUAL or $EDITOR, and check all files afterwards",
    {{"revision", OptionForm::positional, "An id or its beginning, head, label@head, current", true}},
    run,
    "EDITOR=nano schemist edit head"};

}  // namespace schemist::cli
