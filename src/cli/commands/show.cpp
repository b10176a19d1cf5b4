#include "cli/commands.hpp"
#include "cli/current.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const History history = invocation.history();
    const std::string expression = invocation.arguments().value("revision");
    const std::vector<std::string> current =
        expression == "current" ? current_of_database(invocation, history) : std::vector<std::string>{};
    const RevisionTexts texts(history, current, invocation.output());
    Json json = Json::array();
    for (const Revision* revision : revisions_named(history, expression, current)) {
        if (invocation.json()) {
            Json entry = to_json(*revision);
            entry["text"] = revision->text;
            json.push_back(std::move(entry));
        } else {
            invocation.output().result(texts.block(*revision) + revision->text);
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"revisions", json}});
    }
    return 0;
}

}  // namespace

const Command show_command{"show",
                           "Print a revision with its SQL",
                           {{"revision", OptionForm::positional,
                             "An id or its beginning, head, heads, base, label@head, current", true}},
                           run,
                           "schemist show head"};

}  // namespace schemist::cli
