#pragma once
// A table that ALTER cannot change as it should be: a new one is made beside it, the rows go over, and the old one is dropped.
// Pure.

#include "postgresql/kinds/kind.hpp"

#include <optional>

namespace schemist::postgresql {

// What the server cannot alter of a table with all that is in it.
bool is_another_table(const TableStructure& before, const TableStructure& after);

// That the old table has another name and is no partition any more, as an object that this makes.
Reference aside(const Name& table);

// That the rows are in the new table, as an object that the copy makes.
Reference copied(const Name& table);

// That a table which was there is now a partition, as an object that ATTACH PARTITION makes.
Reference attached(const Name& table);

// The table whose copy brings the rows of this one too: the topmost one that is made anew, if there is any.
std::optional<Name> copied_with(const Schema& schema, const Differences& differences, const Name& table);

// Everything but the new table itself.
void set_aside_and_copy(const TableStructure& before, const TableStructure& after,
                        const Differences& differences, std::vector<Reference> taken_names, Actions& actions);

// A partition that goes, of a table that is made anew, whose rows are there then.
void wait_for_copy(const Name& root, DdlAction& action);

// Waits for the rows where it must: a trigger is not to fire for them, a foreign key and a materialized view look at them.
void wait_for_rows(const Change& change, const Differences& differences, DdlAction& action);

}  // namespace schemist::postgresql
