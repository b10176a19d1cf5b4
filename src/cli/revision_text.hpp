#pragma once
// How a revision is shown in lists.

#include "cli/output.hpp"
#include "history/graph.hpp"

#include <string>
#include <vector>

namespace schemist::cli {

// "5d0e77c1aa29 -> 8f3c2a91d0b4 (head) (current), add conversations", as Alembic's history shows it.
// `current` holds the ids that a database is at.
std::string revision_line(const History& history, const Revision& revision,
                          const std::vector<std::string>& current, const Output& output);

// Several lines with all that the header says.
std::string revision_block(const History& history, const Revision& revision,
                           const std::vector<std::string>& current);

// The revisions that an expression of the `show` kind names: head, heads, base, or one id.
std::vector<const Revision*> named_revisions(const History& history, const std::string& expression);

}  // namespace schemist::cli
