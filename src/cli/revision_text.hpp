#pragma once
// How a revision is shown in lists.

#include "cli/output.hpp"
#include "history/graph.hpp"

#include <span>
#include <string>
#include <vector>

namespace schemist::cli {

// What lists know of a history besides the graph itself.
class RevisionTexts {
  public:
    // `current` holds the ids that a database is at.
    RevisionTexts(const History& history, std::vector<std::string> current, const Output& output);

    // "5d0e77c1aa29 -> 8f3c2a91d0b4 (label) (head) (current), add conversations", as Alembic's history shows it.
    std::string line(const Revision& revision) const;
    // The same without what it revises.
    std::string short_line(const Revision& revision) const;
    // Several lines with all that the header says.
    std::string block(const Revision& revision) const;

    // "head", "effective head", "current", "branchpoint", "mergepoint"
    std::vector<std::string> marks(const Revision& revision) const;
    const std::vector<std::string>& labels(const Revision& revision) const;

  private:
    std::string remarks(const Revision& revision) const;

    const History& history_;
    std::vector<std::string> current_;
    const Output& output_;
    std::vector<std::vector<std::string>> labels_;
};

// The revisions that an expression names: head, heads, label@head, an id; `current` those that the database is at, and
// `base` the first of all lines.
std::vector<const Revision*> revisions_named(const History& history, const std::string& expression,
                                             std::span<const std::string> current = {});

}  // namespace schemist::cli
