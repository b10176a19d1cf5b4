#pragma once
// Where target expressions lead from what is applied. The expressions are Alembic's: `head`, `heads`, `base`, an id or a
// unique beginning of one, a label, `+n`, `-n`, `id+n`, `head-n`, `base+n`, and `branch@...` where the branch is a label
// or an id. They throw Error (configuration) with the candidates when they are wrong or not clear.

#include "history/graph.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// The revisions of the history that are applied, in the order in which they were applied.
using AppliedIds = std::span<const std::string>;

// The revision that an id, a unique beginning of one, or a label names.
const Revision& resolve_revision(const History& history, std::string_view name);

// What an expression names without regard to what is applied: none for `base`, several for `heads`.
std::vector<std::string> named_revisions(const History& history, std::string_view expression);

// Which revisions an upgrade goes to. Absolute, so that it means the same after somebody else has applied
// some.
std::vector<std::string> upgrade_targets(const History& history, AppliedIds applied,
                                         std::string_view expression);

// What is to be applied so that these are, in order.
std::vector<std::string> upgrade_path(const History& history, AppliedIds applied,
                                      std::span<const std::string> targets);

// What is to be taken back, in order: what is above the target, and what depends on that.
std::vector<std::string> downgrade_path(const History& history, AppliedIds applied,
                                        std::string_view expression);

// What the journal says was applied after a stamp: what was on a line with a target is replaced, other
// lines stay. In the order of the history.
std::vector<std::string> stamped(const History& history, AppliedIds applied,
                                 std::span<const std::string> expressions);

// Applied revisions that no applied revision revises or depends on.
std::vector<std::string> current_heads(const History& history, AppliedIds applied);

}  // namespace schemist
