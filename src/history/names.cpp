#include "history/names.hpp"

#include "schema/nearest.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

using Index = History::Index;

namespace {

[[noreturn]] void fail_unknown(const History& history, std::string_view name, std::string_view what) {
    if (const std::optional<Index> replacement = history.replacement_of(name)) {
        const std::string& id = history[*replacement].id;
        throw wrong_target(fmt::format("revision {} was squashed into {}", name, id))
            .hint(fmt::format("name {} or one after it", id));
    }
    std::vector<std::string> known{"head", "heads", "base"};
    for (const Revision& revision : history.revisions()) {
        known.push_back(revision.id);
        known.insert(known.end(), revision.labels.begin(), revision.labels.end());
    }
    const std::vector<std::string> close = nearest(name, known);
    throw wrong_target(fmt::format("there is no {} '{}' in the files", what, name))
        .hint(close.empty() ? "`schemist history` lists them"
                            : fmt::format("did you mean {}?", fmt::join(close, " or ")));
}

std::vector<Index> beginning_with(const History& history, std::string_view name,
                                  const std::optional<Branch>& branch) {
    std::vector<Index> result;
    for (Index i = 0; i < history.size() && !name.empty(); ++i) {
        const Revision& revision = history[i];
        const auto begins = [&](std::string_view whole) { return whole.starts_with(name); };
        if (is_on(branch, i) && (begins(revision.id) || std::ranges::any_of(revision.labels, begins))) {
            result.push_back(i);
        }
    }
    return result;
}

Index single_head(const History& history, const std::optional<Branch>& branch, std::string_view expression) {
    std::vector<Index> heads = history.heads();
    std::erase_if(heads, [&](Index head) { return !is_on(branch, head); });
    if (heads.empty()) {
        throw wrong_target("there are no revisions").hint("`schemist revision -m MESSAGE` makes one");
    }
    if (heads.size() > 1) {
        throw wrong_target(fmt::format("'{}' is not clear: there are {} heads, {}", expression, heads.size(),
                                       joined(history, heads)))
            .hint(branch ? "name one of them, or join them with `schemist merge`"
                         : "name one of them, use 'branch@head' or 'heads' for all, or join them with "
                           "`schemist merge`");
    }
    return heads.front();
}

// So many steps towards the base; nothing when the walk ends below it.
Goal walk_down(const History& history, Index start, const std::optional<Branch>& branch,
               const Expression& expression) {
    Goal current = start;
    for (int walked = 0; walked < -expression.offset; ++walked) {
        if (!current) {
            fail_too_far(expression, walked);
        }
        std::vector<Index> next;
        for (const Index parent : history.parents(*current)) {
            if (is_on(branch, parent)) {
                next.push_back(parent);
            }
        }
        if (next.size() > 1) {
            throw wrong_target(fmt::format("'{}' is not clear: {} merges {}", expression.whole,
                                           history[*current].id, joined(history, next)))
                .hint("name a revision");
        }
        current = next.empty() ? Goal{} : Goal(next.front());
    }
    return current;
}

}  // namespace

bool is_on(const std::optional<Branch>& branch, Index index) {
    return !branch || branch->line[index];
}

namespace {

[[noreturn]] void fail_other_branch(const History& history, Index index, const Branch& branch) {
    throw wrong_target(fmt::format("revision {} is not on the branch {}", history[index].id, branch.name))
        .hint("leave the branch out, or name one that the revision is on");
}

Index find_named(const History& history, std::string_view name, const std::optional<Branch>& branch,
                 std::string_view what) {
    std::optional<Index> exact = history.index_of(name);
    exact = exact ? exact : history.labelled(name);
    if (exact && !is_on(branch, *exact)) {
        fail_other_branch(history, *exact, *branch);
    }
    if (exact) {
        return *exact;
    }
    const std::vector<Index> candidates = beginning_with(history, name, branch);
    if (candidates.empty()) {
        const std::vector<Index> elsewhere = beginning_with(history, name, std::nullopt);
        if (!elsewhere.empty()) {
            fail_other_branch(history, elsewhere.front(), *branch);
        }
        fail_unknown(history, name, what);
    }
    if (candidates.size() > 1) {
        throw wrong_target(
            fmt::format("'{}' begins {} revisions: {}", name, candidates.size(), joined(history, candidates)))
            .hint("write more of the id");
    }
    return candidates.front();
}

}  // namespace

Index named(const History& history, std::string_view name, const std::optional<Branch>& branch) {
    return find_named(history, name, branch, "revision");
}

std::optional<Branch> branch_of(const History& history, const Expression& expression) {
    if (expression.branch.empty()) {
        return std::nullopt;
    }
    Branch branch{
        std::string(expression.branch), find_named(history, expression.branch, std::nullopt, "branch"), {}};
    const std::vector<Index> from{branch.root};
    branch.line = history.ancestors(from, Links::parents);
    const RevisionFlags above = history.descendants(from, Links::parents);
    for (Index i = 0; i < history.size(); ++i) {
        branch.line[i] = branch.line[i] || above[i];
    }
    return branch;
}

std::vector<Goal> absolute_goals(const History& history, const Expression& expression,
                                 const std::optional<Branch>& branch) {
    if (expression.symbol == "heads" && !expression.relative) {
        std::vector<Goal> result;
        for (const Index head : branch ? history.heads() : history.effective_heads()) {
            if (is_on(branch, head)) {
                result.emplace_back(head);
            }
        }
        return result;
    }
    Goal start;
    if (expression.symbol == "head" || expression.symbol == "heads") {
        start = single_head(history, branch, expression.whole);
    } else if (expression.symbol != "base") {
        start = named(history, expression.symbol, branch);
    }
    if (expression.offset > 0) {
        return {walk_up(history, start, branch, expression)};
    }
    if (expression.offset < 0) {
        if (!start) {
            fail_too_far(expression, 0);
        }
        return {walk_down(history, *start, branch, expression)};
    }
    return {start};
}

Index walk_up(const History& history, Goal start, const std::optional<Branch>& branch,
              const Expression& expression) {
    Goal current = start;
    for (int walked = 0; walked < expression.offset; ++walked) {
        std::vector<Index> next =
            current ? std::vector<Index>(history.children(*current).begin(), history.children(*current).end())
                    : history.bases();
        std::erase_if(next, [&](Index candidate) { return !is_on(branch, candidate); });
        if (next.empty()) {
            fail_too_far(expression, walked);
        }
        if (next.size() > 1) {
            throw wrong_target(
                fmt::format("'{}' is not clear: {} {} revisions, {}", expression.whole,
                            current ? history[*current].id + " is followed by" : std::string("there are"),
                            next.size(), joined(history, next)))
                .hint("name a revision, or a branch as in 'branch@+1'");
        }
        current = next.front();
    }
    return current.value();
}

void fail_too_far(const Expression& expression, int produced) {
    throw wrong_target(
        fmt::format("'{}' goes too far: the revisions end after {}", expression.whole, produced))
        .hint("`schemist history` lists them");
}

std::vector<Index> tips(const History& history, const RevisionFlags& flags, Links links) {
    const auto flagged = [&](Index index) { return flags[index]; };
    std::vector<Index> result;
    for (Index i = 0; i < history.size(); ++i) {
        if (flags[i] && std::ranges::none_of(history.children(i), flagged) &&
            (links == Links::parents || std::ranges::none_of(history.dependents(i), flagged))) {
            result.push_back(i);
        }
    }
    return result;
}

std::vector<std::string> ids_of(const History& history, std::span<const Index> indices) {
    std::vector<std::string> result;
    for (const Index index : indices) {
        result.push_back(history[index].id);
    }
    return result;
}

std::vector<std::string> ids_of(const History& history, const RevisionFlags& flags) {
    std::vector<std::string> result;
    for (Index i = 0; i < history.size(); ++i) {
        if (flags[i]) {
            result.push_back(history[i].id);
        }
    }
    return result;
}

std::string joined(const History& history, std::span<const Index> indices) {
    constexpr std::size_t most = 12;
    const auto shown = indices.first(std::min(most, indices.size()));
    return fmt::format("{}{}", fmt::join(ids_of(history, shown), ", "),
                       indices.size() > most ? fmt::format(" and {} more", indices.size() - most) : "");
}

RevisionFlags flags_of(const History& history, std::span<const std::string> ids) {
    RevisionFlags result(history.size(), false);
    for (const std::string& id : ids) {
        if (const std::optional<Index> index = history.index_of(id)) {
            result[*index] = true;
        }
    }
    return result;
}

RevisionFlags both(RevisionFlags left, const RevisionFlags& right) {
    for (std::size_t i = 0; i < left.size(); ++i) {
        left[i] = left[i] && right[i];
    }
    return left;
}

}  // namespace schemist
