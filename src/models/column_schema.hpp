#pragma once
// One column of a model in one dialect, with the checks that follow from it.

#include "schema/column.hpp"
#include "schema/enum_type.hpp"

#include <schemist/definition.hpp>

#include <optional>
#include <string>
#include <vector>

namespace schemist {

Column column_schema(const TableDefinition& table, const ColumnDefinition& column, DialectName dialect);

// The enum type that the column has on PostgreSQL; none elsewhere.
std::optional<EnumType> enum_type_of(const ColumnDefinition& column, DialectName dialect);

struct ColumnCheck {
    std::string name;  // empty: to be chosen
    std::string expression;
};

std::vector<ColumnCheck> column_checks(const ColumnDefinition& column, DialectName dialect);

}  // namespace schemist
