#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const RunReport report =
        downgrade(*connection, invocation.dialect(), history, invocation.arguments().value("revision"),
                  invocation.run_options(), invocation.output());
    print_run(invocation, report, "took back");
    return 0;
}

}  // namespace

const Command downgrade_command{
    "downgrade",
    "Take revisions back down to a target: base, an id, -1",
    {{"revision", OptionForm::positional, "base, an id or its beginning, -n, id-n", true},
     {"--interrupted", OptionForm::value,
      "done or retry: what to do with a statement during which a process died"}},
    run};

}  // namespace schemist::cli
