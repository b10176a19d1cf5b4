#include "history/range.hpp"

#include "history/names.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist {

using Index = History::Index;

namespace {

std::vector<Index> indices(std::span<const Goal> goals) {
    std::vector<Index> result;
    for (const Goal& goal : goals) {
        if (goal) {
            result.push_back(*goal);
        }
    }
    return result;
}

std::vector<Goal> current_goals(const History& history, AppliedIds applied) {
    std::vector<Goal> result;
    for (const Index index : tips(history, flags_of(history, applied), Links::all)) {
        result.emplace_back(index);
    }
    return result;
}

const Goal& only(const History& history, std::span<const Goal> goals, const Expression& expression) {
    if (goals.size() != 1) {
        throw wrong_target(fmt::format("'{}' is not clear: it counts from {} revisions{}", expression.whole,
                                       goals.size(),
                                       goals.empty() ? "" : ", " + joined(history, indices(goals))))
            .hint("name a revision instead of a number");
    }
    return goals.front();
}

std::vector<Goal> goals_of(const History& history, AppliedIds applied, const Expression& expression,
                           const std::optional<Branch>& branch) {
    return expression.whole == "current" ? current_goals(history, applied)
                                         : absolute_goals(history, expression, branch);
}

// "-3:..." counts from the upper end, "...:+2" from the lower one.
std::vector<Goal> lower_goals(const History& history, AppliedIds applied, const Expression& expression,
                              std::vector<Goal> upper) {
    const std::optional<Branch> branch = branch_of(history, expression);
    if (!expression.from_current()) {
        return goals_of(history, applied, expression, branch);
    }
    std::erase_if(upper, [&](const Goal& goal) { return goal && !is_on(branch, *goal); });
    const Goal& start = only(history, upper, expression);
    if (!start || expression.offset > 0) {
        fail_too_far(expression, 0);
    }
    Expression from_start = expression;
    from_start.symbol = history[*start].id;
    return absolute_goals(history, from_start, branch);
}

std::vector<Goal> upper_goals(const History& history, const Expression& expression,
                              std::span<const Goal> lower) {
    const Goal start = lower.empty() ? Goal{} : only(history, lower, expression);
    if (expression.offset < 0) {
        throw wrong_target(fmt::format("'{}' goes down from the lower end", expression.whole))
            .hint("write the lower end as '-n' instead, or the upper one as '+n'");
    }
    const std::optional<Branch> branch = branch_of(history, expression);
    return {expression.offset == 0 ? start : walk_up(history, start, branch, expression)};
}

}  // namespace

std::optional<RangeEnds> range_ends(std::string_view expression) {
    const std::size_t colon = expression.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    if (expression.find(':', colon + 1) != std::string_view::npos) {
        throw wrong_target(fmt::format("'{}' is no range: it has more than one ':'", expression))
            .hint("a range is FROM:TO, and either may be left out");
    }
    return RangeEnds{expression.substr(0, colon), expression.substr(colon + 1)};
}

std::vector<std::string> range(const History& history, AppliedIds applied, std::string_view text) {
    const std::optional<RangeEnds> ends = range_ends(text);
    if (!ends) {
        throw wrong_target(fmt::format("'{}' is no range: it has no ':'", text))
            .hint("a range is FROM:TO, and either may be left out");
    }
    const Expression lower = read_expression(ends->lower.empty() ? "base" : ends->lower);
    const Expression upper = read_expression(ends->upper.empty() ? "heads" : ends->upper);
    std::vector<Goal> top;
    std::vector<Goal> bottom;
    if (upper.from_current()) {
        bottom = lower_goals(history, applied, lower, {});
        top = upper_goals(history, upper, bottom);
    } else {
        top = goals_of(history, applied, upper, branch_of(history, upper));
        bottom = lower_goals(history, applied, lower, top);
    }
    if (lower.symbol == "base") {
        const std::optional<Branch> branch = branch_of(history, lower);
        std::erase_if(top, [&](const Goal& goal) { return goal && !is_on(branch, *goal); });
    }
    const std::vector<Index> from = indices(bottom);
    RevisionFlags found = history.ancestors(indices(top));
    for (const Index start : from) {
        if (!found[start]) {
            throw wrong_target(fmt::format("'{}' is no range: {} is not below {}", text, history[start].id,
                                           top.empty() || indices(top).empty()
                                               ? std::string("the base")
                                               : joined(history, indices(top))))
                .hint("the older end stands before the ':'");
        }
    }
    if (!from.empty()) {
        found = both(found, history.descendants(from, Links::parents));
    }
    std::vector<std::string> result = ids_of(history, found);
    std::ranges::reverse(result);
    return result;
}

}  // namespace schemist
