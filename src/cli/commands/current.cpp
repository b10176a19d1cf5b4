#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const auto connection = invocation.connect();
    const StatusReport report =
        status(*connection, invocation.dialect(), history, invocation.journal(invocation.dialect().name()));
    Json json = Json::array();
    for (const std::string& id : report.current) {
        const Revision* revision = history.find(id);
        const bool head = std::ranges::find(report.heads, id) != report.heads.end();
        const std::string message = revision == nullptr ? "" : revision->message;
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
    } else if (report.current.empty()) {
        invocation.output().note("no revision is applied");
    }
    return 0;
}

}  // namespace

const Command current_command{"current", "Print the revisions that the database is at", {}, run};

}  // namespace schemist::cli
