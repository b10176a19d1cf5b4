#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/script_start.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int print_stamp_script(Invocation& invocation, const History& history, std::vector<std::string> targets) {
    if (invocation.arguments().has("purge")) {
        throw Error("a script cannot empty a journal whose rows it does not know")
            .at("--purge --sql")
            .state("nothing was printed")
            .hint("run `schemist stamp --purge` on the database itself")
            .exit_code(ExitCode::configuration);
    }
    std::vector<std::string> applied;
    if (targets.size() == 1) {
        ScriptRange range = script_range(invocation, history, targets.front());
        applied = std::move(range.applied);
        targets = {range.target};
    }
    return print_script(
        invocation, stamp_script(invocation.dialect(), history, applied, targets, invocation.run_options()));
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const std::vector<std::string> targets = invocation.arguments().values("revisions");
    if (invocation.arguments().has("sql")) {
        return print_stamp_script(invocation, history, targets);
    }
    const auto connection = invocation.connect_to_write();
    const StampReport report =
        stamp(*connection, invocation.dialect(), history, targets, invocation.arguments().has("purge"),
              invocation.run_options(), invocation.output());
    if (invocation.json()) {
        print_json(invocation.output(), {{"added", report.added}, {"removed", report.removed}});
        return 0;
    }
    for (const std::string& id : report.removed) {
        invocation.output().result(fmt::format("- {}\n", id));
    }
    for (const std::string& id : report.added) {
        invocation.output().result(fmt::format("+ {}\n", id));
    }
    if (report.added.empty() && report.removed.empty()) {
        invocation.output().note("nothing to do: the journal says so already");
    }
    return 0;
}

}  // namespace

const Command stamp_command{
    "stamp",
    "Make the journal say that a revision is applied, without running anything",
    {{"revisions", OptionForm::positionals,
      "head, heads, base, an id or its beginning, label@head; several for several lines; with --sql FROM:TO",
      true},
     {"--purge", OptionForm::flag, "Empty the journal first, whatever it says"},
     {"--sql", OptionForm::flag,
      "Print the SQL instead of running it: for an empty database, or from FROM on"}},
    run,
    "schemist stamp head"};

}  // namespace schemist::cli
