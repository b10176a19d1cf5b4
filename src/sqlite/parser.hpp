#pragma once
// The text that SQLite keeps of each table and index -> values. SQLite's catalogue has nothing else that is
// complete: its pragmas know neither CHECK nor the conflict clauses, nor the expressions of indexes.

#include "schema/table.hpp"

#include <string_view>

namespace schemist::sqlite {

// A CREATE TABLE or CREATE VIRTUAL TABLE statement. Throws Error with a position for what it does not
// understand.
TableStructure parse_table(std::string_view sql);

// A CREATE INDEX statement on this table.
Index parse_index(std::string_view sql, const TableStructure& table);

}  // namespace schemist::sqlite
