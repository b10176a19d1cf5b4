#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    Json json = Json::array();
    for (const Revision* revision : named_revisions(history, invocation.arguments().value("revision"))) {
        if (invocation.json()) {
            Json entry = to_json(*revision);
            entry["text"] = revision->text;
            json.push_back(std::move(entry));
        } else {
            invocation.output().result(revision_block(history, *revision, {}) + revision->text);
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"revisions", json}});
    }
    return 0;
}

}  // namespace

const Command show_command{
    "show",
    "Print a revision with its SQL",
    {{"revision", OptionForm::positional, "An id or its beginning, head, heads, base", true}},
    run};

}  // namespace schemist::cli
