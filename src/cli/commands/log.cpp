#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

// With those that were squashed since.
std::vector<JournalRow> last_first(const std::vector<JournalRow>& rows) {
    std::vector<JournalRow> result;
    for (const JournalRow& row : rows) {
        result.push_back(row);
        result.insert(result.end(), row.parts.begin(), row.parts.end());
    }
    std::ranges::sort(result, std::greater<>{}, &JournalRow::sequence);
    return result;
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const StatusReport report =
        status(*connection, invocation.dialect(), history, invocation.journal(invocation.dialect().name()));
    const std::vector<JournalRow> log = last_first(report.applied);
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows;
    for (const JournalRow& row : log) {
        json.push_back({{"id", row.id},
                        {"message", row.message},
                        {"status", to_string(row.status)},
                        {"run", row.run_id},
                        {"applied_by", row.applied_by},
                        {"version", row.version},
                        {"started_at", row.started_at},
                        {"finished_at", row.finished_at}});
        rows.push_back({row.started_at, row.id, std::string(to_string(row.status)), row.applied_by,
                        "schemist " + row.version, "run " + row.run_id, row.message});
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"database", connection->description()}, {"log", json}});
        return 0;
    }
    invocation.output().result(aligned(rows));
    if (rows.empty()) {
        invocation.output().note("no revision is applied");
    }
    return 0;
}

}  // namespace

const Command log_command{"log", "Show who applied what and when, the last first", {}, run, "schemist log"};

}  // namespace schemist::cli
