#include "cli/script_start.hpp"

#include "history/range.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist::cli {

namespace {

std::vector<std::string> applied_now(Invocation& invocation, const History& history) {
    const auto connection = invocation.connect();
    const StatusReport report =
        status(*connection, invocation.dialect(), history, invocation.journal(invocation.dialect().name()));
    if (!report.interrupted.empty() || !report.unknown.empty()) {
        throw Error(
            "a script cannot begin where the database is: a revision is interrupted, or not among the files")
            .at(connection->description())
            .state("nothing was changed")
            .hint("`schemist status` shows which")
            .exit_code(ExitCode::needs_attention);
    }
    std::vector<std::string> applied;
    for (const JournalRow& row : report.applied) {
        if (!row.parts.empty()) {
            throw Error(
                fmt::format("a script cannot begin where the database is: its journal has revisions that "
                            "were squashed into {}",
                            row.id))
                .at(connection->description())
                .state("nothing was changed")
                .hint("`schemist stamp` with where it is writes the journal anew; then ask again")
                .exit_code(ExitCode::needs_attention);
        }
        applied.push_back(row.id);
    }
    return applied;
}

}  // namespace

ScriptRange script_range(Invocation& invocation, const History& history, const std::string& expression) {
    const std::optional<RangeEnds> ends = range_ends(expression);
    if (!ends) {
        return {{}, expression};
    }
    const std::string from(ends->lower.empty() ? "base" : ends->lower);
    const std::string to(ends->upper.empty() ? "heads" : ends->upper);
    if (from == "current") {
        return {applied_now(invocation, history), to};
    }
    return {upgrade_path(history, {}, named_revisions(history, from)), to};
}

}  // namespace schemist::cli
