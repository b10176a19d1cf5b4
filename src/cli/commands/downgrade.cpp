#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const RunReport report =
        downgrade(*connection, invocation.dialect(), history, invocation.arguments().value("revision"),
                  invocation.run_options(), invocation.output());
    if (invocation.json()) {
        print_json(invocation.output(), to_json(report));
    } else if (report.nothing_to_do()) {
        invocation.output().note("nothing to do: the database is at the target already");
    } else {
        invocation.output().note(fmt::format("took back {} revision{} in {}", report.revisions.size(),
                                             report.revisions.size() == 1 ? "" : "s",
                                             duration_text(report.duration)));
    }
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
