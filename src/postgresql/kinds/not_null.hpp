#pragma once
// NOT NULL as PostgreSQL 18 keeps it: a constraint with a name and a comment, which may be not valid or not inherited. Pure but
// for the reader.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <vector>

namespace schemist::postgresql {

// After the columns; nothing for servers that have no such constraints.
std::vector<Reader> not_null_readers(const Scope& scope);

// " CONSTRAINT must NOT NULL NO INHERIT", to stand in the definition of a column; empty where it has none, or where something
// else of the definition implies it.
std::string not_null_clause(const Name& table, const Column& column, const Differences& differences,
                            bool is_implied);
// The same for a column that stands in the definition of a parent or a type, of which this table has something else.
std::string not_null_override(const Name& table, const Column& column, const Column& of_parent,
                              const Differences& differences);
// A line of CREATE TABLE for a column that only its parents' definitions have; empty: SET NOT NULL does, or nothing need be done.
std::string not_null_line(const TableStructure& table, const Column& column, const Differences& differences);
// Whether such a column has a NOT NULL beside what its parents give it.
bool is_not_null_besides(const TableStructure& table, const Column& column, const Differences& differences);

// Heirs that call theirs otherwise than their parent have it before that, which then takes it for its own: what is handed down is
// called as the parent's. Empty: it may be.
std::vector<std::string> not_null_of_heirs(const Name& table, const Column& column,
                                           const Differences& differences);
// ALTER TABLE ... SET NOT NULL, or ADD CONSTRAINT.
std::string make_not_null(const Name& table, const Column& column, const Differences& differences);

// What CREATE TABLE and ADD COLUMN cannot say.
std::vector<std::string> not_null_afterwards(const Name& table, const Column& column,
                                             const Differences& differences);

struct NotNullChange {
    std::vector<std::string> statements;
    bool looks_at_rows = false;
};
NotNullChange change_not_null(const Name& table, const Column& before, const Column& after,
                              const Differences& differences);

// Whether the server, which makes the constraint of a column that gets another type anew, and those of the table's heirs from it,
// would forget how these are called, or refuse it for that.
bool forgets_not_null_of_heirs(const Schema& from, const Heirs& heirs, const Name& table,
                               const Column& before);
// They are all given up while the column gets its type, but for those of heirs without heirs of their own, which the server
// makes anew as they are. What makes them again, under the names that they had; with the table's, or without.
std::vector<std::string> give_up_not_null(const Name& table, const Column& before,
                                          const Differences& differences);
std::vector<std::string> not_null_again(const Name& table, const Column& before, bool is_kept,
                                        const Differences& differences);

// The constraint of a column that goes, or is no longer NOT NULL, may have the name of one that comes: the one that goes should
// go first, or is called otherwise.
void take_not_null_name(const Name& table, const Column& after, const Differences& differences,
                        DdlAction& action);
void leave_not_null_name(const Name& table, const Column& before, const Differences& differences,
                         DdlAction& action);

}  // namespace schemist::postgresql
