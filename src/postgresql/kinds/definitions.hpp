#pragma once
// How the parts of a table are written, for the kinds that create them and for CREATE TABLE. Pure.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

std::string alter_table(const Name& table);
// "TABLE t" or "FOREIGN TABLE t", after CREATE, DROP and COMMENT ON.
std::string table_target(const TableStructure& table);
// "COMMENT ON <what> IS '...'"; an empty comment is taken away.
std::string comment_on(std::string_view what, std::string_view comment);
std::string comment_on_constraint(const Name& table, std::string_view constraint, std::string_view comment);

// The keys of a table as a whole: what changes one of them makes them, so that a foreign key, which needs them, is made
// last and cannot come to stand on a key that is about to go.
Reference all_keys(const Name& table);
// Whether a table is logged, as an object that SET LOGGED and SET UNLOGGED make: a foreign key of a logged table may only
// refer to logged ones, at any moment.
Reference persistence(const Name& table);
// The name among all relations of its schema: a view can only be made when a table of its name has gone.
Reference relation_name(const Name& name);
// A base type before it is more than a name, as an object that its functions need.
Reference announced(const Name& type);
// What a dropped constraint or index leaves free: its name, among the constraints of the table and, where it has an index,
// among the relations of the schema.
std::vector<Reference> names_left(Kind kind, const Name& table, std::string_view name);
// What a new one takes.
std::vector<Reference> names_taken(Kind kind, const Name& table, std::string_view name);
Reference part(Kind kind, const Name& table, std::string_view name);
std::vector<Reference> columns_of(const Name& table, const std::vector<std::string>& columns);
// Whatever lives in a schema other than public needs it, and frees it when it goes.
void add_schema(std::vector<Reference>& references, const Name& name);
void append(std::vector<Reference>& references, const std::vector<Reference>& more);
void append(std::vector<std::string>& statements, std::vector<std::string> more);

// "id integer NOT NULL DEFAULT 1"; for a serial column its pseudo-type instead.
std::string column_definition(const Name& table, const Column& column, const Differences& differences,
                              bool in_primary_key);
// A column as its definition leaves it: with all that column_attributes() need not say again.
Column with_options_of(const Column& column);
// What a column's definition cannot say on every server: how its values are stored, compressed and sampled.
std::vector<std::string> column_attributes(const Name& table, const Column& before, const Column& after);
// A column with only these, from four cells: attstattarget, attstorage, attcompression, attoptions.
Column read_attributes(const Result& rows, std::size_t row, std::size_t first, const Reading::Type& type);
std::string sequence_options(const SequenceOptions& options, std::string_view default_type);
// What the server makes of the options when the sequence counts in another type.
SequenceOptions with_type(SequenceOptions options, const std::string& type);
bool turns_round(const SequenceOptions& before, const SequenceOptions& after);
// "nextval('s'::regclass)", as the server prints it.
std::string nextval(const Name& sequence);

// What the sequence of an identity is called, which no other table or index may be called; nothing when there is none.
std::vector<Reference> identity_names(const Name& table, const Column& column);

// As written in SQL.
std::string multirange_of(const RangeType& type);

// Each with "CONSTRAINT name" in front, if it has one.
std::string definition(const PrimaryKey& key);
std::string definition(const UniqueConstraint& constraint);
std::string definition(const CheckConstraint& constraint);
std::string definition(const ExclusionConstraint& constraint);
std::string definition(const ForeignKey& key);

std::vector<std::string> change_index_comment(const Name& table, std::string_view index,
                                              std::string_view before, std::string_view after);
// A key, exclusion constraint or index with what the server alters in place of another one, so that only what makes it another
// one is left to be compared. It alters no storage parameters of an index of a partitioned table.
template <class Key>
Key with_facets_of(Key key, const Key& other, bool is_of_partitioned_table) {
    key.comment = other.comment;
    key.tablespace = other.tablespace;
    if (!is_of_partitioned_table) {
        key.storage = other.storage;
    }
    if constexpr (requires { key.index_comment; }) {
        key.index_comment = other.index_comment;
    } else {
        for (std::size_t i = 0; i < key.elements.size() && i < other.elements.size(); ++i) {
            key.elements[i].statistics_target = other.elements[i].statistics_target;
        }
    }
    return key;
}
std::vector<std::string> change_statistics(const Name& table, std::string_view index,
                                           const std::vector<IndexElement>& before,
                                           const std::vector<IndexElement>& after);
// The comment of an index that was just made, and its other values beside the definition.
std::vector<std::string> index_facets(const Name& table, const Index& index);
std::vector<std::string> change_tablespace_of_index(const Name& table, std::string_view index,
                                                    std::string_view before, std::string_view after);
std::vector<std::string> change_storage_of_index(const Name& table, std::string_view index,
                                                 const StorageParameters& before,
                                                 const StorageParameters& after);
// The same for the constraint and its index, where only these differ.
template <class Key>
std::vector<std::string> change_key_facets(const Name& table, const Key& before, const Key& after) {
    std::vector<std::string> statements =
        change_tablespace_of_index(table, after.name, before.tablespace, after.tablespace);
    append(statements, change_storage_of_index(table, after.name, before.storage, after.storage));
    if (before.comment != after.comment) {
        statements.push_back(comment_on_constraint(table, after.name, after.comment));
    }
    append(statements, change_index_comment(table, after.name, before.index_comment, after.index_comment));
    return statements;
}

std::string constraint_prefix(std::string_view name);
// "DISABLE", "REPLICA", "ALWAYS" or nothing, of the letter that the catalogues have for it.
std::string trigger_state(char letter);
std::string index_suffix(const std::vector<std::string>& include, const StorageParameters& storage);
// " USING INDEX TABLESPACE fast", or nothing.
std::string index_tablespace(std::string_view tablespace);
// SET and RESET after "ALTER ...", so that the parameters also stand in the order that they have afterwards.
void change_storage(const StorageParameters& before, const StorageParameters& after, std::string_view alter,
                    std::vector<std::string>& statements);
std::string deferral_clause(Deferral deferral);
std::string index_element(const IndexElement& element);
// `only`: not in the partitions.
std::string create_index(const Name& table, const Index& index, bool only = false);

// "TABLES", "FUNCTIONS", ... : what ALTER DEFAULT PRIVILEGES calls objects of the kind; empty: it has no word for them.
std::string_view objects_of_default_privileges(Kind kind);
std::vector<std::string> change_default_privileges(const DefaultPrivileges& one, const Privileges& before,
                                                   const Privileges& after);

// What an index or an exclusion constraint uses: columns, and what its expressions mention.
std::vector<Reference> used_by_elements(const Schema& schema, const Name& table,
                                        const std::vector<IndexElement>& elements,
                                        const std::vector<std::string>& include, std::string_view predicate);
std::vector<IndexElement> index_elements(const ExclusionConstraint& constraint);

// The actions of a constraint or index that is dropped, or created, on its own.
DdlAction drop_constraint(Kind kind, const Name& table, std::string_view name, std::vector<Reference> used);
DdlAction add_constraint(Kind kind, const Name& table, std::string_view name, std::string_view comment,
                         std::string_view clause, std::vector<Reference> used);
// A change that neither drops nor creates the object.
DdlAction in_place(const Reference& object, std::vector<std::string> statements);
DdlAction rename_constraint(const Change& change, std::string_view before, std::string_view after);

// Reading: the columns of an index, as pg_index has them, made into elements.
struct IndexColumns {
    std::vector<IndexElement> elements;
    std::vector<std::string> include;
};
// The part of a catalogue query for pg_index i and its pg_class ic that read_index_columns() takes, and how many cells it is.
std::string index_columns_query();
inline constexpr std::size_t index_columns_width = 9;
// For pg_class ic, the index of a constraint: its comment, and its tablespace with the column that has it.
std::string join_index_facets();
IndexColumns read_index_columns(const Result& rows, std::size_t row, std::size_t first,
                                const Reading& reading, const Reading::TableInfo& table);
// `names` are those of the table's columns by their numbers.
std::vector<std::string> column_names(std::string_view numbers, const std::vector<std::string>& names);
std::vector<std::int64_t> parse_numbers(std::string_view text);
Deferral read_deferral(const Result& rows, std::size_t row, std::size_t first);
// Columns of newer servers: of pg_index i, and of pg_constraint co.
std::string nulls_not_distinct_column(const Scope& scope);
std::string is_enforced_column(const Scope& scope);
std::string has_period_column(const Scope& scope);

// The kinds themselves: each is defined in a file of its own.
#define SCHEMIST_DECLARE(name, ...) KindOfObject name##_kind();
SCHEMIST_KINDS(SCHEMIST_DECLARE, SCHEMIST_DECLARE)
#undef SCHEMIST_DECLARE
// What comes before all kinds: what columns and indexes refer to by oid.
std::vector<Reader> dictionary_readers();

}  // namespace schemist::postgresql
