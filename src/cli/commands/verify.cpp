#include "reconcile/verify.hpp"

#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/near_scratch.hpp"
#include "cli/project.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

Json to_json(const VerifyReport& report, const std::string& database) {
    Json drift = Json::array();
    for (const Drift& one : report.drift) {
        drift.push_back({{"object", to_string(one.change.object)},
                         {"description", one.description},
                         {"undo", one.statements},
                         {"loses_data", one.loses_data}});
    }
    Json interrupted = Json::array();
    for (const JournalRow& row : report.interrupted) {
        interrupted.push_back(
            {{"id", row.id}, {"status", to_string(row.status)}, {"step", row.step}, {"steps", row.steps}});
    }
    return {{"database", database},
            {"journal", report.journal_exists},
            {"applied", report.applied},
            {"clean", report.is_clean()},
            {"drift", drift},
            {"undo", report.script},
            {"edited", report.edited},
            {"interrupted", interrupted}};
}

void warn(Output& output, const VerifyReport& report) {
    for (const JournalRow& row : report.interrupted) {
        output.warning(fmt::format(
            "revision {} was interrupted at step {} of {}, and is compared as far as it has come{}", row.id,
            row.step, row.steps,
            row.in_flight == 0 ? "" : "; whether its next step took effect shows as a difference"));
    }
    if (!report.edited.empty()) {
        output.warning(
            fmt::format("edited after they were applied, so that the comparison is with other SQL: {}",
                        fmt::join(report.edited, ", ")));
    }
}

void print(Invocation& invocation, const VerifyReport& report) {
    Output& output = invocation.output();
    warn(output, report);
    if (!report.has_drift()) {
        output.note(
            report.applied.empty() && report.interrupted.empty()
                ? "nothing is applied, so there is nothing to compare; for a database that has tables, see "
                  "`schemist adopt`"
                : fmt::format("no drift: the structure is what {} applied revision{} make{}",
                              report.applied.size(), report.applied.size() == 1 ? "" : "s",
                              report.applied.size() == 1 ? "s" : ""));
        return;
    }
    const std::size_t count = report.drift.size();
    for (const Drift& one : report.drift) {
        invocation.annotate(AnnotationLevel::error, "", "drift: " + one.description);
        output.note(one.description);
    }
    output.note(fmt::format("drift: {} object{} not what the applied revisions make; this would undo it:",
                            count, count == 1 ? " is" : "s are"));
    output.result(report.script);
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const DialectName dialect = invocation.dialect().name();
    VerifySettings settings;
    settings.make_scratch = scratch_near(invocation, *connection);
    settings.journal = invocation.journal(dialect);
    const VerifyReport report = verify(*connection, invocation.dialect(), history, settings);
    if (invocation.json()) {
        print_json(invocation.output(), to_json(report, connection->description()));
    } else {
        print(invocation, report);
    }
    return report.is_clean() ? 0 : static_cast<int>(ExitCode::mismatch);
}

}  // namespace

const Command verify_command{
    "verify",
    "Exit 0 if the database is what its journal says, 7 with the SQL that undoes the drift",
    {},
    run,
    "schemist verify"};

}  // namespace schemist::cli
