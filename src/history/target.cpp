#include "history/target.hpp"

#include "schema/nearest.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <charconv>
#include <unordered_set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

using Index = History::Index;
using Flags = std::vector<bool>;

Error wrong(std::string what) {
    return Error(std::move(what)).state("nothing was changed").exit_code(ExitCode::configuration);
}

std::vector<std::string> ids_of(const History& history, std::span<const Index> indices) {
    std::vector<std::string> result;
    for (const Index index : indices) {
        result.push_back(history[index].id);
    }
    return result;
}

std::string joined(const History& history, std::span<const Index> indices) {
    return fmt::format("{}", fmt::join(ids_of(history, indices), ", "));
}

// "branch@symbol+2" in its parts.
struct Expression {
    std::string_view whole;
    std::string_view branch;
    std::string_view symbol;  // head, heads, base, a name, or empty for a number alone
    int offset = 0;
    bool relative = false;
};

Expression read_expression(std::string_view whole) {
    Expression result;
    result.whole = whole;
    std::string_view rest = whole;
    if (const std::size_t at = rest.find('@'); at != std::string_view::npos) {
        result.branch = rest.substr(0, at);
        rest = rest.substr(at + 1);
        if (result.branch.empty()) {
            throw wrong(fmt::format("'{}' names no branch before its '@'", whole));
        }
    }
    const std::size_t sign = rest.find_first_of("+-");
    result.symbol = rest.substr(0, sign);
    if (sign != std::string_view::npos) {
        const std::string_view digits = rest.substr(sign + 1);
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), result.offset);
        if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size() ||
            digits.front() == '-') {
            throw wrong(fmt::format("'{}' is no target: a number must follow '{}'", whole, rest[sign]))
                .hint("a target is head, heads, base, an id, +n, -n, id+n or id-n");
        }
        result.offset = rest[sign] == '-' ? -result.offset : result.offset;
        result.relative = true;
    } else if (rest.empty()) {
        throw wrong("the target is empty").hint("a target is head, heads, base, an id, +n, -n, id+n or id-n");
    }
    return result;
}

// What `branch@` limits an expression to.
struct Scope {
    Flags line;     // on a line with the branch, above or below it
    Flags lineage;  // the branch alone: from its branch point on
};

Index named(const History& history, std::string_view name, const Flags* among);

Scope scope_of(const History& history, std::string_view branch) {
    if (branch.empty()) {
        return {Flags(history.size(), true), Flags(history.size(), true)};
    }
    const Index root = named(history, branch, nullptr);
    const std::vector<Index> from{root};
    Scope scope{history.ancestors(from), history.descendants(from)};
    for (Index i = 0; i < history.size(); ++i) {
        scope.line[i] = scope.line[i] || scope.lineage[i];
    }
    for (Index i = root;
         history.parents(i).size() == 1 && history.children(history.parents(i)[0]).size() == 1;) {
        i = history.parents(i)[0];
        scope.lineage[i] = true;
    }
    return scope;
}

[[noreturn]] void fail_unknown(const History& history, std::string_view name) {
    std::vector<std::string> known{"head", "heads", "base"};
    for (const Revision& revision : history.revisions()) {
        known.push_back(revision.id);
        known.insert(known.end(), revision.labels.begin(), revision.labels.end());
    }
    const std::vector<std::string> close = nearest(name, known);
    throw wrong(fmt::format("there is no revision '{}' in the files", name))
        .hint(close.empty() ? "`schemist history` lists them"
                            : fmt::format("did you mean {}?", fmt::join(close, " or ")));
}

Index named(const History& history, std::string_view name, const Flags* among) {
    const auto allowed = [&](Index index) { return among == nullptr || (*among)[index]; };
    std::optional<Index> exact = history.index_of(name);
    exact = exact ? exact : history.labelled(name);
    if (exact && !allowed(*exact)) {
        throw wrong(fmt::format("revision {} is not on that branch", history[*exact].id));
    }
    if (exact) {
        return *exact;
    }
    std::vector<Index> candidates;
    for (Index i = 0; i < history.size() && !name.empty(); ++i) {
        if (allowed(i) && std::string_view(history[i].id).starts_with(name)) {
            candidates.push_back(i);
        }
    }
    if (candidates.empty()) {
        fail_unknown(history, name);
    }
    if (candidates.size() > 1) {
        throw wrong(
            fmt::format("'{}' begins {} revisions: {}", name, candidates.size(), joined(history, candidates)))
            .hint("write more of the id");
    }
    return candidates.front();
}

// Those of the flagged that nothing flagged revises.
std::vector<Index> tips(const History& history, const Flags& flags) {
    std::vector<Index> result;
    for (Index i = 0; i < history.size(); ++i) {
        const auto children = history.children(i);
        if (flags[i] &&
            std::none_of(children.begin(), children.end(), [&](Index child) { return flags[child]; })) {
            result.push_back(i);
        }
    }
    return result;
}

Index single_head(const History& history, const Flags& among, std::string_view expression) {
    const std::vector<Index> heads = tips(history, among);
    if (heads.empty()) {
        throw wrong("there are no revisions").hint("`schemist revision -m MESSAGE` makes one");
    }
    if (heads.size() > 1) {
        throw wrong(fmt::format("'{}' is not clear: there are {} heads, {}", expression, heads.size(),
                                joined(history, heads)))
            .hint("name one of them, use 'heads' for all, or join them with `schemist merge`");
    }
    return heads.front();
}

[[noreturn]] void fail_relative(const Expression& expression, int produced) {
    throw wrong(fmt::format("'{}' goes {} revisions, and there are only {}", expression.whole,
                            std::abs(expression.offset), produced))
        .hint("`schemist history` lists them");
}

// Up to n steps towards the heads. No start means below the bases.
Index walk_up(const History& history, std::optional<Index> start, const Flags& among,
              const Expression& expression) {
    std::optional<Index> current = start;
    for (int walked = 0; walked < expression.offset; ++walked) {
        std::vector<Index> next;
        for (const Index candidate : current ? std::vector<Index>(history.children(*current).begin(),
                                                                  history.children(*current).end())
                                             : history.bases()) {
            if (among[candidate]) {
                next.push_back(candidate);
            }
        }
        if (next.empty()) {
            fail_relative(expression, walked);
        }
        if (next.size() > 1) {
            throw wrong(
                fmt::format("'{}' is not clear: {} {} revisions, {}", expression.whole,
                            current ? history[*current].id + " is followed by" : std::string("there are"),
                            next.size(), joined(history, next)))
                .hint("name a revision, or a branch as in 'branch@+1'");
        }
        current = next.front();
    }
    return current.value();
}

// Up to n steps towards the base; nothing when the walk ends below a base.
std::optional<Index> walk_down(const History& history, Index start, const Flags& among,
                               const Expression& expression) {
    std::optional<Index> current = start;
    for (int walked = 0; walked < -expression.offset; ++walked) {
        if (!current) {
            fail_relative(expression, walked);
        }
        std::vector<Index> next;
        for (const Index parent : history.parents(*current)) {
            if (among[parent]) {
                next.push_back(parent);
            }
        }
        if (next.size() > 1) {
            throw wrong(fmt::format("'{}' is not clear: {} merges {}", expression.whole, history[*current].id,
                                    joined(history, next)))
                .hint("name a revision");
        }
        current = next.empty() ? std::nullopt : std::optional<Index>(next.front());
    }
    return current;
}

Flags flags_of(const History& history, AppliedIds applied) {
    Flags result(history.size(), false);
    for (const std::string& id : applied) {
        if (const std::optional<Index> index = history.index_of(id)) {
            result[*index] = true;
        }
    }
    return result;
}

Flags both(Flags left, const Flags& right) {
    for (std::size_t i = 0; i < left.size(); ++i) {
        left[i] = left[i] && right[i];
    }
    return left;
}

// What the expression names without regard to what is applied. An empty optional inside means "below the
// base".
std::vector<std::optional<Index>> absolute(const History& history, const Expression& expression,
                                           const Scope& scope) {
    if (expression.symbol == "heads") {
        if (expression.relative) {
            throw wrong(fmt::format("'{}' is no target: a number cannot follow 'heads'", expression.whole));
        }
        std::vector<std::optional<Index>> result;
        for (const Index head : tips(history, scope.line)) {
            result.emplace_back(head);
        }
        return result;
    }
    std::optional<Index> start;
    if (expression.symbol == "head") {
        start = single_head(history, scope.line, expression.whole);
    } else if (expression.symbol != "base") {
        start = named(history, expression.symbol, expression.branch.empty() ? nullptr : &scope.line);
    }
    if (expression.offset > 0) {
        return {walk_up(history, start, scope.line, expression)};
    }
    if (expression.offset < 0) {
        if (!start) {
            fail_relative(expression, 0);
        }
        return {walk_down(history, *start, scope.line, expression)};
    }
    return {start};
}

std::vector<std::string> in_history_order(const History& history, const Flags& flags) {
    std::vector<std::string> result;
    for (Index i = 0; i < history.size(); ++i) {
        if (flags[i]) {
            result.push_back(history[i].id);
        }
    }
    return result;
}

}  // namespace

const Revision& resolve_revision(const History& history, std::string_view name) {
    return history[named(history, name, nullptr)];
}

std::vector<std::string> current_heads(const History& history, AppliedIds applied) {
    return ids_of(history, tips(history, flags_of(history, applied)));
}

std::vector<std::string> upgrade_targets(const History& history, AppliedIds applied, std::string_view text) {
    const Expression expression = read_expression(text);
    // An upgrade of no revisions at all is nothing to do, and no mistake.
    if (history.empty() && (text == "head" || text == "heads")) {
        return {};
    }
    const Scope scope = scope_of(history, expression.branch);
    const Flags done = flags_of(history, applied);
    if (expression.relative && expression.symbol.empty()) {
        if (expression.offset < 0) {
            throw wrong(fmt::format("'{}' goes down, and an upgrade goes up", text))
                .hint("use `schemist downgrade`");
        }
        const std::vector<Index> current = tips(history, both(done, scope.line));
        if (current.size() > 1) {
            throw wrong(fmt::format("'{}' is not clear: {} revisions are current, {}", text, current.size(),
                                    joined(history, current)))
                .hint("name a revision, or a branch as in 'branch@+1'");
        }
        if (expression.offset == 0) {
            return current.empty() ? std::vector<std::string>{} : ids_of(history, current);
        }
        const std::optional<Index> start =
            current.empty() ? std::nullopt : std::optional<Index>(current.front());
        return {history[walk_up(history, start, scope.line, expression)].id};
    }
    std::vector<std::string> targets;
    for (const std::optional<Index>& target : absolute(history, expression, scope)) {
        if (!target) {
            if (!tips(history, both(done, scope.lineage)).empty()) {
                throw wrong(fmt::format("'{}' is below what is applied, and an upgrade goes up", text))
                    .hint("use `schemist downgrade base`");
            }
            continue;
        }
        const auto children = history.children(*target);
        if (done[*target] &&
            std::any_of(children.begin(), children.end(), [&](Index child) { return done[child]; })) {
            throw wrong(fmt::format("revision {} is below what is applied ({}), and an upgrade goes up",
                                    history[*target].id, fmt::join(current_heads(history, applied), ", ")))
                .hint(fmt::format("use `schemist downgrade {}` to go back to it", history[*target].id));
        }
        targets.push_back(history[*target].id);
    }
    return targets;
}

std::vector<std::string> upgrade_path(const History& history, AppliedIds applied,
                                      std::span<const std::string> targets) {
    std::vector<Index> from;
    for (const std::string& target : targets) {
        from.push_back(named(history, target, nullptr));
    }
    Flags needed = history.ancestors(from);
    const Flags done = flags_of(history, applied);
    for (Index i = 0; i < history.size(); ++i) {
        needed[i] = needed[i] && !done[i];
    }
    return in_history_order(history, needed);
}

std::vector<std::string> downgrade_path(const History& history, AppliedIds applied, std::string_view text) {
    const Expression expression = read_expression(text);
    const Scope scope = scope_of(history, expression.branch);
    const Flags done = flags_of(history, applied);
    Flags taken_back(history.size(), false);
    if (expression.relative && expression.symbol.empty()) {
        if (expression.offset > 0) {
            throw wrong(fmt::format("'{}' goes up, and a downgrade goes down", text))
                .hint("use `schemist upgrade`");
        }
        // With several current revisions this is the one that was applied last, which is at least what
        // happened.
        std::vector<Index> last;
        for (std::size_t i = applied.size();
             i-- > 0 && last.size() < static_cast<std::size_t>(-expression.offset);) {
            if (const std::optional<Index> index = history.index_of(applied[i]);
                index && scope.lineage[*index]) {
                last.push_back(*index);
            }
        }
        if (last.size() < static_cast<std::size_t>(-expression.offset)) {
            fail_relative(expression, static_cast<int>(last.size()));
        }
        taken_back = history.descendants(last);
    } else {
        for (const std::optional<Index>& target : absolute(history, expression, scope)) {
            if (!target) {
                // Below the base of this line: of all lines when the expression begins with `base`.
                Flags line = scope.lineage;
                if (expression.symbol != "base") {
                    const std::vector<Index> start{
                        named(history,
                              expression.symbol == "head" ? history[single_head(history, scope.line, text)].id
                                                          : std::string(expression.symbol),
                              nullptr)};
                    std::vector<Index> roots;
                    const Flags above = history.ancestors(start);
                    for (const Index base : history.bases()) {
                        if (above[base]) {
                            roots.push_back(base);
                        }
                    }
                    line = history.descendants(roots);
                }
                taken_back = line;
                continue;
            }
            if (!done[*target]) {
                throw wrong(fmt::format("revision {} is not applied, so there is no way down to it",
                                        history[*target].id))
                    .hint(applied.empty() ? "nothing is applied"
                                          : fmt::format("applied now: {}",
                                                        fmt::join(current_heads(history, applied), ", ")));
            }
            const std::vector<Index> from{*target};
            const Flags after = history.descendants(from);
            for (Index i = 0; i < history.size(); ++i) {
                taken_back[i] = taken_back[i] || (after[i] && i != *target);
            }
        }
        taken_back = both(taken_back, scope.lineage);
    }
    std::vector<std::string> path = in_history_order(history, both(taken_back, done));
    std::reverse(path.begin(), path.end());
    return path;
}

std::vector<std::string> stamped(const History& history, AppliedIds applied, std::string_view text) {
    const Expression expression = read_expression(text);
    const Scope scope = scope_of(history, expression.branch);
    const Flags done = flags_of(history, applied);
    std::vector<Index> targets;
    if (expression.relative && expression.symbol.empty()) {
        throw wrong(fmt::format("'{}' is no target for a stamp: it depends on what is applied", text))
            .hint("name a revision");
    }
    for (const std::optional<Index>& target : absolute(history, expression, scope)) {
        if (target) {
            targets.push_back(*target);
        }
    }
    // What is on a line with a target, or on the branch that goes back to its base, is replaced.
    Flags replaced = targets.empty() ? scope.lineage : Flags(history.size(), false);
    if (!targets.empty()) {
        const Flags above = history.ancestors(targets);
        const Flags below = history.descendants(targets);
        for (Index i = 0; i < history.size(); ++i) {
            replaced[i] = above[i] || below[i];
        }
    }
    Flags kept = done;
    for (Index i = 0; i < history.size() && targets.empty(); ++i) {
        kept[i] = kept[i] && !replaced[i];
    }
    for (const Index current : tips(history, kept)) {
        if (!replaced[current]) {
            targets.push_back(current);
        }
    }
    return in_history_order(history, history.ancestors(targets));
}

}  // namespace schemist
