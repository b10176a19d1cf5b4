#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/script_start.hpp"
#include "cli/stop_on_signal.hpp"
#include "history/range.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const std::string target = invocation.arguments().value("revision");
    if (invocation.arguments().has("sql")) {
        if (!range_ends(target)) {
            throw Error(fmt::format("'{}' does not say from where a downgrade as a script begins", target))
                .state("nothing was printed")
                .hint("write FROM:TO, as in head:base, or current:-1 for where the database is")
                .exit_code(ExitCode::configuration);
        }
        const ScriptRange range = script_range(invocation, history, target);
        return print_script(invocation, downgrade_script(invocation.dialect(), history, range.applied,
                                                         range.target, invocation.run_options()));
    }
    const StopOnSignal stop;
    const auto connection = invocation.connect_patiently(stop.token());
    const RunReport report = downgrade(*connection, invocation.dialect(), history, target,
                                       invocation.live_run_options(stop.token()), invocation.output());
    print_run(invocation, report, "took back");
    return 0;
}

}  // namespace

const Command downgrade_command{
    "downgrade",
    "Take revisions back down to a target: base, an id, -1",
    {{"revision", OptionForm::positional,
      "base, an id or its beginning, -n, id-n, label@-1; with --sql FROM:TO", true},
     {"--sql", OptionForm::flag, "Print the SQL from FROM down to TO instead of running it"}},
    run,
    "schemist downgrade -1"};

}  // namespace schemist::cli
