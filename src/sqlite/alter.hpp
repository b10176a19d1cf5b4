#pragma once
// Changing a table that is there: by ALTER TABLE where SQLite can, else by building it anew.

#include "schema/dialect.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::sqlite {

// Two states of one table. Renames have been made: columns of the same name are the same column.
struct TableChange {
    TableStructure before;
    TableStructure after;
    std::vector<Trigger> triggers;  // those on the table that stay as they are
};

// ALTER TABLE and CREATE / DROP INDEX statements that lead from one to the other; nothing when SQLite cannot
// do it so.
std::optional<DdlAction> alter_natively(const TableChange& change);

// Does it use ALTER TABLE ... DROP COLUMN? SQLite refuses that while any view or trigger names what is not
// there.
bool drops_column_natively(const TableChange& change);

std::vector<std::string> dropped_indexes(const TableStructure& before, const TableStructure& after);
std::vector<std::string> created_indexes(const TableStructure& before, const TableStructure& after);

// The procedure of https://www.sqlite.org/lang_altertable.html#otheralter, for all changes of the table at
// once. It needs PRAGMA foreign_keys=OFF, and fails if it is not so. Rows are kept, and so are their rowids.
// Values are never cast: the new column's affinity converts those that it can convert without loss, and
// STRICT refuses the others.
DdlAction rebuild(const TableChange& change);

// Statements that fail when the condition, an SQL expression, is not zero; `message` is part of SQLite's
// error.
std::vector<std::string> guard(std::string_view condition, std::string_view message);

// ('a', 'b')
std::string literal_list(const std::vector<std::string>& texts);

}  // namespace schemist::sqlite
