#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

// What is applied and no applied revision revises, those included whose files are not here.
std::vector<std::string> current_ids(const StatusReport& report) {
    std::vector<std::string> ids;
    for (const JournalRow& row : report.applied) {
        const bool known = std::ranges::find(report.unknown, row.id) == report.unknown.end();
        const bool revised_by_unknown = std::ranges::any_of(report.applied, [&](const JournalRow& other) {
            return std::ranges::find(report.unknown, other.id) != report.unknown.end() &&
                   std::ranges::find(other.parents, row.id) != other.parents.end();
        });
        const bool last = !known || std::ranges::find(report.current, row.id) != report.current.end();
        if (last && !revised_by_unknown) {
            ids.push_back(row.id);
        }
    }
    return ids;
}

std::string message_of(const StatusReport& report, const std::string& id) {
    const auto row = std::ranges::find(report.applied, id, &JournalRow::id);
    return row == report.applied.end() ? std::string() : row->message;
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const StatusReport report =
        status(*connection, invocation.dialect(), history, invocation.journal(invocation.dialect().name()));
    Json json = Json::array();
    const std::vector<std::string> current = current_ids(report);
    for (const std::string& id : current) {
        const Revision* revision = history.find(id);
        const bool head = revision != nullptr && history.children(*history.index_of(id)).empty();
        const std::string message = revision == nullptr ? message_of(report, id) : revision->message;
        if (invocation.json()) {
            json.push_back(
                {{"id", id}, {"message", message}, {"head", head}, {"known", revision != nullptr}});
        } else {
            const std::string_view remark = revision == nullptr ? " (not among the files)"
                                            : head              ? " (head)"
                                                                : "";
            invocation.output().result(fmt::format("{}{}{}{}\n", invocation.output().styled(Style::bold, id),
                                                   remark, message.empty() ? "" : ", ", message));
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"database", connection->description()}, {"current", json}});
    } else if (current.empty()) {
        invocation.output().note("no revision is applied");
    }
    return 0;
}

}  // namespace

const Command current_command{"current", "Print the revisions that the database is at", {}, run};

}  // namespace schemist::cli
