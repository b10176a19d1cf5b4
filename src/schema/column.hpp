#pragma once
// The kind `column`.

#include "schema/privileges.hpp"
#include "schema/sequence.hpp"
#include "schema/storage_parameters.hpp"

#include <optional>
#include <string>

namespace schemist {

struct Identity {
    bool always = false;  // GENERATED ALWAYS; false: BY DEFAULT
    SequenceOptions options;
    std::string
        sequence_name;      // the implementing sequence's, without its schema; empty: the database's choice
    std::string comment{};  // of that sequence, as are the
    Privileges privileges{};

    bool operator==(const Identity&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("always", &Identity::always);
        visit("options", &Identity::options);
        visit("sequence_name", &Identity::sequence_name);
        visit("comment", &Identity::comment);
        visit("privileges", &Identity::privileges);
    }
};

struct Generated {
    std::string expression;
    bool stored = true;  // false: VIRTUAL (SQLite, PostgreSQL 18)

    bool operator==(const Generated&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("expression", &Generated::expression);
        visit("stored", &Generated::stored);
    }
};

// PostgreSQL 18 keeps a NOT NULL as a constraint: what is beyond the plain one.
struct NotNullConstraint {
    std::string
        name;  // empty: the parent's where it comes from there, else what the server makes of table and column
    bool no_inherit = false;
    bool not_valid = false;
    std::optional<bool> inherited;  // from a parent, and not its own besides; unset: as the column is
    std::string comment;

    bool operator==(const NotNullConstraint&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &NotNullConstraint::name);
        visit("no_inherit", &NotNullConstraint::no_inherit);
        visit("not_valid", &NotNullConstraint::not_valid);
        visit("inherited", &NotNullConstraint::inherited);
        visit("comment", &NotNullConstraint::comment);
    }
};

struct Column {
    std::string name;
    std::string type;  // with its modifiers, as the dialect prints it: "character varying(100)", "integer[]"
    bool not_null = false;
    std::string not_null_conflict;  // SQLite: the ON CONFLICT clause of NOT NULL ("IGNORE", ...), else empty
    std::optional<std::string> default_expression;
    std::optional<Identity> identity;
    std::optional<Generated> generated;
    std::string collation;  // as written in SQL (quoted, with its schema where needed); empty: the type's own
    std::string comment;
    // PostgreSQL only; without them what the server and the type choose:
    std::optional<std::int64_t> statistics_target;
    std::string storage;      // "plain", "main", "external", "extended"
    std::string compression;  // "pglz", "lz4"
    Privileges privileges;
    bool inherited = false;     // from a parent, and not its own besides
    StorageParameters options;  // "n_distinct"
    StorageParameters foreign_options{};
    NotNullConstraint not_null_constraint{};

    bool operator==(const Column&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Column::name);
        visit("type", &Column::type);
        visit("not_null", &Column::not_null);
        visit("not_null_conflict", &Column::not_null_conflict);
        visit("default", &Column::default_expression);
        visit("identity", &Column::identity);
        visit("generated", &Column::generated);
        visit("collation", &Column::collation);
        visit("comment", &Column::comment);
        visit("statistics_target", &Column::statistics_target);
        visit("storage", &Column::storage);
        visit("compression", &Column::compression);
        visit("privileges", &Column::privileges);
        visit("inherited", &Column::inherited);
        visit("options", &Column::options);
        visit("foreign_options", &Column::foreign_options);
        visit("not_null_constraint", &Column::not_null_constraint);
    }
};

}  // namespace schemist
