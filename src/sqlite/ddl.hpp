#pragma once
// Values -> CREATE statements, as a person would write them.

#include "schema/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::sqlite {

// The statement for the table alone, without its indexes; under another name than its own if `name` says so.
// Throws Error for what SQLite does not have.
std::string create_table(const TableStructure& table, std::string_view name);
std::string create_table(const TableStructure& table);

std::string create_index(const Index& index, std::string_view table);

// What stands behind ADD COLUMN and, without a key, in CREATE TABLE.
std::string column_definition(const Column& column);
std::string check_clause(const CheckConstraint& check);
// `CONSTRAINT name REFERENCES ...`, for a key of the one column that it stands behind.
std::string references_clause(const ForeignKey& key);

// "a, b", quoted where needed.
std::string name_list(const std::vector<std::string>& names);

// Also where SQLite makes it so by itself: the key of a table that is STRICT or WITHOUT ROWID.
bool is_not_null(const TableStructure& table, const Column& column);

// The column whose value is the rowid; null when there is none.
const Column* rowid_column(const TableStructure& table);

}  // namespace schemist::sqlite
