#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/stop_on_signal.hpp"

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const StopOnSignal stop;
    const auto connection = invocation.connect_patiently(stop.token());
    const RunReport report =
        downgrade(*connection, invocation.dialect(), history, invocation.arguments().value("revision"),
                  invocation.live_run_options(stop.token()), invocation.output());
    print_run(invocation, report, "took back");
    return 0;
}

}  // namespace

const Command downgrade_command{
    "downgrade",
    "Take revisions back down to a target: base, an id, -1",
    {{"revision", OptionForm::positional, "base, an id or its beginning, -n, id-n", true}},
    run};

}  // namespace schemist::cli
