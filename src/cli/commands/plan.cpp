#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/run_plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

Json to_json(const RunPlan& plan) {
    Json revisions = Json::array();
    for (const PlannedRevision& planned : plan.revisions) {
        Json steps = Json::array();
        for (const PlannedStep& step : planned.steps) {
            Json locks = Json::array();
            for (const PlannedLock& lock : step.locks) {
                locks.push_back(
                    {{"mode", lock.mode}, {"table", lock.table}, {"rows", lock.rows}, {"bytes", lock.bytes}});
            }
            steps.push_back({{"sql", step.sql}, {"transactional", step.transactional}, {"locks", locks}});
        }
        Json entry = cli::to_json(*planned.revision);
        entry["steps"] = steps;
        revisions.push_back(std::move(entry));
    }
    return {{"database", plan.database}, {"current", plan.current}, {"revisions", revisions}};
}

std::string text_of(const Output& output, const PlannedRevision& planned) {
    std::string text =
        fmt::format("{} {}\n", output.styled(Style::bold, planned.revision->id), planned.revision->message);
    for (std::size_t i = 0; i < planned.steps.size(); ++i) {
        const PlannedStep& step = planned.steps[i];
        text += fmt::format("  step {} of {}, {}\n", i + 1, planned.steps.size(),
                            step.transactional ? "one transaction"
                                               : output.styled(Style::yellow, "outside of a transaction"));
        std::string_view rest = step.sql.empty() ? std::string_view("-- nothing to do") : step.sql;
        while (!rest.empty()) {
            const std::size_t end = rest.find('\n');
            text += fmt::format("    {}\n", rest.substr(0, end));
            rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
        }
        std::vector<std::vector<std::string>> rows;
        for (const PlannedLock& lock : step.locks) {
            rows.push_back({"    locks", lock.table, lock.mode, fmt::format("about {} rows", lock.rows),
                            size_text(lock.bytes)});
        }
        text += aligned(rows);
    }
    return text;
}

void annotate_locks(Invocation& invocation, const PlannedRevision& planned) {
    for (const PlannedStep& step : planned.steps) {
        for (const PlannedLock& lock : step.locks) {
            invocation.annotate(AnnotationLevel::notice, planned.revision->path,
                                fmt::format("locks {} {}: about {} rows, {}", lock.table, lock.mode,
                                            lock.rows, size_text(lock.bytes)));
        }
    }
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const std::string target = invocation.arguments().value("revision");
    const RunPlan plan =
        plan_upgrade(*connection, invocation.dialect(), history,
                     invocation.journal(invocation.dialect().name()), target.empty() ? "heads" : target);
    Output& output = invocation.output();
    if (invocation.arguments().has("html")) {
        output.result(plan_page(plan));
        return 0;
    }
    if (invocation.json()) {
        print_json(output, to_json(plan));
        return 0;
    }
    std::size_t steps = 0;
    for (const PlannedRevision& planned : plan.revisions) {
        steps += planned.steps.size();
        output.result(text_of(output, planned));
        annotate_locks(invocation, planned);
    }
    output.note(plan.revisions.empty()
                    ? std::string("nothing to do: the database is at the target already")
                    : fmt::format("{} revision{} in {} step{}; nothing was run", plan.revisions.size(),
                                  plan.revisions.size() == 1 ? "" : "s", steps, steps == 1 ? "" : "s"));
    return 0;
}

}  // namespace

const Command plan_command{
    "plan",
    "Show what an upgrade would run here: SQL, transactions, locks and the sizes of tables; run nothing",
    {{"revision", OptionForm::positional, "The target, as for upgrade (default: heads)"},
     {"--html", OptionForm::flag, "Print a page that needs no other file"}},
    run,
    "schemist plan head --html >plan.html"};

}  // namespace schemist::cli
