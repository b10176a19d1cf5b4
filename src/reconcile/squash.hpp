#pragma once
// What several revisions do, as the sections of one, for one dialect.

#include "history/graph.hpp"
#include "plan/plan.hpp"
#include "reconcile/replay.hpp"

#include <optional>
#include <vector>

namespace schemist {

// A plan as it stands in a revision file.
RevisionSection section_of(const Plan& plan, Direction direction, DialectName dialect);

enum class SquashWay {
    made_anew,  // SQL that makes from nothing what the revisions make
    joined,     // the SQL of the revisions, one after the other
};

struct SquashedSections {
    RevisionSection upgrade;
    std::optional<RevisionSection> downgrade;  // nothing when one of the revisions has none
};

// The sections for `squashed`, which is without them, in the place of `revisions` (indices, in order), proven on scratch:
// alone, with all revisions behind it, and back. Throws Error when what they make cannot be made anew.
SquashedSections squash(const History& history, const std::vector<History::Index>& revisions,
                        const Revision& squashed, SquashWay way, const ReplaySettings& settings);

}  // namespace schemist
