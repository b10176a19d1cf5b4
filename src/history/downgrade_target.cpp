// What a downgrade takes back.

#include "history/names.hpp"
#include "history/target.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

using Index = History::Index;

namespace {

std::vector<std::string> path_from(const History& history, const RevisionFlags& done,
                                   std::span<const Index> roots) {
    std::vector<std::string> path = ids_of(history, both(history.descendants(roots), done));
    std::ranges::reverse(path);
    return path;
}

std::vector<Index> children_on(const History& history, Index index, const std::optional<Branch>& branch) {
    std::vector<Index> result(history.children(index).begin(), history.children(index).end());
    std::erase_if(result, [&](Index child) { return !is_on(branch, child); });
    return result;
}

// The bases of this line, or of all.
std::vector<Index> bases_of(const History& history, const std::optional<Index>& above) {
    std::vector<Index> bases = history.bases();
    if (above) {
        const std::vector<Index> from{*above};
        const RevisionFlags below = history.ancestors(from, Links::parents);
        std::erase_if(bases, [&](Index base) { return !below[base]; });
    }
    return bases;
}

// The one that was applied last.
Index last_applied(const History& history, AppliedIds applied, std::span<const Index> among) {
    for (std::size_t i = applied.size(); i-- > 0;) {
        const std::optional<Index> index = history.index_of(applied[i]);
        if (index && std::ranges::find(among, *index) != among.end()) {
            return *index;
        }
    }
    return among.front();
}

Branch branch_at(const History& history, Index root) {
    return *branch_of(history, read_expression(history[root].id + "@head"));
}

// -n: from the current revision down along what it revises. Of several current ones, and of what a merge joins, the one
// that was applied last comes first.
std::vector<std::string> take_back_last(const History& history, AppliedIds applied,
                                        std::optional<Branch> branch, const Expression& expression) {
    if (expression.offset > 0) {
        throw wrong_target(fmt::format("'{}' goes up, and a downgrade goes down", expression.whole))
            .hint("use `schemist upgrade`");
    }
    const RevisionFlags done = flags_of(history, applied);
    std::vector<Index> current = tips(history, done, Links::all);
    if (branch) {
        std::erase_if(current, [&](Index index) { return !is_on(branch, index); });
        if (current.empty()) {
            current = tips(history, both(done, branch->line), Links::parents);
        }
    } else if (!current.empty()) {
        branch = branch_at(history, last_applied(history, applied, current));
    }
    std::vector<Index> taken;
    std::vector<Index> next = current;
    while (taken.size() < static_cast<std::size_t>(-expression.offset)) {
        if (next.empty()) {
            fail_too_far(expression, static_cast<int>(taken.size()));
        }
        taken.push_back(last_applied(history, applied, next));
        next.assign(history.parents(taken.back()).begin(), history.parents(taken.back()).end());
    }
    // Down to a revision: what else stands above that goes as well.
    if (next.size() == 1 && !taken.empty()) {
        const std::vector<Index> siblings = children_on(history, next.front(), branch);
        taken.insert(taken.end(), siblings.begin(), siblings.end());
    }
    return path_from(history, done, taken);
}

std::vector<Index> roots_above(const History& history, const RevisionFlags& done, Goal target,
                               const std::optional<Branch>& branch, const Expression& expression) {
    if (!target) {
        std::optional<Index> line;
        if (branch) {
            line = branch->root;
        } else if (expression.symbol != "base") {
            Expression start = expression;
            start.offset = 0;
            line = absolute_goals(history, start, branch).front();
        }
        return bases_of(history, line);
    }
    if (!done[*target]) {
        const std::vector<Index> current = tips(history, done, Links::all);
        throw wrong_target(
            fmt::format("revision {} is not applied, so there is no way down to it", history[*target].id))
            .hint(current.empty() ? "nothing is applied"
                                  : fmt::format("applied now: {}", joined(history, current)));
    }
    return children_on(history, *target, branch);
}

}  // namespace

std::vector<std::string> downgrade_path(const History& history, AppliedIds applied, std::string_view text) {
    const Expression expression = read_expression(text);
    const std::optional<Branch> branch = branch_of(history, expression);
    if (expression.from_current()) {
        return take_back_last(history, applied, branch, expression);
    }
    const RevisionFlags done = flags_of(history, applied);
    std::vector<Index> roots;
    for (const Goal& target : absolute_goals(history, expression, branch)) {
        const std::vector<Index> more = roots_above(history, done, target, branch, expression);
        roots.insert(roots.end(), more.begin(), more.end());
    }
    return path_from(history, done, roots);
}

}  // namespace schemist
