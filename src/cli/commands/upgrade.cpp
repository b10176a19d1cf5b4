#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/stop_on_signal.hpp"

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const std::string target = invocation.arguments().value("revision");
    if (invocation.arguments().has("sql")) {
        // Offline: nothing is asked of a database, so that it is for an empty one.
        invocation.output().result(
            upgrade_script(invocation.dialect(), history, {}, target, invocation.run_options()));
        return 0;
    }
    const StopOnSignal stop;
    const auto connection = invocation.connect_patiently(stop.token());
    const RunReport report = upgrade(*connection, invocation.dialect(), history, target,
                                     invocation.live_run_options(stop.token()), invocation.output());
    print_run(invocation, report, "upgraded by");
    return 0;
}

}  // namespace

const Command upgrade_command{
    "upgrade",
    "Apply revisions up to a target: head, heads, an id, +1",
    {{"revision", OptionForm::positional, "head, heads, an id or its beginning, +n, id+n", true},
     {"--sql", OptionForm::flag, "Print the SQL for an empty database instead of running it"}},
    run};

}  // namespace schemist::cli
