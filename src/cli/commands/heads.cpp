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
    const auto heads =
        invocation.arguments().has("resolve-dependencies") ? history.effective_heads() : history.heads();
    Json json = Json::array();
    for (const History::Index index : heads) {
        const Revision& revision = history[index];
        if (invocation.json()) {
            json.push_back(to_json(revision));
        } else {
            invocation.output().result(invocation.arguments().has("verbose") ? texts.block(revision)
                                                                             : texts.short_line(revision));
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"heads", json}});
    } else if (history.heads().size() > 1) {
        for (const History::Index index : history.heads()) {
            invocation.annotate(AnnotationLevel::warning, history[index].path,
                                fmt::format("revision {} is one of {} heads; `schemist merge` joins them",
                                            history[index].id, history.heads().size()));
        }
        invocation.output().warning(
            "there are several heads; `upgrade head` needs one, `upgrade heads` takes all");
    }
    return 0;
}

}  // namespace

const Command heads_command{
    "heads",
    "Print the revisions that none revises",
    {{"-v,--verbose", OptionForm::flag, "All that the files say"},
     {"--resolve-dependencies", OptionForm::flag, "Leave out those that another revision depends on"}},
    run,
    "schemist heads --verbose"};

}  // namespace schemist::cli
