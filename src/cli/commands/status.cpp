#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

bool contains(const std::vector<std::string>& ids, const std::string& id) {
    return std::ranges::find(ids, id) != ids.end();
}

Json to_json(const StatusReport& report, const std::string& database) {
    Json applied = Json::array();
    for (const JournalRow& row : report.applied) {
        applied.push_back({{"id", row.id},
                           {"message", row.message},
                           {"status", to_string(row.status)},
                           {"step", row.step},
                           {"steps", row.steps},
                           {"applied_by", row.applied_by},
                           {"started_at", row.started_at},
                           {"finished_at", row.finished_at}});
    }
    Json interrupted = Json::array();
    for (const JournalRow& row : report.interrupted) {
        interrupted.push_back(row.id);
    }
    return {{"database", database},
            {"journal", report.journal_exists},
            {"applied", applied},
            {"pending", report.pending},
            {"unknown", report.unknown},
            {"edited", report.edited},
            {"edited_comments", report.edited_comments},
            {"interrupted", interrupted},
            {"current", report.current},
            {"heads", report.heads}};
}

std::string remark(const StatusReport& report, const JournalRow& row) {
    if (row.status != JournalStatus::applied || row.in_flight > 0) {
        return fmt::format("{} at step {} of {}", to_string(row.status), row.step, row.steps);
    }
    if (contains(report.unknown, row.id)) {
        return "applied, not among the files";
    }
    if (contains(report.edited, row.id)) {
        return "applied, its file was edited since";
    }
    return "applied";
}

void print(Output& output, const StatusReport& report, const History& history) {
    std::vector<std::vector<std::string>> rows;
    for (const JournalRow& row : report.applied) {
        rows.push_back({row.id, remark(report, row), row.finished_at, row.message});
    }
    for (const std::string& id : report.pending) {
        const Revision* revision = history.find(id);
        const bool interrupted =
            std::ranges::find(report.interrupted, id, &JournalRow::id) != report.interrupted.end();
        if (!interrupted) {
            rows.push_back({id, "pending", "", revision == nullptr ? "" : revision->message});
        }
    }
    output.result(aligned(rows));
    output.note(fmt::format("{} applied, {} pending, {} unknown",
                            report.applied.size() - report.interrupted.size(), report.pending.size(),
                            report.unknown.size()));
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const StatusReport report =
        status(*connection, invocation.dialect(), history, invocation.journal(invocation.dialect().name()));
    if (invocation.json()) {
        print_json(invocation.output(), to_json(report, connection->description()));
    } else {
        print(invocation.output(), report, history);
    }
    return 0;
}

}  // namespace

const Command status_command{"status",
                             "Show what is applied, pending, unknown, edited and interrupted",
                             {},
                             run,
                             "schemist status --json"};

}  // namespace schemist::cli
