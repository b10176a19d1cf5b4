#include "diff/diff.hpp"

#include "diff/inheritance.hpp"
#include "diff/parts.hpp"
#include "schema/inheritance.hpp"

#include <algorithm>
#include <optional>

namespace schemist {
namespace {

// Walks two lists that are sorted by name at once.
template <class T, class OnBoth>
void compare_lists(const std::vector<T>& from, const std::vector<T>& to, Changes& changes, OnBoth on_both) {
    auto before = from.begin();
    auto after = to.begin();
    while (before != from.end() || after != to.end()) {
        if (after == to.end() || (before != from.end() && name_order(*before) < name_order(*after))) {
            changes.push_back({Action::drop, reference_of(*before), *before, {}});
            ++before;
        } else if (before == from.end() || name_order(*after) < name_order(*before)) {
            changes.push_back({Action::create, reference_of(*after), {}, *after});
            ++after;
        } else {
            on_both(*before, *after);
            ++before;
            ++after;
        }
    }
}

template <class T>
void compare_objects(const std::vector<T>& from, const std::vector<T>& to, Changes& changes) {
    compare_lists(from, to, changes, [&](const T& before, const T& after) {
        if (!(before == after)) {
            changes.push_back({Action::alter, reference_of(before), before, after});
        }
    });
}

bool same_apart_from_name(const Sequence& before, const Sequence& after) {
    Sequence renamed = before;
    renamed.name.name = after.name.name;
    return renamed == after;
}

// A sequence that a column owns is that column's; under another name it still counts from where it was.
void compare_objects(const std::vector<Sequence>& from, const std::vector<Sequence>& to, Changes& changes) {
    Changes found;
    compare_objects<Sequence>(from, to, found);
    for (Change& change : found) {
        const Sequence* dropped =
            change.action == Action::drop ? std::get_if<Sequence>(&change.before) : nullptr;
        if (dropped == nullptr || !dropped->owned_by) {
            continue;
        }
        const auto created = std::ranges::find_if(found, [&](const Change& other) {
            const Sequence* sequence =
                other.action == Action::create ? std::get_if<Sequence>(&other.after) : nullptr;
            return sequence != nullptr && same_apart_from_name(*dropped, *sequence);
        });
        if (created != found.end()) {
            change.action = Action::rename;
            change.after = created->after;
            created->after = {};
        }
    }
    std::erase_if(found, [](const Change& change) {
        return change.action == Action::create && change.after.index() == 0;
    });
    std::ranges::move(found, std::back_inserter(changes));
}

TableStructure without_parts(const TableStructure& table) {
    TableStructure own = table;
    own.columns.clear();
    own.primary_key.reset();
    own.unique_constraints.clear();
    own.checks.clear();
    own.exclusions.clear();
    own.foreign_keys.clear();
    own.indexes.clear();
    return own;
}

void compare_columns(const TableStructure& from, const TableStructure& to, Changes& changes) {
    for (const Column& before : from.columns) {
        if (to.find_column(before.name) == nullptr) {
            changes.push_back({Action::drop, {Kind::column, from.name, before.name}, before, {}});
        }
    }
    for (const Column& after : to.columns) {
        const Reference reference{Kind::column, from.name, after.name};
        if (const Column* before = from.find_column(after.name); before == nullptr) {
            changes.push_back({Action::create, reference, {}, after});
        } else if (!(*before == after)) {
            changes.push_back({Action::alter, reference, *before, after});
        }
    }
}

void compare_parts_of(const TableStructure& from, const TableStructure& to, Changes& changes) {
    compare_columns(from, to, changes);
    const auto list = [](const std::optional<PrimaryKey>& key) {
        return key ? std::vector<PrimaryKey>{*key} : std::vector<PrimaryKey>{};
    };
    compare_parts(Kind::primary_key, from.name, list(from.primary_key), list(to.primary_key), changes);
    compare_parts(Kind::unique, from.name, from.unique_constraints, to.unique_constraints, changes);
    compare_parts(Kind::check, from.name, from.checks, to.checks, changes);
    compare_parts(Kind::exclusion, from.name, from.exclusions, to.exclusions, changes);
    compare_parts(Kind::foreign_key, from.name, from.foreign_keys, to.foreign_keys, changes);
    compare_parts(Kind::index, from.name, from.indexes, to.indexes, changes);
}

bool has_plain_not_null(const TableStructure& table) {
    static const NotNullConstraint plain;
    return std::ranges::all_of(table.columns,
                               [](const Column& column) { return column.not_null_constraint == plain; });
}

// What only one of the servers can say is no difference, and neither is a name that children hold fast.
TableStructure with_fixed_names(TableStructure before, const TableStructure& after, const Children& children,
                                const Schema& to) {
    const Schema& from = children.schema();
    const bool are_comparable = from.not_null_constraints.are_kept == to.not_null_constraints.are_kept;
    for (Column& column : before.columns) {
        const Column* other = after.find_column(column.name);
        if (other == nullptr || other->not_null_constraint == column.not_null_constraint) {
            continue;
        }
        const TableStructure* table = from.find_table(before.name);
        const Column* old = table == nullptr ? nullptr : table->find_column(column.name);
        if (!are_comparable) {
            column.not_null_constraint = other->not_null_constraint;
        } else if (old != nullptr && other->not_null_constraint.name != column.not_null_constraint.name &&
                   !can_rename_not_null(children, *table, *old)) {
            column.not_null_constraint.name = other->not_null_constraint.name;
        }
    }
    return before;
}

bool has_parents(const TableStructure& table) {
    return table.partition_of || !table.inherits.empty();
}

bool makes_room_for_inherited(const std::optional<PrimaryKey>& own,
                              const std::optional<PrimaryKey>& inherited) {
    return own && inherited && !own->inherited && inherited->inherited && !same_definition(*own, *inherited);
}

void compare_tables(const TableStructure& before, const TableStructure& after, const Children& children,
                    const Schema& to, Changes& changes) {
    if (!(without_parts(before) == without_parts(after))) {
        changes.push_back({Action::alter, {Kind::table, before.name, {}}, before, after});
    }
    if (!has_parents(before) && !has_parents(after)) {
        if (has_plain_not_null(before) && has_plain_not_null(after)) {
            compare_parts_of(before, after, changes);
        } else {
            compare_parts_of(with_fixed_names(before, after, children, to), after, changes);
        }
        return;
    }
    const Schema& from = children.schema();
    const TableStructure start = with_fixed_names(handed_down(before, after, from, to), after, children, to);
    if (makes_room_for_inherited(before.primary_key, start.primary_key)) {
        changes.push_back({Action::drop,
                           {Kind::primary_key, before.name, before.primary_key->name},
                           *before.primary_key,
                           {}});
    }
    compare_parts_of(start, ready_to_join(start, after, from, to), changes);
}

void compare_objects(const std::vector<MaterializedView>& from, const std::vector<MaterializedView>& to,
                     Changes& changes) {
    compare_lists(from, to, changes, [&](const MaterializedView& before, const MaterializedView& after) {
        MaterializedView own = before;
        own.indexes = after.indexes;
        if (!(own == after)) {
            changes.push_back({Action::alter, reference_of(before), before, after});
        }
        compare_parts(Kind::index, before.name, before.indexes, after.indexes, changes);
    });
}

// What only one of the servers can say is no difference.
void compare_domains(const Schema& from, const Schema& to, Changes& changes) {
    const bool are_comparable =
        from.not_null_constraints.are_kept_of_domains == to.not_null_constraints.are_kept_of_domains;
    compare_lists(from.domains, to.domains, changes, [&](const Domain& before, const Domain& after) {
        Domain start = before;
        if (!are_comparable) {
            start.not_null_name = after.not_null_name;
            start.not_null_comment = after.not_null_comment;
        }
        if (!(start == after)) {
            changes.push_back({Action::alter, reference_of(before), start, after});
        }
    });
}

}  // namespace

Changes diff(const Schema& from, const Schema& to) {
    Changes changes;
    const Children children(from);
    for_each_list(from, to, [&](const auto& before, const auto& after) {
        if constexpr (std::is_same_v<ElementOf<decltype(before)>, TableStructure>) {
            compare_lists(before, after, changes,
                          [&](const TableStructure& one, const TableStructure& other) {
                              compare_tables(one, other, children, to, changes);
                          });
        } else if constexpr (std::is_same_v<ElementOf<decltype(before)>, Domain>) {
            compare_domains(from, to, changes);
        } else {
            compare_objects(before, after, changes);
        }
    });
    return changes;
}

}  // namespace schemist
