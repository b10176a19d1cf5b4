#include "cli/commands.hpp"
#include "cli/hooks.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/script_start.hpp"
#include "cli/stop_on_signal.hpp"

namespace schemist::cli {
namespace {

std::string ids_of(const RunReport& report) {
    std::string ids;
    for (const RevisionRun& run : report.revisions) {
        ids += (ids.empty() ? "" : " ") + run.id;
    }
    return ids;
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const std::string target = invocation.arguments().value("revision");
    if (invocation.arguments().has("sql")) {
        const ScriptRange range = script_range(invocation, history, target);
        return print_script(invocation, upgrade_script(invocation.dialect(), history, range.applied,
                                                       range.target, invocation.run_options()));
    }
    const Config& config = invocation.config();
    run_hook(config, {"hooks.before_upgrade", config.hooks.before_upgrade, "SCHEMIST_TARGET", target,
                      "nothing was changed"});
    const StopOnSignal stop;
    const auto connection = invocation.connect_patiently(stop.token());
    const RunReport report = upgrade(*connection, invocation.dialect(), history, target,
                                     invocation.live_run_options(stop.token()), invocation.output());
    print_run(invocation, report, "upgraded by");
    if (!report.nothing_to_do()) {
        run_hook(config, {"hooks.after_upgrade", config.hooks.after_upgrade, "SCHEMIST_REVISIONS",
                          ids_of(report), "the upgrade is done"});
    }
    return 0;
}

}  // namespace

const Command upgrade_command{
    "upgrade",
    "Apply revisions up to a target: head, heads, an id, +1",
    {{"revision", OptionForm::positional,
      "head, heads, an id or its beginning, +n, id+n, label@head; with --sql FROM:TO", true},
     {"--sql", OptionForm::flag,
      "Print the SQL instead of running it: for an empty database, or from FROM on"}},
    run,
    "schemist upgrade head"};

}  // namespace schemist::cli
