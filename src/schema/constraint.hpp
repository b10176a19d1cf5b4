#pragma once
// The kinds `primary_key`, `unique`, `check`, `exclusion` and `foreign_key`.
//
// A constraint without a name gets PostgreSQL's own choice there, and stays unnamed on SQLite.

#include "schema/index.hpp"
#include "schema/name.hpp"

#include <string>
#include <vector>

namespace schemist {

enum class Deferral { not_deferrable, initially_immediate, initially_deferred };

struct PrimaryKey {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::string> include;
    Deferral deferral = Deferral::not_deferrable;
    StorageParameters storage;  // of its index
    std::string comment;
    // SQLite only:
    bool autoincrement = false;
    bool inline_descending = false;           // INTEGER PRIMARY KEY DESC, which is no alias of the rowid
    std::string on_conflict;                  // "ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE" or empty
    std::vector<std::string> column_options;  // "COLLATE NOCASE DESC" beside each column; empty: none has any
    bool without_overlaps = false;            // PostgreSQL 18: of the last column, which is a range
    bool inherited = false;                   // a partition's, from its parent
    std::string tablespace{};                 // of its index
    std::string index_comment{};              // the index's own

    bool operator==(const PrimaryKey&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &PrimaryKey::name);
        visit("columns", &PrimaryKey::columns);
        visit("include", &PrimaryKey::include);
        visit("deferral", &PrimaryKey::deferral);
        visit("storage", &PrimaryKey::storage);
        visit("comment", &PrimaryKey::comment);
        visit("autoincrement", &PrimaryKey::autoincrement);
        visit("inline_descending", &PrimaryKey::inline_descending);
        visit("on_conflict", &PrimaryKey::on_conflict);
        visit("column_options", &PrimaryKey::column_options);
        visit("without_overlaps", &PrimaryKey::without_overlaps);
        visit("inherited", &PrimaryKey::inherited);
        visit("tablespace", &PrimaryKey::tablespace);
        visit("index_comment", &PrimaryKey::index_comment);
    }
};

struct UniqueConstraint {
    std::string name;
    std::vector<std::string> columns;
    std::vector<std::string> include;
    bool nulls_not_distinct = false;  // PostgreSQL 15
    Deferral deferral = Deferral::not_deferrable;
    StorageParameters storage;  // of its index
    std::string comment;
    // SQLite only, as for PrimaryKey:
    std::string on_conflict;
    std::vector<std::string> column_options;
    bool without_overlaps = false;  // PostgreSQL 18, as for PrimaryKey
    bool inherited = false;         // as for PrimaryKey
    std::string tablespace{};       // of its index
    std::string index_comment{};    // the index's own

    bool operator==(const UniqueConstraint&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &UniqueConstraint::name);
        visit("columns", &UniqueConstraint::columns);
        visit("include", &UniqueConstraint::include);
        visit("nulls_not_distinct", &UniqueConstraint::nulls_not_distinct);
        visit("deferral", &UniqueConstraint::deferral);
        visit("storage", &UniqueConstraint::storage);
        visit("comment", &UniqueConstraint::comment);
        visit("on_conflict", &UniqueConstraint::on_conflict);
        visit("column_options", &UniqueConstraint::column_options);
        visit("without_overlaps", &UniqueConstraint::without_overlaps);
        visit("inherited", &UniqueConstraint::inherited);
        visit("tablespace", &UniqueConstraint::tablespace);
        visit("index_comment", &UniqueConstraint::index_comment);
    }
};

struct CheckConstraint {
    std::string name;
    std::string expression;  // without the outer parentheses
    bool no_inherit = false;
    bool not_valid = false;
    std::string comment;
    bool not_enforced = false;  // PostgreSQL 18

    bool operator==(const CheckConstraint&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &CheckConstraint::name);
        visit("expression", &CheckConstraint::expression);
        visit("no_inherit", &CheckConstraint::no_inherit);
        visit("not_valid", &CheckConstraint::not_valid);
        visit("comment", &CheckConstraint::comment);
        visit("not_enforced", &CheckConstraint::not_enforced);
    }
};

struct ExclusionElement {
    IndexElement element;
    std::string operator_name;  // as written in SQL after WITH

    bool operator==(const ExclusionElement&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("element", &ExclusionElement::element);
        visit("operator", &ExclusionElement::operator_name);
    }
};

struct ExclusionConstraint {
    std::string name;
    std::string method;  // "gist", ...
    std::vector<ExclusionElement> elements;
    std::vector<std::string> include;
    std::string predicate;
    Deferral deferral = Deferral::not_deferrable;
    StorageParameters storage;  // of its index
    std::string comment;
    std::string tablespace{};     // of its index
    std::string index_comment{};  // the index's own

    bool operator==(const ExclusionConstraint&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &ExclusionConstraint::name);
        visit("method", &ExclusionConstraint::method);
        visit("elements", &ExclusionConstraint::elements);
        visit("include", &ExclusionConstraint::include);
        visit("predicate", &ExclusionConstraint::predicate);
        visit("deferral", &ExclusionConstraint::deferral);
        visit("storage", &ExclusionConstraint::storage);
        visit("comment", &ExclusionConstraint::comment);
        visit("tablespace", &ExclusionConstraint::tablespace);
        visit("index_comment", &ExclusionConstraint::index_comment);
    }
};

enum class ForeignKeyAction { no_action, restrict, cascade, set_null, set_default };
enum class ForeignKeyMatch { simple, full, partial };

struct ForeignKey {
    std::string name;
    std::vector<std::string> columns;
    Name referenced_table;
    std::vector<std::string>
        referenced_columns;  // empty: the referenced table's primary key (SQLite keeps it so)
    ForeignKeyAction on_delete = ForeignKeyAction::no_action;
    ForeignKeyAction on_update = ForeignKeyAction::no_action;
    std::vector<std::string> on_delete_columns;  // PostgreSQL 15: SET NULL (a, b)
    ForeignKeyMatch match = ForeignKeyMatch::simple;
    Deferral deferral = Deferral::not_deferrable;
    bool not_valid = false;
    std::string comment;
    bool not_enforced = false;  // PostgreSQL 18
    bool period = false;        // PostgreSQL 18: the last column on both sides is a PERIOD

    bool operator==(const ForeignKey&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &ForeignKey::name);
        visit("columns", &ForeignKey::columns);
        visit("referenced_table", &ForeignKey::referenced_table);
        visit("referenced_columns", &ForeignKey::referenced_columns);
        visit("on_delete", &ForeignKey::on_delete);
        visit("on_update", &ForeignKey::on_update);
        visit("on_delete_columns", &ForeignKey::on_delete_columns);
        visit("match", &ForeignKey::match);
        visit("deferral", &ForeignKey::deferral);
        visit("not_valid", &ForeignKey::not_valid);
        visit("comment", &ForeignKey::comment);
        visit("not_enforced", &ForeignKey::not_enforced);
        visit("period", &ForeignKey::period);
    }
};

}  // namespace schemist
