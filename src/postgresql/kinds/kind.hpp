#pragma once
// What one kind of object contributes: how it is read from the catalogues, and how its changes are written as SQL.

#include "postgresql/kinds/differences.hpp"
#include "postgresql/result.hpp"
#include "schema/dialect.hpp"
#include "schema/schema.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

namespace schemist::postgresql {

using Oid = std::uint32_t;

// What the readers know of each other while a schema is read.
struct Reading {
    struct TableInfo {
        std::size_t position;                   // in schema.tables
        std::vector<std::string> column_names;  // by attnum; dropped ones are empty
        std::vector<Oid> collations;            // by attnum
        std::vector<std::size_t> positions;     // by attnum, in the table's columns
    };
    struct OperatorClass {
        std::string name;  // as written in SQL
        bool is_default;
    };

    struct Type {
        Oid collation = 0;
        char storage = 'x';
    };
    struct UnreadTable {
        Name name;
        std::vector<std::string> column_names;  // by attnum
    };

    Schema schema;
    std::unordered_map<Oid, TableInfo> tables;
    std::unordered_map<Oid, UnreadTable> unread_tables;  // that foreign keys refer to
    std::unordered_map<Oid, Type> types;                 // those that are not like most
    std::unordered_map<Oid, OperatorClass> operator_classes;
    std::unordered_map<Oid, std::string> collations;  // as written in SQL

    // Nothing when the table is not one that is read.
    const TableInfo* info(Oid table) const {
        const auto found = tables.find(table);
        return found == tables.end() ? nullptr : &found->second;
    }
    Type type(Oid oid) const {
        const auto found = types.find(oid);
        return found == types.end() ? Type{} : found->second;
    }
    // Nothing when its table is not read.
    Column* column(Oid table, std::int64_t number) {
        const TableInfo* found = info(table);
        return found == nullptr ? nullptr
                                : &schema.tables[found->position].columns.at(
                                      found->positions.at(static_cast<std::size_t>(number)));
    }
    TableStructure* table(Oid oid) {
        const auto found = tables.find(oid);
        return found == tables.end() ? nullptr : &schema.tables[found->second.position];
    }
};

// What a catalogue query depends on.
struct Scope {
    int server_version;
    Name journal;
};

// One query for all objects of a kind at once, and what becomes of its rows.
struct Reader {
    std::string (*query)(const Scope&);
    void (*read)(const Result&, Reading&);
};

using Actions = std::vector<DdlAction>;

struct KindOfObject {
    Kind kind;
    std::vector<Reader> readers;
    // Appends the actions of one change.
    void (*write)(const Change&, const Differences&, Actions&);
};

// Every kind, in the order in which they are read: what a reader looks up is read before it.
const std::vector<KindOfObject>& kinds();

// Conditions that the catalogue queries share. The first is for any oid, the second for a pg_namespace called n, the third
// for an object.
std::string is_of_users(std::string_view oid);
std::string is_user_namespace();
std::string is_no_extension_member(std::string_view catalogue, std::string_view oid);
// Joins the comment of an object as d.description.
std::string join_comment(std::string_view catalogue, std::string_view oid,
                         std::string_view column_number = "0");
// pg_class c with pg_namespace n: the tables that are read.
std::string is_read_table(const Scope& scope);

}  // namespace schemist::postgresql
