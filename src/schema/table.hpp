#pragma once
// The kind `table`, with the parts that belong to it. (schemist::Table is the public template with which models are declared.)

#include "schema/column.hpp"
#include "schema/constraint.hpp"
#include "schema/index.hpp"
#include "schema/name.hpp"
#include "schema/privileges.hpp"

#include <optional>
#include <string>
#include <vector>

namespace schemist {

// The place of a partition among the rows of its parent.
struct PartitionOf {
    Name parent;
    std::string bound;  // "FOR VALUES IN (1, 2)", "DEFAULT"

    bool operator==(const PartitionOf&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("parent", &PartitionOf::parent);
        visit("bound", &PartitionOf::bound);
    }
};

struct TableStructure {
    Name name;
    std::vector<Column> columns;
    std::optional<PrimaryKey> primary_key;
    std::vector<UniqueConstraint> unique_constraints;
    std::vector<CheckConstraint> checks;
    std::vector<ExclusionConstraint> exclusions;
    std::vector<ForeignKey> foreign_keys;
    std::vector<Index> indexes;  // without those that implement a constraint
    bool unlogged = false;
    StorageParameters storage;
    std::string tablespace;
    std::string comment;
    bool row_security = false;
    bool force_row_security = false;  // for the owner too
    Privileges privileges;
    // PostgreSQL only. A table that has parents lists all of its columns, and of the checks those of its own.
    std::string partition_key;  // "RANGE (created_at)"; empty: it holds its rows itself
    std::optional<PartitionOf> partition_of;
    std::vector<Name> inherits;    // in their order
    std::string of_type;           // as written in SQL after OF; its columns are the type's
    std::string access_method;     // empty: heap, or for a partitioned table the default one
    std::string replica_identity;  // "FULL", "NOTHING"; empty: the primary key, or the index of the next
    std::string replica_identity_index;
    std::string clustered_on;  // an index
    std::string server;        // whose foreign table it is, unquoted; empty: its rows are here
    StorageParameters foreign_options{};
    // SQLite only:
    bool strict = false;
    bool without_rowid = false;
    std::string virtual_definition;  // the whole CREATE VIRTUAL TABLE statement; all else is empty then
    Owner owner{};

    bool operator==(const TableStructure&) const = default;

    bool is_foreign() const { return !server.empty(); }

    const Column* find_column(std::string_view column) const {
        for (const Column& candidate : columns) {
            if (candidate.name == column) {
                return &candidate;
            }
        }
        return nullptr;
    }

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &TableStructure::name);
        visit("columns", &TableStructure::columns);
        visit("primary_key", &TableStructure::primary_key);
        visit("unique_constraints", &TableStructure::unique_constraints);
        visit("checks", &TableStructure::checks);
        visit("exclusions", &TableStructure::exclusions);
        visit("foreign_keys", &TableStructure::foreign_keys);
        visit("indexes", &TableStructure::indexes);
        visit("unlogged", &TableStructure::unlogged);
        visit("storage", &TableStructure::storage);
        visit("tablespace", &TableStructure::tablespace);
        visit("comment", &TableStructure::comment);
        visit("row_security", &TableStructure::row_security);
        visit("force_row_security", &TableStructure::force_row_security);
        visit("privileges", &TableStructure::privileges);
        visit("partition_key", &TableStructure::partition_key);
        visit("partition_of", &TableStructure::partition_of);
        visit("inherits", &TableStructure::inherits);
        visit("of_type", &TableStructure::of_type);
        visit("access_method", &TableStructure::access_method);
        visit("replica_identity", &TableStructure::replica_identity);
        visit("replica_identity_index", &TableStructure::replica_identity_index);
        visit("clustered_on", &TableStructure::clustered_on);
        visit("server", &TableStructure::server);
        visit("foreign_options", &TableStructure::foreign_options);
        visit("strict", &TableStructure::strict);
        visit("without_rowid", &TableStructure::without_rowid);
        visit("virtual_definition", &TableStructure::virtual_definition);
        visit("owner", &TableStructure::owner);
    }
};

}  // namespace schemist
