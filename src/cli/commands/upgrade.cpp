#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

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
    const auto connection = invocation.connect();
    const RunReport report = upgrade(*connection, invocation.dialect(), history, target,
                                     invocation.run_options(), invocation.output());
    print_run(invocation, report, "upgraded by");
    return 0;
}

}  // namespace

const Command upgrade_command{
    "upgrade",
    "Apply revisions up to a target: head, heads, an id, +1",
    {{"revision", OptionForm::positional, "head, heads, an id or its beginning, +n, id+n", true},
     {"--interrupted", OptionForm::value,
      "done or retry: what to do with a statement during which a process died"},
     {"--sql", OptionForm::flag, "Print the SQL for an empty database instead of running it"}},
    run};

}  // namespace schemist::cli
