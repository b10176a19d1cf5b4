#include "cli/revision_text.hpp"

#include "history/target.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

std::string ids(const History& history, std::span<const History::Index> indices) {
    std::vector<std::string> result;
    for (const History::Index index : indices) {
        result.push_back(history[index].id);
    }
    return fmt::format("{}", fmt::join(result, ", "));
}

std::string parents(const Revision& revision) {
    return revision.parents.empty() ? "<base>" : fmt::format("{}", fmt::join(revision.parents, ", "));
}

}  // namespace

RevisionTexts::RevisionTexts(const History& history, std::vector<std::string> current, const Output& output)
    : history_(history), current_(std::move(current)), output_(output), labels_(history.branch_labels()) {}

const std::vector<std::string>& RevisionTexts::labels(const Revision& revision) const {
    return labels_[*history_.index_of(revision.id)];
}

std::vector<std::string> RevisionTexts::marks(const Revision& revision) const {
    const History::Index index = *history_.index_of(revision.id);
    std::vector<std::string> marks;
    if (history_.children(index).empty()) {
        marks.emplace_back(history_.dependents(index).empty() ? "head" : "effective head");
    }
    if (std::ranges::find(current_, revision.id) != current_.end()) {
        marks.emplace_back("current");
    }
    if (history_.children(index).size() > 1) {
        marks.emplace_back("branchpoint");
    }
    if (history_.parents(index).size() > 1) {
        marks.emplace_back("mergepoint");
    }
    return marks;
}

std::string RevisionTexts::remarks(const Revision& revision) const {
    std::string text;
    if (!labels(revision).empty()) {
        text += output_.styled(Style::yellow, fmt::format(" ({})", fmt::join(labels(revision), ", ")));
    }
    for (const std::string& mark : marks(revision)) {
        text += output_.styled(mark == "current" ? Style::green : Style::dim, fmt::format(" ({})", mark));
    }
    return text;
}

std::string RevisionTexts::short_line(const Revision& revision) const {
    return fmt::format("{}{}, {}\n", output_.styled(Style::bold, revision.id), remarks(revision),
                       revision.message);
}

std::string RevisionTexts::line(const Revision& revision) const {
    const std::string depends =
        revision.depends.empty() ? "" : fmt::format(" ({})", fmt::join(revision.depends, ", "));
    return fmt::format("{}{} -> {}", parents(revision), depends, short_line(revision));
}

std::string RevisionTexts::block(const Revision& revision) const {
    const History::Index index = *history_.index_of(revision.id);
    std::string text = fmt::format("Revision: {}{}\n", revision.id, remarks(revision));
    text += fmt::format("{}: {}\n", revision.parents.size() > 1 ? "Merges" : "Parent", parents(revision));
    if (!revision.depends.empty()) {
        text += fmt::format("Depends on: {}\n", fmt::join(revision.depends, ", "));
    }
    if (history_.children(index).size() > 1) {
        text += fmt::format("Branches into: {}\n", ids(history_, history_.children(index)));
    }
    if (!labels(revision).empty()) {
        text += fmt::format("Branch labels: {}\n", fmt::join(labels(revision), ", "));
    }
    text += fmt::format("Path: {}\n", revision.path);
    text += revision.created.empty() ? "" : fmt::format("Created: {}\n", revision.created);
    return text + fmt::format("\n    {}\n\n", revision.message);
}

std::vector<const Revision*> revisions_named(const History& history, const std::string& expression,
                                             std::span<const std::string> current) {
    std::vector<const Revision*> named;
    if (expression == "base") {
        for (const History::Index index : history.bases()) {
            named.push_back(&history[index]);
        }
        return named;
    }
    const auto found = expression == "current" ? std::vector<std::string>(current.begin(), current.end())
                       : expression == "heads" ? std::vector<std::string>{}
                                               : named_revisions(history, expression);
    for (const std::string& id : found) {
        if (const Revision* revision = history.find(id)) {
            named.push_back(revision);
        }
    }
    for (const History::Index index :
         expression == "heads" ? history.heads() : std::vector<History::Index>{}) {
        named.push_back(&history[index]);
    }
    return named;
}

}  // namespace schemist::cli
