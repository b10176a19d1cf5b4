#include "postgresql/kinds/take_down.hpp"

#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

namespace schemist::postgresql {
namespace {

// An alteration that the writer of the kind makes by a drop and a create.
template <class Key>
bool is_another(const Change& change, const Key& before, const Schema& to) {
    const Key& after = std::get<Key>(change.after);
    return !(with_facets_of(before, after, is_partitioned(to, change.object.name)) == after);
}

bool is_built_anew(const Change& change, const Schema& to) {
    if (const auto* key = std::get_if<PrimaryKey>(&change.before)) {
        return is_another(change, *key, to);
    }
    if (const auto* constraint = std::get_if<UniqueConstraint>(&change.before)) {
        return is_another(change, *constraint, to);
    }
    const auto* index = std::get_if<Index>(&change.before);
    return index != nullptr && is_another(change, *index, to);
}

// By the parent that they have before and after, with other bounds maybe.
std::multimap<Name, Name> partitions_that_stay(const Schema& from, const Schema& to) {
    std::multimap<Name, Name> partitions;
    for (const TableStructure& before : from.tables) {
        const TableStructure* after = before.partition_of ? to.find_table(before.name) : nullptr;
        if (after != nullptr && after->partition_of &&
            after->partition_of->parent == before.partition_of->parent) {
            partitions.emplace(before.partition_of->parent, before.name);
        }
    }
    return partitions;
}

bool is_view(Kind kind) {
    return kind == Kind::view || kind == Kind::materialized_view;
}

}  // namespace

TakenDown TakeDown::run() {
    find_causes();
    find_typed_tables();
    if (taken_down_.empty() && dropped_.empty() && retyped_.empty() && incompatible_.empty() &&
        recreated_.empty() && enums_.empty() && !alters_composite_type() && lost_keys_.empty() &&
        leavers_.empty() && relogged_.size() < 2) {
        return {std::move(changes_), {}, {}, {}};
    }
    for (bool more = true; more;) {
        more = visit_tables();
        more = visit_users() || more;
    }
    keep_parts_of_old_types();
    Changes changes = rewritten();
    return {std::move(changes), std::move(made_anew_), std::move(moved_), rebuilt()};
}

// Its columns stand in the order of the type, and a new one of its own comes last.
void TakeDown::find_typed_tables() {
    for (const TableStructure& after : to_.tables) {
        const TableStructure* before = after.of_type.empty() ? nullptr : from_.find_table(after.name);
        if (before == nullptr) {
            continue;
        }
        std::vector<std::string> outcome;
        for (const Column& column : before->columns) {
            if (after.find_column(column.name) != nullptr) {
                outcome.push_back(column.name);
            }
        }
        if (!std::ranges::equal(outcome.begin(), outcome.end(), after.columns.begin(),
                                after.columns.begin() + static_cast<std::ptrdiff_t>(outcome.size()), {}, {},
                                &Column::name)) {
            take_down({Kind::table, after.name, {}});
        }
    }
}

// As long as the old type stands, so do those that it is made of.
void TakeDown::keep_parts_of_old_types() {
    for (bool more = !made_anew_.empty(); more;) {
        more = false;
        for (const Dependency& dependency : from_.dependencies.list) {
            const Kind kind = dependency.used.kind;
            const bool can_move =
                kind == Kind::domain || kind == Kind::composite_type || kind == Kind::range_type;
            if (can_move && made_anew_.contains(dependency.user) && taken_down_.contains(dependency.used)) {
                more = made_anew_.insert(dependency.used).second || more;
            }
        }
    }
}

void TakeDown::find_causes() {
    for (const Change& change : changes_) {
        by_object_.emplace(change.object, &change);
        if (change.action == Action::drop) {
            dropped_.insert(change.object);
        }
        if (change.action == Action::alter &&
            (is_replaced(change) || retypes_attribute_in_use(change) || constrains_parts_of_values(change))) {
            take_down(change.object);
        } else if (change.action == Action::alter && change.object.kind == Kind::enum_type) {
            const EnumType& before = std::get<EnumType>(change.before);
            if (!only_adds_values(before, std::get<EnumType>(change.after))) {
                enums_.insert(before.name.name);
                note_enum_columns(before);
            }
        } else if (change.action == Action::alter && change.object.kind == Kind::table) {
            note_table(std::get<TableStructure>(change.before), std::get<TableStructure>(change.after));
        } else if (change.action == Action::alter && change.object.kind == Kind::column) {
            note_column(change.object, std::get<Column>(change.before), std::get<Column>(change.after));
            note_columns_of_heirs(change.object);
        } else if (change.action == Action::drop ||
                   (change.action == Action::alter && is_built_anew(change, to_))) {
            if (change.object.kind == Kind::primary_key || change.object.kind == Kind::unique ||
                change.object.kind == Kind::index) {
                lost_keys_.insert(change.object);
                note_keys_of_heirs(change);
            }
        }
    }
}

void TakeDown::note_table(const TableStructure& before, const TableStructure& after) {
    if (before.unlogged != after.unlogged) {
        relogged_.insert(after.name);
    }
    if (before.partition_of && after.partition_of && before.partition_of != after.partition_of) {
        for (const TableStructure* above : partitioned_above(from_, before)) {
            leavers_[above->name].push_back(after.name);
        }
    }
}

// Where a column gets another type, those of the children do too.
void TakeDown::note_columns_of_heirs(const Reference& object) {
    for (const Heirs::Heir& heir : heirs_.descendants(object.name)) {
        const Column* before = heir.before->find_column(object.part);
        const Column* after = heir.after->find_column(object.part);
        if (before != nullptr && after != nullptr) {
            note_column(part(Kind::column, heir.after->name, object.part), *before, *after);
        }
    }
}

void TakeDown::note_keys_of_heirs(const Change& change) {
    for (const Heirs::Heir& heir : heirs_.descendants(change.object.name)) {
        for (const Reference& key : inherited_keys(*heir.before, change.before)) {
            lost_keys_.insert(key);
        }
    }
}

bool TakeDown::alters_composite_type() const {
    return std::ranges::any_of(
        changes_, [](const Change& change) { return change.object.kind == Kind::composite_type; });
}

bool TakeDown::is_replaced(const Change& change) const {
    const auto asks = kind_of_object(change.object.kind).is_replaced;
    const bool is_divided =
        nature_of(change.object.kind) == Nature::detail && divided_.contains(change.object);
    return is_divided || (asks != nullptr && asks(change.before, change.after));
}

void TakeDown::note_enum_columns(const EnumType& type) {
    for (const TableStructure& table : from_.tables) {
        for (const Column& column : table.columns) {
            const EnumType* used = enum_of(from_, column.type);
            if (used != nullptr && used->name == type.name) {
                incompatible_[table.name].insert(column.name);
                retyped_[table.name].insert(column.name);
                take_down_partitioned_by(part(Kind::column, table.name, column.name));
            }
        }
    }
}

void TakeDown::note_column(const Reference& object, const Column& before, const Column& after) {
    if (must_be_recreated(before, after)) {
        take_down(object);
    } else if (before.type != after.type || before.collation != after.collation) {
        retyped_[object.name].insert(object.part);
        if (!same_family(before.type, after.type)) {
            incompatible_[object.name].insert(object.part);
        }
        take_down_partitioned_by(object);
    }
}

bool TakeDown::take_down(const Reference& object) {
    const auto change = by_object_.find(object);
    if (change != by_object_.end() && change->second->action == Action::drop) {
        return false;
    }
    if (!taken_down_.insert(object).second) {
        return false;
    }
    if (object.kind == Kind::table) {
        take_down_table(object.name);
    } else if (object.kind == Kind::column) {
        recreated_[object.name].insert(object.part);
    } else if (object.kind == Kind::primary_key || object.kind == Kind::unique ||
               object.kind == Kind::index) {
        lost_keys_.insert(object);
    }
    return true;
}

// Foreign keys to it, and to the tables that it is a partition of, have to go until its rows are back.
void TakeDown::lose_keys(const TableStructure& table) {
    lost_keys_.insert(all_keys(table.name));
    for (const TableStructure* above : partitioned_above(from_, table)) {
        lost_keys_.insert(all_keys(above->name));
    }
}

// Foreign keys refer to it, and partitions follow it; whoever inherits from it keeps its own rows.
void TakeDown::take_down_table(const Name& name) {
    lose_keys(*from_.find_table(name));
    if (!partitions_) {
        partitions_ = partitions_that_stay(from_, to_);
    }
    const auto [first, last] = partitions_->equal_range(name);
    for (auto partition = first; partition != last; ++partition) {
        take_down({Kind::table, partition->second, {}});
    }
}

bool TakeDown::is_in_taken_down_table(const Reference& object) const {
    return is_part_of_table(object.kind) && taken_down_.contains({Kind::table, object.name, {}});
}

// The rows of a foreign table are elsewhere.
std::set<Name> TakeDown::rebuilt() const {
    std::set<Name> names;
    for (const Reference& object : taken_down_) {
        const bool is_table = object.kind == Kind::table;
        const TableStructure* before = is_table ? from_.find_table(object.name) : nullptr;
        const TableStructure* after = is_table ? to_.find_table(object.name) : nullptr;
        if (before != nullptr && after != nullptr && !before->is_foreign() && !after->is_foreign()) {
            names.insert(object.name);
        }
    }
    return names;
}

// What is there before and after, but is another one, so that nothing may use it meanwhile.
bool TakeDown::is_gone_meanwhile(const Reference& object) const {
    const bool is_built_anew = lost_keys_.contains(object) && !dropped_.contains(object);
    if (taken_down_.contains(object) || goes_first_.contains(object) || is_in_taken_down_table(object) ||
        is_built_anew) {
        return true;
    }
    if (object.kind == Kind::enum_type) {
        const auto change = by_object_.find(object);
        return change != by_object_.end() && change->second->action == Action::alter &&
               enums_.contains(object.name.name);
    }
    return false;
}

// The user goes on as it is with another object that takes the name.
bool TakeDown::is_left_by(const Reference& user, const Reference& used) const {
    const bool is_dropped = dropped_.contains(used) ||
                            (used.kind == Kind::column && dropped_.contains({Kind::table, used.name, {}}));
    // What it is on goes with a part of a table; a function is only called by it.
    const bool is_part = user.kind == Kind::column || is_part_of_table(user.kind);
    return is_dropped && (!is_part || nature_of(used.kind) == Nature::detail) && !by_object_.contains(user) &&
           find_object(to_, user).index() != 0;
}

bool TakeDown::is_retyped(const Reference& object) const {
    return object.kind == Kind::column && names(retyped_, object.name).contains(object.part);
}

// The server refuses to change the type of a column that they use.
bool TakeDown::hinders_new_type(Kind kind) {
    return kind == Kind::view || kind == Kind::materialized_view || kind == Kind::rule ||
           kind == Kind::trigger || kind == Kind::policy || kind == Kind::function ||
           kind == Kind::publication;
}

// The server makes statistics of a column that gets another type anew, and forgets how exact they are to be.
bool TakeDown::loses_target(const Reference& object) const {
    const Object found = object.kind == Kind::statistics ? find_object(from_, object) : Object{};
    const Statistics* statistics = std::get_if<Statistics>(&found);
    return statistics != nullptr && statistics->target.has_value();
}

bool TakeDown::visit_users() {
    bool more = false;
    for (const Dependency& dependency : from_.dependencies.list) {
        const Reference& user = dependency.user;
        if (is_in_taken_down_table(user)) {
            more = keep_old_type(user, dependency.used) || more;
            continue;
        }
        const bool gone = is_gone_meanwhile(dependency.used) || is_left_by(user, dependency.used);
        const bool hinders = hinders_new_type(user.kind) || loses_target(user);
        if (!gone && !(is_retyped(dependency.used) && hinders)) {
            continue;
        }
        if (dropped_.contains(user) && is_view(user.kind)) {
            more = goes_first_.insert(user).second || more;
        } else if (user.kind == Kind::column) {
            more = (gone && take_default(user, dependency.used)) || more;
        } else if (user.kind != Kind::table && user.kind != Kind::enum_type) {
            more = take_down(user) || more;
        }
    }
    return more;
}

bool TakeDown::uses_afterwards(const Reference& user, const Reference& used) const {
    return std::ranges::binary_search(to_.dependencies.list, Dependency{user, used});
}

TakenDown with_take_downs(Changes changes, const Schema& from, const Schema& to,
                          const std::set<Reference>& divided) {
    return TakeDown(std::move(changes), from, to, divided).run();
}

}  // namespace schemist::postgresql
