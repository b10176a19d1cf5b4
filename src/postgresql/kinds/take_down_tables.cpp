// What of a table must be taken down because of its columns and keys.

#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/not_null.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/kinds/take_down.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

namespace schemist::postgresql {
namespace {

using Names = TakeDown::Names;

bool mentions_any(std::string_view expression, const Names& names) {
    const bool possible = std::ranges::any_of(
        names, [&](const std::string& name) { return expression.find(name) != std::string_view::npos; });
    if (!possible) {
        return false;
    }
    const Mentions found = mentions(expression);
    return std::ranges::any_of(names, [&](const std::string& name) { return found.identifier(name); });
}

bool uses_any(const IndexElement& element, const Names& names) {
    return names.contains(element.column) || mentions_any(element.expression, names);
}

// The server makes an index of a column that gets another type anew, and forgets how exact its statistics are to be.
bool forgets_targets(const std::vector<IndexElement>& elements, std::string_view predicate,
                     const Names& moved) {
    const bool has_target = std::ranges::any_of(
        elements, [](const IndexElement& element) { return element.statistics_target.has_value(); });
    return has_target &&
           (mentions_any(predicate, moved) || std::ranges::any_of(elements, [&](const IndexElement& element) {
                return uses_any(element, moved);
            }));
}

bool contains_any(const std::vector<std::string>& columns, const Names& names) {
    return std::ranges::any_of(columns, [&](const std::string& column) { return names.contains(column); });
}

}  // namespace

TakeDown::Names TakeDown::names(const std::map<Name, Names>& map, const Name& table) const {
    const auto found = map.find(table);
    return found == map.end() ? Names{} : found->second;
}

bool TakeDown::visit_tables() {
    bool more = false;
    for (const TableStructure& table : from_.tables) {
        if (to_.find_table(table.name) == nullptr || taken_down_.contains({Kind::table, table.name, {}})) {
            continue;
        }
        Names moved = names(retyped_, table.name);
        Names broken = names(incompatible_, table.name);
        const Names recreated = names(recreated_, table.name);
        moved.insert(recreated.begin(), recreated.end());
        broken.insert(recreated.begin(), recreated.end());
        moved.insert(enums_.begin(), enums_.end());
        broken.insert(enums_.begin(), enums_.end());
        if (!broken.empty() || !moved.empty()) {
            more = visit_table(table, moved, broken, recreated) || more;
            more = visit_keys_of_partitions(table, moved) || more;
            more = visit_not_null_of_heirs(table, moved) || more;
        }
        more = visit_foreign_keys(table) || more;
    }
    return more;
}

bool TakeDown::visit_table(const TableStructure& table, const Names& moved, const Names& broken,
                           const Names& recreated) {
    bool more = false;
    const auto take = [&](Kind kind, const std::string& name) {
        more = take_down(part(kind, table.name, name)) || more;
    };
    for (const Column& column : table.columns) {
        const EnumType* type = enum_of(from_, column.type);
        const bool of_enum = type != nullptr && enums_.contains(type->name.name);
        if (column.generated && (of_enum || mentions_any(column.generated->expression, moved))) {
            take(Kind::column, column.name);
        }
    }
    for (const CheckConstraint& check : table.checks) {
        if (mentions_any(check.expression, broken)) {
            take(Kind::check, check.name);
        }
    }
    const auto uses = [&](const std::vector<IndexElement>& elements, const std::vector<std::string>& include,
                          std::string_view predicate) {
        return contains_any(include, recreated) || mentions_any(predicate, broken) ||
               forgets_targets(elements, predicate, moved) ||
               std::ranges::any_of(elements, [&](const IndexElement& element) {
                   return recreated.contains(element.column) || mentions_any(element.expression, broken);
               });
    };
    for (const Index& index : table.indexes) {
        if (uses(index.elements, index.include, index.predicate)) {
            take(Kind::index, index.name);
        }
    }
    for (const ExclusionConstraint& constraint : table.exclusions) {
        if (uses(index_elements(constraint), constraint.include, constraint.predicate)) {
            take(Kind::exclusion, constraint.name);
        }
    }
    if (table.primary_key && (contains_any(table.primary_key->columns, recreated) ||
                              contains_any(table.primary_key->include, recreated))) {
        take(Kind::primary_key, table.primary_key->name);
    }
    for (const UniqueConstraint& constraint : table.unique_constraints) {
        if (contains_any(constraint.columns, recreated) || contains_any(constraint.include, recreated)) {
            take(Kind::unique, constraint.name);
        }
    }
    return more;
}

// The server makes the keys and indexes of a column that gets another type anew, and those of partitions from these: under names
// of its own, without comments, storage parameters and marks.
bool TakeDown::visit_keys_of_partitions(const TableStructure& table, const Names& moved) {
    bool more = false;
    const auto visit = [&](const auto& key, bool is_moved) {
        const std::vector<Reference> partitions = is_moved && !key.inherited
                                                      ? forgotten_in_partitions(heirs_, table.name, key)
                                                      : std::vector<Reference>{};
        for (const Reference& of_partition : partitions) {
            more = take_down(of_partition) || more;
        }
        if (!partitions.empty()) {
            more = take_down(part(kind_of<std::remove_cvref_t<decltype(key)>>, table.name, key.name)) || more;
        }
    };
    const auto uses_moved = [&](const IndexElement& element) { return uses_any(element, moved); };
    if (table.partition_key.empty()) {
        return false;
    }
    for (const Index& index : table.indexes) {
        visit(index, contains_any(index.include, moved) || mentions_any(index.predicate, moved) ||
                         std::ranges::any_of(index.elements, uses_moved));
    }
    if (const std::optional<PrimaryKey>& key = table.primary_key) {
        visit(*key, contains_any(key->columns, moved) || contains_any(key->include, moved));
    }
    for (const UniqueConstraint& key : table.unique_constraints) {
        visit(key, contains_any(key.columns, moved) || contains_any(key.include, moved));
    }
    return more;
}

// What a primary key is made of stays NOT NULL as long as it is there.
bool TakeDown::visit_not_null_of_heirs(const TableStructure& table, const Names& moved) {
    bool more = false;
    for (const std::string& name : moved) {
        const Column* column = table.find_column(name);
        if (column == nullptr || !forgets_not_null_of_heirs(from_, heirs_, table.name, *column)) {
            continue;
        }
        const auto take_key = [&](const TableStructure& owner) {
            if (owner.primary_key &&
                std::ranges::find(owner.primary_key->columns, name) != owner.primary_key->columns.end()) {
                more = take_down(part(Kind::primary_key, owner.name, owner.primary_key->name)) || more;
            }
        };
        take_key(table);
        for (const Heirs::Heir& heir : heirs_.descendants(table.name)) {
            take_key(*heir.before);
        }
    }
    return more;
}

// Neither table could be set logged, or unlogged, before the other.
bool TakeDown::is_in_circle_of_relogged(const Name& table, const ForeignKey& key) const {
    if (key.referenced_table == table || !relogged_.contains(table)) {
        return false;
    }
    std::set<Name> seen;
    std::vector<Name> open{key.referenced_table};
    while (!open.empty()) {
        const Name name = open.back();
        open.pop_back();
        const TableStructure* next = relogged_.contains(name) ? from_.find_table(name) : nullptr;
        if (next == nullptr || !seen.insert(name).second) {
            continue;
        }
        for (const ForeignKey& other : next->foreign_keys) {
            open.push_back(other.referenced_table);
        }
    }
    return seen.contains(table);
}

// The server refuses another type for a column that rows are distributed by: the uppermost one of the tables that are attached
// is made anew then.
bool TakeDown::take_down_partitioned_by(const Reference& column) {
    const TableStructure* table = from_.find_table(column.name);
    if (table == nullptr || table->partition_key.empty()) {
        return false;
    }
    const std::vector<Reference> used = Differences::used_by_expression(
        from_, table, table->partition_key.substr(table->partition_key.find('(')));
    if (std::ranges::find(used, column) == used.end()) {
        return false;
    }
    const std::vector<const TableStructure*> above = partitioned_above(from_, *table);
    return take_down({Kind::table, (above.empty() ? table : above.back())->name, {}});
}

// While rows go over from a table that is set aside, the type of a column of it stands beside the new one.
bool TakeDown::keep_old_type(const Reference& user, const Reference& used) {
    const Object column = user.kind == Kind::column ? find_object(from_, user) : Object{};
    return column.index() != 0 && taken_down_.contains(used) && !made_anew_.contains(used) &&
           (used.kind == Kind::domain || used.kind == Kind::composite_type ||
            used.kind == Kind::range_type) &&
           is_of_type(std::get<Column>(column), used) && uses_afterwards(user, used) &&
           made_anew_.insert(used).second;
}

// Of those that leave the table, whether there are any that come back to it, or any that do not.
bool TakeDown::is_left(const Name& table, bool for_good) const {
    const auto found = leavers_.find(table);
    return found != leavers_.end() && std::ranges::any_of(found->second, [&](const Name& leaver) {
               return !taken_down_.contains({Kind::table, leaver, {}}) &&
                      is_or_is_part_of(to_, *to_.find_table(leaver), table) != for_good;
           });
}

bool TakeDown::visit_foreign_keys(const TableStructure& table) {
    bool more = false;
    for (const ForeignKey& key : table.foreign_keys) {
        const std::vector<Reference> keys =
            Differences::keys_on(from_.find_table(key.referenced_table), key.referenced_columns);
        // The server lets no rows leave that the key refers to, even if they come back. Whoever leaves the key's own table for good
        // takes it along.
        const bool stands_on_lost_key =
            (is_left(key.referenced_table, false) && !is_left(table.name, true)) ||
            std::ranges::any_of(keys, [&](const Reference& object) { return lost_keys_.contains(object); });
        const bool broken = contains_any(key.columns, names(incompatible_, table.name)) ||
                            contains_any(key.columns, names(recreated_, table.name)) ||
                            contains_any(key.referenced_columns, names(incompatible_, key.referenced_table));
        if (stands_on_lost_key || broken || is_in_circle_of_relogged(table.name, key)) {
            more = take_down(part(Kind::foreign_key, table.name, key.name)) || more;
        }
    }
    return more;
}

}  // namespace schemist::postgresql
