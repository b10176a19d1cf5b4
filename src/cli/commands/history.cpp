#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"

#include <algorithm>
#include <ranges>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    std::vector<std::string> current;
    if (invocation.arguments().has("indicate-current")) {
        const auto connection = invocation.connect();
        current = status(*connection, invocation.dialect(), history,
                         invocation.journal(invocation.dialect().name()))
                      .current;
    }
    Json json = Json::array();
    std::string text;
    for (std::size_t i = history.size(); i-- > 0;) {
        const Revision& revision = history[i];
        if (invocation.json()) {
            Json entry = to_json(revision);
            entry["head"] = history.children(i).empty();
            if (invocation.arguments().has("indicate-current")) {
                entry["current"] = std::ranges::find(current, revision.id) != current.end();
            }
            json.push_back(std::move(entry));
        } else {
            text += invocation.arguments().has("verbose")
                        ? revision_block(history, revision, current)
                        : revision_line(history, revision, current, invocation.output());
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"revisions", json}});
    } else {
        invocation.output().result(text);
        if (history.empty()) {
            invocation.output().note(
                "there are no revisions yet; make one with `schemist revision --autogenerate -m ...`");
        }
    }
    return 0;
}

}  // namespace

const Command history_command{"history",
                              "List the revisions, newest first",
                              {{"-v,--verbose", OptionForm::flag, "All that the files say"},
                               {"-i,--indicate-current", OptionForm::flag, "Mark where the database is"}},
                              run};

}  // namespace schemist::cli
