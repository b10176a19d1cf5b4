#include "schema/schema.hpp"

#include "schema/object.hpp"

#include <algorithm>
#include <tuple>

namespace schemist {
namespace {

// Lists are sorted as a rule, though not while they are made.
template <class Objects>
const typename Objects::value_type* find(const Objects& objects, const Name& name) {
    const auto likely = std::ranges::lower_bound(objects, name, {}, &Objects::value_type::name);
    if (likely != objects.end() && likely->name == name) {
        return &*likely;
    }
    const auto found = std::ranges::find(objects, name, &Objects::value_type::name);
    return found == objects.end() ? nullptr : &*found;
}

void sort_parts(TableStructure& table) {
    std::ranges::stable_sort(table.unique_constraints, [](const auto& left, const auto& right) {
        return std::tie(left.name, left.columns) < std::tie(right.name, right.columns);
    });
    std::ranges::stable_sort(table.checks, [](const auto& left, const auto& right) {
        return std::tie(left.name, left.expression) < std::tie(right.name, right.expression);
    });
    std::ranges::stable_sort(table.exclusions, {}, &ExclusionConstraint::name);
    std::ranges::stable_sort(table.foreign_keys, [](const auto& left, const auto& right) {
        return std::tie(left.name, left.columns, left.referenced_table) <
               std::tie(right.name, right.columns, right.referenced_table);
    });
    std::ranges::stable_sort(table.indexes, {}, &Index::name);
}

}  // namespace

const TableStructure* Schema::find_table(const Name& name) const {
    return find(tables, name);
}

const EnumType* Schema::find_enum_type(const Name& name) const {
    return find(enum_types, name);
}

const Sequence* Schema::find_sequence(const Name& name) const {
    return find(sequences, name);
}

void sort(Schema& schema) {
    for_each_list(schema, [](auto& list) {
        std::ranges::sort(
            list, [](const auto& left, const auto& right) { return name_order(left) < name_order(right); });
    });
    for (TableStructure& table : schema.tables) {
        sort_parts(table);
    }
    for (MaterializedView& view : schema.materialized_views) {
        std::ranges::stable_sort(view.indexes, {}, &Index::name);
    }
    std::ranges::sort(schema.dependencies.list);
}

}  // namespace schemist
