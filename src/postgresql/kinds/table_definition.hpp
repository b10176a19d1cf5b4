#pragma once
// How a table is read and created, and what it says of its indexes. Pure.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

// How a table comes to its columns, keys and indexes.
enum class Origin {
    itself,
    inherits,
    partition,  // as its parent makes it
    attached,   // as itself, and then attached
    typed,      // as its type says
};

std::vector<Reader> table_readers();

Origin origin_of(const TableStructure& table, const Schema& schema);
std::string create_statement(const TableStructure& table, const Differences& differences, Origin origin);
// The column as it is by itself once the table has been created.
Column created_column(const TableStructure& table, const Column& column, const Differences& differences,
                      Origin origin);
// What an inherited column has other than its parent's. Of several parents the first one has the default.
void override_inherited(const TableStructure& table, const Column& column, const Differences& differences,
                        DdlAction& action);
// "SET" or "DROP" NOT NULL of the columns that may have values missing though those of these parents may not: before version 18.
std::vector<std::string> alter_nullable_below(const TableStructure& table, const std::vector<Name>& parents,
                                              const Schema& schema, std::string_view what);

std::string set_replica_identity(const TableStructure& table);
std::string set_cluster(const TableStructure& table);
std::string set_cluster(const MaterializedView& view);
// The statements that make the index what the table says it is.
std::vector<std::string> index_marks(const TableStructure& table, std::string_view index);
// The index may be one of its own, or that of a key.
std::vector<Reference> possible_keys(const Name& table, std::string_view index);
// The same after an index or a key of the table, or of a materialized view, has been made.
void mark_index(const Differences& differences, const Name& table, std::string_view index, DdlAction& action);

// Of two constraints on the same columns in one CREATE TABLE the server makes one: the other is added after it.
bool repeats_another(const TableStructure& table, const UniqueConstraint& constraint);
// Since PostgreSQL 18 a primary key in CREATE TABLE makes the NOT NULL that its columns inherit the table's own besides, and one
// that is added after it does not.
bool has_key_afterwards(const TableStructure& table, const Schema& to);

}  // namespace schemist::postgresql
