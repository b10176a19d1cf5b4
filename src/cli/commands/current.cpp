#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

int check_heads(Output& output, const History& history, const StatusReport& report) {
    std::vector<std::string> missing;
    for (const std::string& id : history.head_ids()) {
        if (std::ranges::find(report.current, id) == report.current.end()) {
            missing.push_back(id);
        }
    }
    if (missing.empty() && report.unknown.empty() && report.interrupted.empty()) {
        return 0;
    }
    output.note(missing.empty() ? "the database is not at the heads; see `schemist status`"
                                : fmt::format("the database is not at {}; next: schemist upgrade heads",
                                              fmt::join(missing, ", ")));
    return static_cast<int>(ExitCode::pending);
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const StatusReport report =
        status(*connection, invocation.dialect(), history, invocation.journal(invocation.dialect().name()));
    Json json = Json::array();
    const RevisionTexts texts(history, report.current, invocation.output());
    const std::vector<std::string> current = current_ids(report);
    for (const std::string& id : current) {
        const Revision* revision = history.find(id);
        const bool head = revision != nullptr && history.children(*history.index_of(id)).empty();
        const std::string message = revision == nullptr ? message_of(report, id) : revision->message;
        if (invocation.json()) {
            json.push_back(
                {{"id", id}, {"message", message}, {"head", head}, {"known", revision != nullptr}});
        } else if (revision != nullptr && invocation.arguments().has("verbose")) {
            invocation.output().result(texts.block(*revision));
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
    if (invocation.arguments().has("check-heads")) {
        return check_heads(invocation.output(), history, report);
    }
    return 0;
}

}  // namespace

const Command current_command{
    "current",
    "Print the revisions that the database is at",
    {{"-v,--verbose", OptionForm::flag, "All that the files say"},
     {"--check-heads", OptionForm::flag, "Exit 8 when the database is not at all heads"}},
    run,
    "schemist current --check-heads"};

}  // namespace schemist::cli
