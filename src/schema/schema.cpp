#include "schema/schema.hpp"

#include <algorithm>
#include <tuple>
#include <tuple>

namespace schemist {
namespace {

template <class Objects>
const typename Objects::value_type* find(const Objects& objects, const Name& name) {
    const auto found = std::ranges::find(objects, name, &Objects::value_type::name);
    return found == objects.end() ? nullptr : &*found;
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
    std::ranges::sort(schema.namespaces, {}, &Namespace::name);
    std::ranges::sort(schema.enum_types, {}, &EnumType::name);
    std::ranges::sort(schema.sequences, {}, &Sequence::name);
    std::ranges::sort(schema.tables, {}, &TableStructure::name);
    std::ranges::sort(schema.views, {}, &View::name);
    std::ranges::sort(schema.triggers, [](const Trigger& left, const Trigger& right) {
        return std::tie(left.table, left.name) < std::tie(right.table, right.name);
    });
    for (TableStructure& table : schema.tables) {
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
}

}  // namespace schemist
