#include "cli/revision_text.hpp"

#include "history/target.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

std::string remarks(const History& history, const Revision& revision,
                    const std::vector<std::string>& current) {
    const History::Index index = *history.index_of(revision.id);
    std::string text;
    if (!revision.labels.empty()) {
        text += fmt::format(" ({})", fmt::join(revision.labels, ", "));
    }
    text += history.children(index).empty() ? " (head)" : "";
    text += std::ranges::find(current, revision.id) != current.end() ? " (current)" : "";
    text += history.children(index).size() > 1 ? " (branchpoint)" : "";
    text += history.parents(index).size() > 1 ? " (mergepoint)" : "";
    return text;
}

}  // namespace

std::string revision_line(const History& history, const Revision& revision,
                          const std::vector<std::string>& current, const Output& output) {
    const std::string parents =
        revision.parents.empty() ? "<base>" : fmt::format("{}", fmt::join(revision.parents, ", "));
    return fmt::format("{} -> {}{}, {}\n", parents, output.styled(Style::bold, revision.id),
                       remarks(history, revision, current), revision.message);
}

std::string revision_block(const History& history, const Revision& revision,
                           const std::vector<std::string>& current) {
    std::string text = fmt::format("Revision: {}{}\n", revision.id, remarks(history, revision, current));
    text += fmt::format(
        "{}: {}\n", revision.parents.size() > 1 ? "Merges" : "Parent",
        revision.parents.empty() ? "<base>" : fmt::format("{}", fmt::join(revision.parents, ", ")));
    if (!revision.depends.empty()) {
        text += fmt::format("Depends on: {}\n", fmt::join(revision.depends, ", "));
    }
    text += fmt::format("Path: {}\n", revision.path);
    text += revision.created.empty() ? "" : fmt::format("Created: {}\n", revision.created);
    return text + fmt::format("\n    {}\n\n", revision.message);
}

std::vector<const Revision*> named_revisions(const History& history, const std::string& expression) {
    std::vector<const Revision*> named;
    if (expression == "head" || expression == "heads") {
        for (const History::Index index : history.heads()) {
            named.push_back(&history[index]);
        }
    } else if (expression == "base") {
        for (const History::Index index : history.bases()) {
            named.push_back(&history[index]);
        }
    } else {
        named.push_back(&resolve_revision(history, expression));
    }
    return named;
}

}  // namespace schemist::cli
