// The changes together with what is taken down and put back for them.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/take_down.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

namespace schemist::postgresql {

// What has an `inherited` and follows a parent that stays its parent is taken down and put back by that.
bool TakeDown::goes_with_its_parent(const Reference& object) const {
    if (heirs_.empty() || !is_part_of_table(object.kind)) {
        return false;
    }
    const TableStructure* before = from_.find_table(object.name);
    const TableStructure* after = before == nullptr ? nullptr : to_.find_table(object.name);
    if (after == nullptr || kept_parents(*before, *after).empty()) {
        return false;
    }
    return std::visit(
        [](const auto& value) {
            if constexpr (requires { value.inherited; }) {
                return value.inherited;
            } else {
                return false;
            }
        },
        find_object(from_, object));
}

// The reference of the object that is there instead: a constraint may have another name.
Reference TakeDown::reference_after(const Reference& object, const Object& after) {
    return std::visit(
        [&](const auto& value) -> Reference {
            if constexpr (requires { std::string(value.name); }) {
                return is_part_of_table(object.kind) ? part(object.kind, object.name, value.name) : object;
            } else {
                return object;
            }
        },
        after);
}

void TakeDown::add_drop_and_create(const Reference& object, const Object& before, const Object& after,
                                   Changes& changes) {
    if (before.index() != 0) {
        changes.push_back({Action::drop, object, before, {}});
    }
    if (after.index() != 0) {
        changes.push_back({Action::create, reference_after(object, after), {}, after});
    }
}

// An index of a materialized view goes and comes with the view.
bool TakeDown::goes_with_its_view(const Reference& object) const {
    return object.kind == Kind::index && taken_down_.contains({Kind::materialized_view, object.name, {}});
}

Object TakeDown::without_default(Object object) {
    if (Column* column = std::get_if<Column>(&object)) {
        column->default_expression.reset();
    }
    return object;
}

// The default goes first and comes last, and whatever else is to be changed is changed without it.
void TakeDown::add_without_default(const Reference& object, Changes& changes) const {
    const Object before = find_object(from_, object);
    const Object after = find_object(to_, object);
    const auto add = [&](const Object& one, const Object& other) {
        if (!(one == other)) {
            changes.push_back({Action::alter, object, one, other});
        }
    };
    add(before, without_default(before));
    if (moved_.contains(object)) {
        changes.push_back({Action::alter, object, without_default(before), without_default(after)});
    } else {
        add(without_default(before), without_default(after));
    }
    add(without_default(after), after);
}

// A table is none of its type while that is altered.
void TakeDown::leave_altered_types(Changes& changes) const {
    for (const TableStructure& before : from_.tables) {
        const TableStructure* after = before.of_type.empty() ? nullptr : to_.find_table(before.name);
        if (after == nullptr || after->of_type != before.of_type ||
            taken_down_.contains({Kind::table, before.name, {}})) {
            continue;
        }
        for (const CompositeType& type : from_.composite_types) {
            const Reference object{Kind::composite_type, type.name, {}};
            const bool is_altered = by_object_.contains(object) || taken_down_.contains(object);
            if (is_altered && qualified(type.name) == before.of_type) {
                TableStructure apart = *after;
                apart.of_type.clear();
                const Reference table{Kind::table, after->name, {}};
                changes.push_back({Action::alter, table, *after, apart});
                changes.push_back({Action::alter, table, apart, *after});
            }
        }
    }
}

Changes TakeDown::rewritten() {
    Changes changes;
    leave_altered_types(changes);
    for (const Change& change : changes_) {
        if (is_in_taken_down_table(change.object)) {
            continue;
        }
        const bool kept = !taken_down_.contains(change.object) || change.action == Action::create;
        if (goes_with_its_view(change.object) || (!kept && goes_with_its_parent(change.object))) {
            continue;
        }
        if (made_anew_.contains(change.object)) {
            continue;
        }
        if (kept && without_default_.contains(change.object)) {
            continue;
        }
        if (kept) {
            changes.push_back(change);
        } else {
            add_drop_and_create(change.object, change.before, change.after, changes);
        }
    }
    for (const Reference& object : without_default_) {
        if (!taken_down_.contains(object) && !is_in_taken_down_table(object) &&
            !(moved_.contains(object) && goes_with_its_parent(object))) {
            add_without_default(object, changes);
        }
    }
    for (const Reference& object : taken_down_) {
        if (goes_with_its_view(object) || goes_with_its_parent(object) || is_in_taken_down_table(object)) {
            continue;
        }
        if (made_anew_.contains(object)) {
            changes.push_back({Action::alter, object, find_object(from_, object), find_object(to_, object)});
            continue;
        }
        if (const auto found = by_object_.find(object);
            found == by_object_.end() || found->second->action == Action::create) {
            const bool is_created = found != by_object_.end();
            add_drop_and_create(object, find_object(from_, object),
                                is_created ? Object{} : find_object(to_, object), changes);
        }
    }
    return changes;
}

}  // namespace schemist::postgresql
