// Enum types that are made anew, with the columns that go along: what Differences knows of them.
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/differences.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

namespace schemist::postgresql {

bool only_adds_values(const EnumType& before, const EnumType& after) {
    auto position = after.values.begin();
    return std::ranges::all_of(before.values, [&](const std::string& value) {
        position = std::find(position, after.values.end(), value);
        return position != after.values.end() && (++position, true);
    });
}

const EnumType* enum_of(const Schema& schema, std::string_view type) {
    while (type.ends_with("[]")) {
        type.remove_suffix(2);
    }
    for (const EnumType& candidate : schema.enum_types) {
        // Most are told apart without writing their names out.
        const bool possible = type.ends_with('"') || type.ends_with(candidate.name.name);
        if (possible && qualified(candidate.name) == type) {
            return &candidate;
        }
    }
    return nullptr;
}

bool Differences::is_replaced(const EnumType& type) const {
    const EnumType* before = from_.find_enum_type(type.name);
    const EnumType* after = to_.find_enum_type(type.name);
    return before != nullptr && after != nullptr && !only_adds_values(*before, *after);
}

std::vector<Differences::EnumColumn> Differences::columns_of_replaced(const EnumType& type) const {
    std::vector<EnumColumn> columns;
    for (const TableStructure& table : from_.tables) {
        for (const Column& column : table.columns) {
            // Those of children go with their parents'.
            if (!column.inherited && is_replaced_with_its_type(table.name, column.name) &&
                enum_of(from_, column.type)->name == type.name) {
                columns.push_back({table.name, &column, column_after(table.name, column.name)});
            }
        }
    }
    return columns;
}

bool Differences::is_replaced_with_its_type(const Name& table, const std::string& column) const {
    const Column* before = column_before(table, column);
    const Column* after = column_after(table, column);
    if (before == nullptr || after == nullptr || is_rebuilt(table) ||
        dropped_.contains(part(Kind::column, table, column))) {
        return false;
    }
    const EnumType* old_type = enum_of(from_, before->type);
    const EnumType* new_type = enum_of(to_, after->type);
    return old_type != nullptr && new_type != nullptr && old_type->name == new_type->name &&
           is_replaced(*old_type);
}

}  // namespace schemist::postgresql
