#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

Resolution resolution_of(const Arguments& arguments) {
    if (arguments.has("done") == arguments.has("undone")) {
        throw Error("say --done or --undone")
            .state("nothing was changed")
            .hint(
                "--done: the statement took effect; --undone: it did not, and what it left behind is removed")
            .exit_code(ExitCode::configuration);
    }
    return arguments.has("done") ? Resolution::done : Resolution::undone;
}

int run(Invocation& invocation) {
    const Resolution resolution = resolution_of(invocation.arguments());
    const History history = invocation.history();
    const auto connection = invocation.connect_to_write();
    const JournalRow row =
        resolve(*connection, invocation.dialect(), history, invocation.arguments().value("revision"),
                resolution, invocation.run_options(), invocation.output());
    if (invocation.json()) {
        print_json(invocation.output(), {{"revision", row.id},
                                         {"step", row.in_flight},
                                         {"resolved", resolution == Resolution::done ? "done" : "undone"}});
        return 0;
    }
    invocation.output().result(
        fmt::format("step {} of revision {} is {} now; the next run goes on from there\n", row.in_flight,
                    row.id, resolution == Resolution::done ? "done" : "not begun"));
    return 0;
}

}  // namespace

const Command resolve_command{
    "resolve",
    "Say what became of a statement outside of a transaction during which a process died",
    {{"revision", OptionForm::positional, "the revision; the interrupted one when it is left out", false},
     {"--done", OptionForm::flag, "It took effect: go on behind it"},
     {"--undone", OptionForm::flag, "It did not, and left nothing behind: run it again"}},
    run,
    "schemist resolve --done"};

}  // namespace schemist::cli
