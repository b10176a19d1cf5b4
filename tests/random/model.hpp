#pragma once
// What a random schema is made of, and its SQL.

#include <string>
#include <vector>

namespace schemist::test {

enum class Family { integer, text, other };

struct RandomColumn {
    std::string name;
    std::string type;
    std::string needs;  // the key of an object that the type or the default is of
    Family family = Family::other;
    std::string enum_type;  // qualified; empty: none of the model's
    std::string default_sql;
    bool not_null = false;
    std::string not_null_name;   // of its constraint, on PostgreSQL 18
    std::string not_null_where;  // " NO INHERIT", " NOT VALID", or both; in a primary key it cannot be so
    std::string identity;        // "ALWAYS", "BY DEFAULT"
    std::string generated;       // an integer column's name
    bool is_virtual = false;
    std::string attribute;  // "SET STATISTICS 100"
    bool serial = false;
    std::string collation;
    std::string comment;
};

struct Part {
    std::string name;
    std::string sql;                   // all after the name
    std::vector<std::string> columns;  // that it uses
    std::string comment;
    std::string referenced;  // qualified table of a foreign key
};

struct RandomTable {
    std::string schema;
    std::string name;
    std::vector<RandomColumn> columns;
    std::vector<std::string> primary_key;  // empty: none
    std::vector<Part> constraints;
    std::vector<Part> indexes;       // sql begins behind the table's name; name may begin with "unique "
    std::vector<Part> foreign_keys;  // sql ends with the clauses behind the referenced table
    bool unlogged = false;
    std::string access_method;  // a name in quotes
    std::string storage;
    std::string comment;
};

struct RandomEnum {
    std::string schema;
    std::string name;
    std::vector<std::string> values;
};

struct RandomSequence {
    std::string schema;
    std::string name;
    std::string options;
};

// Anything else: one statement or several, and what must be there for them.
struct RandomObject {
    std::string sort;    // whose maker it has
    std::string schema;  // empty: public
    std::string name;
    std::string key;  // others need it by this
    std::string sql;
    std::vector<std::string> needs;    // keys
    std::vector<std::string> columns;  // of a view
    std::string use;                   // a function's call, a type's name
};

struct Model {
    std::vector<std::string> schemas;  // beside public
    std::vector<RandomEnum> enums;
    std::vector<RandomSequence> sequences;
    std::vector<RandomObject> early;  // tables may use them
    std::vector<RandomTable> tables;
    std::vector<RandomObject> late;  // they use tables
};

std::string key_of(const RandomTable& table);
std::string key_of(const RandomTable& table, const RandomColumn& column);
std::string key_of(const RandomEnum& type);
std::string key_of(const RandomSequence& sequence);
std::string primary_key_of(const RandomTable& table);
std::string literal(const std::string& value);
std::string quoted(const std::string& name);
std::string qualified(const std::string& schema, const std::string& name);
std::string render(const Model& model);

}  // namespace schemist::test
