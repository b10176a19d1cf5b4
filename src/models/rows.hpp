#pragma once
// Pieces of the statements that write and read typed rows.

#include <schemist/definition.hpp>

#include <string>
#include <vector>

namespace schemist {

// The columns that a row is read from, for SELECT and RETURNING.
std::string column_list(const TableDefinition& table);

const void* member_of(const void* row, const ColumnDefinition& column);

// A member as a value, an Error naming "table.column" when it cannot be one.
Value encode_member(const TableDefinition& table, const ColumnDefinition& column, const void* member,
                    DialectName dialect);

}  // namespace schemist
