#pragma once
// Comparing the named parts of one table: constraints, indexes, triggers.

#include "schema/change.hpp"
#include "schema/inheritance.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace schemist {

template <class Part>
bool same_apart_from_name(const Part& left, const Part& right) {
    Part renamed = left;
    renamed.name = right.name;
    return renamed == right;
}

// What a partition has from its parent is the same object as long as it is defined alike: it cannot go without the parent's.
template <class Part>
bool is_same_inherited(const Part& left, const Part& right) {
    if constexpr (requires {
                      left.inherited;
                      left.storage;
                  }) {
        return left.inherited && right.inherited && same_definition(left, right);
    } else {
        return false;
    }
}

// Matches parts by name, unnamed ones by their content. Of those without a counterpart, two that differ in
// nothing but the name are one that was renamed, and so are two that a partition has from its parent, whatever else can be
// altered of them; triggers are not, since their definition holds the name.
template <class Part>
void compare_parts(Kind kind, const Name& table, const std::vector<Part>& from, const std::vector<Part>& to,
                   Changes& changes) {
    std::vector<const Part*> dropped;
    std::vector<const Part*> created;
    const auto matches = [](const Part& left, const Part& right) {
        return left.name.empty() ? left == right : left.name == right.name;
    };
    // Unnamed parts may occur twice with the same content: each may be matched once only.
    std::vector<bool> taken(to.size(), false);
    for (const Part& before : from) {
        bool found = false;
        for (std::size_t i = 0; i < to.size() && !found; ++i) {
            if (!taken[i] && matches(before, to[i])) {
                taken[i] = found = true;
                if (!(before == to[i])) {
                    changes.push_back({Action::alter, {kind, table, before.name}, before, to[i]});
                }
            }
        }
        if (!found) {
            dropped.push_back(&before);
        }
    }
    for (std::size_t i = 0; i < to.size(); ++i) {
        if (!taken[i]) {
            created.push_back(&to[i]);
        }
    }
    for (const Part* before : dropped) {
        const auto after = std::find_if(created.begin(), created.end(), [&](const Part* part) {
            return same_apart_from_name(*before, *part) || is_same_inherited(*before, *part);
        });
        if (after != created.end()) {
            changes.push_back({Action::rename, {kind, table, before->name}, *before, **after});
            created.erase(after);
        } else {
            changes.push_back({Action::drop, {kind, table, before->name}, *before, {}});
        }
    }
    for (const Part* after : created) {
        changes.push_back({Action::create, {kind, table, after->name}, {}, *after});
    }
}

}  // namespace schemist
