#pragma once
// The kind `index`.

#include "schema/storage_parameters.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace schemist {

// One key of an index or of an exclusion constraint.
struct IndexElement {
    std::string column;          // a plain column's name, unquoted; empty when it is an expression
    std::string expression;      // SQL, without the outer parentheses; empty when it is a column
    std::string collation;       // as written in SQL; empty: the column's own
    std::string operator_class;  // with its parameters, as written in SQL; empty: the type's default
    bool descending = false;
    std::optional<bool>
        nulls_first;  // unset: the default of the direction (first when descending, else last)
    std::optional<std::int64_t> statistics_target{};  // of an expression; unset: the server's choice

    bool operator==(const IndexElement&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("column", &IndexElement::column);
        visit("expression", &IndexElement::expression);
        visit("collation", &IndexElement::collation);
        visit("operator_class", &IndexElement::operator_class);
        visit("descending", &IndexElement::descending);
        visit("nulls_first", &IndexElement::nulls_first);
        visit("statistics_target", &IndexElement::statistics_target);
    }
};

struct Index {
    std::string name;
    bool unique = false;
    bool nulls_not_distinct = false;  // PostgreSQL 15
    std::string method;               // "btree", "gin", ...; empty on SQLite, and in a model: the default
    std::vector<IndexElement> elements;
    std::vector<std::string> include;
    std::string predicate;  // WHERE, without outer parentheses; empty: all rows
    StorageParameters storage;
    std::string tablespace;
    bool valid = true;  // false: left behind by a failed CREATE INDEX CONCURRENTLY
    std::string comment;
    bool inherited = false;  // a partition's, from its parent

    bool operator==(const Index&) const = default;

    template <class Visitor>
    static void fields(Visitor&& visit) {
        visit("name", &Index::name);
        visit("unique", &Index::unique);
        visit("nulls_not_distinct", &Index::nulls_not_distinct);
        visit("method", &Index::method);
        visit("elements", &Index::elements);
        visit("include", &Index::include);
        visit("predicate", &Index::predicate);
        visit("storage", &Index::storage);
        visit("tablespace", &Index::tablespace);
        visit("valid", &Index::valid);
        visit("comment", &Index::comment);
        visit("inherited", &Index::inherited);
    }
};

}  // namespace schemist
