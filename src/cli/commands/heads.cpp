#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    Json json = Json::array();
    for (const History::Index index : history.heads()) {
        const Revision& revision = history[index];
        if (invocation.json()) {
            json.push_back(to_json(revision));
        } else {
            invocation.output().result(fmt::format(
                "{} (head), {}\n", invocation.output().styled(Style::bold, revision.id), revision.message));
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"heads", json}});
    } else if (history.heads().size() > 1) {
        invocation.output().warning(
            "there are several heads; `upgrade head` needs one, `upgrade heads` takes all");
    }
    return 0;
}

}  // namespace

const Command heads_command{"heads", "Print the revisions that none revises", {}, run};

}  // namespace schemist::cli
