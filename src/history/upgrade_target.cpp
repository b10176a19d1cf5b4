// Where an upgrade goes.

#include "history/names.hpp"
#include "history/target.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

using Index = History::Index;

namespace {

// Where +n begins: the current revision, or the uppermost applied one of the branch.
Goal start_of_relative(const History& history, const RevisionFlags& done, const std::optional<Branch>& branch,
                       const Expression& expression) {
    std::vector<Index> current = tips(history, done, Links::all);
    if (branch) {
        std::erase_if(current, [&](Index index) { return !is_on(branch, index); });
        if (current.empty()) {
            current = tips(history, both(done, branch->line), Links::all);
        }
    }
    if (current.size() > 1) {
        throw wrong_target(fmt::format("'{}' is not clear: {} revisions are current, {}", expression.whole,
                                       current.size(), joined(history, current)))
            .hint("name a revision, or a branch as in 'branch@+1'");
    }
    return current.empty() ? Goal{} : Goal(current.front());
}

std::vector<std::string> relative_targets(const History& history, const RevisionFlags& done,
                                          const std::optional<Branch>& branch, const Expression& expression) {
    if (expression.offset < 0) {
        throw wrong_target(fmt::format("'{}' goes down, and an upgrade goes up", expression.whole))
            .hint("use `schemist downgrade`");
    }
    const Goal start = start_of_relative(history, done, branch, expression);
    if (expression.offset == 0) {
        return start ? std::vector{history[*start].id} : std::vector<std::string>{};
    }
    return {history[walk_up(history, start, branch, expression)].id};
}

void refuse_below(const History& history, const RevisionFlags& done, Goal target, std::string_view text) {
    const auto is_done = [&](Index index) { return done[index]; };
    if (!target) {
        if (std::ranges::find(done, true) != done.end()) {
            throw wrong_target(fmt::format("'{}' is below what is applied, and an upgrade goes up", text))
                .hint("use `schemist downgrade base`");
        }
    } else if (done[*target] && std::ranges::any_of(history.children(*target), is_done)) {
        throw wrong_target(fmt::format("revision {} is below what is applied ({}), and an upgrade goes up",
                                       history[*target].id, joined(history, tips(history, done, Links::all))))
            .hint(fmt::format("use `schemist downgrade {}` to go back to it", history[*target].id));
    }
}

}  // namespace

std::vector<std::string> upgrade_targets(const History& history, AppliedIds applied, std::string_view text) {
    const Expression expression = read_expression(text);
    // An upgrade of no revisions at all is nothing to do, and no mistake.
    if (history.empty() && (text == "head" || text == "heads")) {
        return {};
    }
    const std::optional<Branch> branch = branch_of(history, expression);
    const RevisionFlags done = flags_of(history, applied);
    if (expression.from_current()) {
        return relative_targets(history, done, branch, expression);
    }
    std::vector<std::string> targets;
    for (const Goal& target : absolute_goals(history, expression, branch)) {
        refuse_below(history, done, target, text);
        if (target) {
            targets.push_back(history[*target].id);
        }
    }
    return targets;
}

std::vector<std::string> upgrade_path(const History& history, AppliedIds applied,
                                      std::span<const std::string> targets) {
    std::vector<Index> from;
    for (const std::string& target : targets) {
        from.push_back(named(history, target, std::nullopt));
    }
    RevisionFlags needed = history.ancestors(from);
    const RevisionFlags done = flags_of(history, applied);
    for (Index i = 0; i < history.size(); ++i) {
        needed[i] = needed[i] && !done[i];
    }
    return ids_of(history, needed);
}

std::vector<std::string> named_revisions(const History& history, std::string_view text) {
    const Expression expression = read_expression(text);
    if (expression.from_current()) {
        throw wrong_target(fmt::format("'{}' names no revision: it depends on what is applied", text))
            .hint("name a revision, as in 'head-1'");
    }
    std::vector<std::string> result;
    for (const Goal& goal : absolute_goals(history, expression, branch_of(history, expression))) {
        if (goal) {
            result.push_back(history[*goal].id);
        }
    }
    return result;
}

const Revision& resolve_revision(const History& history, std::string_view name) {
    return history[named(history, name, std::nullopt)];
}

std::vector<std::string> current_heads(const History& history, AppliedIds applied) {
    return ids_of(history, tips(history, flags_of(history, applied), Links::all));
}

}  // namespace schemist
