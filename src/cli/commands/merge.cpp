#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/new_revision.hpp"
#include "cli/project.hpp"
#include "cli/revision_text.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

std::vector<std::string> parents_of_merge(const Invocation& invocation, const History& history) {
    std::vector<std::string> expressions = invocation.arguments().values("revisions");
    if (expressions.empty()) {
        expressions.emplace_back("heads");
    }
    std::vector<std::string> parents;
    for (const std::string& expression : expressions) {
        for (const Revision* revision : revisions_named(history, expression)) {
            if (std::ranges::find(parents, revision->id) == parents.end()) {
                parents.push_back(revision->id);
            }
        }
    }
    // What another of them needs is in it already.
    for (const std::string& parent : parents) {
        const std::vector<History::Index> from{*history.index_of(parent)};
        const std::vector<bool> below = history.ancestors(from, Links::parents);
        for (const std::string& other : parents) {
            if (other != parent && below[*history.index_of(other)]) {
                throw Error(
                    fmt::format("revision {} is below {}, so there is nothing to join", other, parent))
                    .state("nothing was written")
                    .hint("`schemist heads` lists what can be merged")
                    .exit_code(ExitCode::configuration);
            }
        }
    }
    if (parents.size() < 2) {
        throw Error("there is nothing to merge: a merge revises two revisions or more")
            .at(invocation.migrations_path().lexically_normal().string())
            .state("nothing was written")
            .hint("`schemist heads` lists what can be merged")
            .exit_code(ExitCode::configuration);
    }
    return parents;
}

int run(Invocation& invocation) {
    const History history = invocation.history();
    Revision revision = begin_revision(invocation, history, parents_of_merge(invocation, history));
    if (revision.message.empty()) {
        revision.message = fmt::format("merge {}", fmt::join(revision.parents, " and "));
    }
    const std::filesystem::path path = write_revision_file(invocation, revision);
    if (invocation.json()) {
        print_json(invocation.output(),
                   {{"created", path.string()}, {"id", revision.id}, {"parents", revision.parents}});
    } else {
        invocation.output().result(fmt::format("made {}\n", path.string()));
    }
    return 0;
}

}  // namespace

const Command merge_command{
    "merge",
    "Write a revision that joins several heads, and changes nothing",
    {{"revisions", OptionForm::positionals, "The revisions to join (default: all heads)"},
     {"-m,--message", OptionForm::value, "What it does, in a few words"},
     {"--splice", OptionForm::flag, "Allow revisions that are revised already"},
     {"--branch-label", OptionForm::values, "A name for the branch that begins here"},
     {"--rev-id", OptionForm::value, "The id, instead of a random one"}},
    run,
    "schemist merge heads -m \"join accounts and notes\""};

}  // namespace schemist::cli
