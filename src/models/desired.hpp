#pragma once
// What a program's models ask of a database, as a schema of one dialect.

#include "schema/schema.hpp"

#include <schemist/connection.hpp>
#include <schemist/definition.hpp>

#include <span>
#include <string>
#include <vector>

namespace schemist {

// Something got a new name. A table: from.name is its old name, `to` its new one (without a namespace). A
// column: from.name is its table's new name, from.part its old name.
struct RenameHint {
    Reference from;
    std::string to;

    bool operator==(const RenameHint&) const = default;
};

// Desired tables as they were declared, not yet in the spelling of a database.
struct Desired {
    Schema schema;
    std::vector<RenameHint> renames;
    std::vector<Name> external;  // tables of `schema` that are somebody else's

    bool operator==(const Desired&) const = default;
};

// Pure. On SQLite a model goes without what SQLite has not: namespaces, comments, exclusion constraints,
// INCLUDE, NULLS NOT DISTINCT, storage parameters, indexes of other methods than btree, deferrable unique
// constraints. Throws Error, naming the model, for what would be wrong: two tables of one name, a reference
// to a model that is not among these, an identity that is not the primary key on SQLite.
Desired desired(std::span<const TableDefinition> tables, DialectName dialect);

}  // namespace schemist
