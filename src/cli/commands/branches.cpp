#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const RevisionTexts texts(history, {}, invocation.output());
    Json json = Json::array();
    for (History::Index i = 0; i < history.size(); ++i) {
        const auto children = history.children(i);
        if (children.size() < 2) {
            continue;
        }
        Json branches = Json::array();
        std::string text =
            invocation.arguments().has("verbose") ? texts.block(history[i]) : texts.short_line(history[i]);
        for (const History::Index child : children) {
            branches.push_back(to_json(history[child]));
            text += fmt::format("    -> {}", texts.short_line(history[child]));
        }
        if (invocation.json()) {
            Json entry = to_json(history[i]);
            entry["branches"] = branches;
            json.push_back(std::move(entry));
        } else {
            invocation.output().result(text);
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"branchpoints", json}});
    }
    return 0;
}

}  // namespace

const Command branches_command{"branches",
                               "Print the revisions that several revise, and these",
                               {{"-v,--verbose", OptionForm::flag, "All that the files say"}},
                               run,
                               "schemist branches"};

}  // namespace schemist::cli
