#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect_to_write();
    const StampReport report =
        stamp(*connection, invocation.dialect(), history, invocation.arguments().value("revision"),
              invocation.arguments().has("purge"), invocation.run_options(), invocation.output());
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
    {{"revision", OptionForm::positional, "head, heads, base, an id or its beginning", true},
     {"--purge", OptionForm::flag, "Empty the journal first, whatever it says"}},
    run};

}  // namespace schemist::cli
