#pragma once
// Which revisions the words of a target expression stand for, without regard to what is applied.

#include "history/expression.hpp"
#include "history/graph.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

using RevisionFlags = std::vector<bool>;  // one for each revision of a history
// Nothing inside means "below the bases".
using Goal = std::optional<History::Index>;

// What `branch@` names: a label's revision, or any other.
struct Branch {
    std::string name;
    History::Index root;
    RevisionFlags line;  // what it revises, itself, and what revises it
};

// Nothing for an expression without a branch.
std::optional<Branch> branch_of(const History& history, const Expression& expression);
bool is_on(const std::optional<Branch>& branch, History::Index index);

// The revision that an id, a label, or a unique beginning of one names; only those of the branch are candidates.
// Throws Error with the candidates.
History::Index named(const History& history, std::string_view name, const std::optional<Branch>& branch);

// What the expression names; several only for `heads`. Not for those from_current().
std::vector<Goal> absolute_goals(const History& history, const Expression& expression,
                                 const std::optional<Branch>& branch);

// So many steps up along the branch; throws Error when there is a choice or no way.
History::Index walk_up(const History& history, Goal start, const std::optional<Branch>& branch,
                       const Expression& expression);

// "'+3' goes too far: the revisions end after 1"
[[noreturn]] void fail_too_far(const Expression& expression, int produced);

// Those of the flagged that none of the flagged revises, or for `Links::all` none depends on either.
std::vector<History::Index> tips(const History& history, const RevisionFlags& flags, Links links);

std::vector<std::string> ids_of(const History& history, std::span<const History::Index> indices);
std::vector<std::string> ids_of(const History& history, const RevisionFlags& flags);
// "a, b, c"; of many the first, and how many more there are.
std::string joined(const History& history, std::span<const History::Index> indices);

RevisionFlags flags_of(const History& history, std::span<const std::string> ids);
RevisionFlags both(RevisionFlags left, const RevisionFlags& right);

}  // namespace schemist
