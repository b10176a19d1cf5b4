#pragma once
// Several revisions as one.

#include "history/graph.hpp"

#include <string>
#include <vector>

namespace schemist {

// What is squashed with a revision: itself and all that it needs, in the order of the history. Throws Error
// (configuration) when that is one revision alone, or when a revision that stays revises or needs one that would be gone.
std::vector<History::Index> squashed_with(const History& history, History::Index last);

// The revision that stands for these, without sections. It has the id of the last, so that a database that has that is
// where it was, and the labels of all.
Revision squashed_revision(const History& history, const std::vector<History::Index>& squashed);

// The history with one revision in the place of those that it replaces.
History with_squashed(const History& history, const Revision& revision);

}  // namespace schemist
