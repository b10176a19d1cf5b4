#pragma once
// What a set of changes makes of each table: tables are changed as wholes on SQLite.

#include "schema/change.hpp"

#include <map>
#include <string>
#include <vector>

namespace schemist::sqlite {

// The schema after the renames among the changes; definitions of views and triggers keep their text.
Schema renamed(const Schema& from, const Changes& changes);

struct TableStates {
    TableStructure before;
    TableStructure after;
};

// Each table that is altered, by its (new) name, before and after the changes. `to` says only in which order
// new columns stand: changes may be less than what leads there. Throws Error when a change does not fit its
// table.
std::map<Name, TableStates> altered_tables(const Changes& changes, const Schema& from, const Schema& to);

}  // namespace schemist::sqlite
