// What is applied after a stamp.

#include "history/names.hpp"
#include "history/target.hpp"

#include <algorithm>
#include <functional>

#include <fmt/format.h>

namespace schemist {

using Index = History::Index;

namespace {

RevisionFlags in_line_with(const History& history, Index index) {
    const std::vector<Index> from{index};
    RevisionFlags result = history.ancestors(from);
    const RevisionFlags above = history.descendants(from);
    for (Index i = 0; i < result.size(); ++i) {
        result[i] = result[i] || above[i];
    }
    return result;
}

// Which current revisions give way to the target: those in line with it, and with them all of the branch that was named.
std::function<bool(Index)> replaced_by(const History& history, const Goal& target,
                                       const std::optional<Branch>& branch, std::span<const Index> current) {
    if (!target && !branch) {
        return [](Index) { return true; };
    }
    if (target && std::ranges::find(current, *target) != current.end()) {
        return [](Index) { return false; };
    }
    const RevisionFlags of_target = in_line_with(history, target ? *target : branch->root);
    const auto is_of_target = [=](Index index) { return of_target[index]; };
    if (!branch || !target || std::ranges::none_of(current, is_of_target)) {
        return is_of_target;
    }
    const RevisionFlags of_branch = in_line_with(history, branch->root);
    return [=](Index index) { return of_target[index] || of_branch[index]; };
}

std::vector<std::string> stamped_with(const History& history, AppliedIds applied, std::string_view text) {
    const Expression expression = read_expression(text);
    if (expression.from_current()) {
        throw wrong_target(fmt::format("'{}' is no target for a stamp: it depends on what is applied", text))
            .hint("name a revision");
    }
    const std::optional<Branch> branch = branch_of(history, expression);
    std::vector<Index> current = tips(history, flags_of(history, applied), Links::all);
    std::vector<Index> targets;
    for (const Goal& target : absolute_goals(history, expression, branch)) {
        std::erase_if(current, replaced_by(history, target, branch, current));
        if (target && std::ranges::find(current, *target) == current.end()) {
            targets.push_back(*target);
        }
    }
    targets.insert(targets.end(), current.begin(), current.end());
    return ids_of(history, history.ancestors(targets));
}

}  // namespace

std::vector<std::string> stamped(const History& history, AppliedIds applied,
                                 std::span<const std::string> expressions) {
    std::vector<std::string> result(applied.begin(), applied.end());
    for (const std::string& expression : expressions) {
        result = stamped_with(history, result, expression);
    }
    return result;
}

}  // namespace schemist
