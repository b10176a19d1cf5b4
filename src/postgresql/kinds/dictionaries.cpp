// What columns and indexes of all tables refer to by oid: types, collations, operator classes. None of it has changes of its
// own here.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

namespace schemist::postgresql {
namespace {

std::string name_in_search_path(std::string_view schema, std::string_view name) {
    const bool found_without = schema == "pg_catalog" || schema == "public";
    return found_without ? quote_identifier(name) : quote_identifier(schema) + "." + quote_identifier(name);
}

std::string operator_class_query(const Scope&) {
    return "SELECT o.oid, n.nspname, o.opcname, o.opcdefault FROM pg_opclass o JOIN pg_namespace n ON n.oid "
           "= o.opcnamespace";
}

void read_operator_classes(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.operator_classes[rows.oid(row, 0)] = {
            name_in_search_path(rows.text(row, 1), rows.text(row, 2)), rows.boolean(row, 3)};
    }
}

std::string collation_query(const Scope&) {
    return "SELECT co.oid, n.nspname, co.collname FROM pg_collation co JOIN pg_namespace n ON n.oid = "
           "co.collnamespace";
}

void read_collations(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.collations[rows.oid(row, 0)] = name_in_search_path(rows.text(row, 1), rows.text(row, 2));
    }
}

// Not those of every table, which are many and like all others.
std::string type_query(const Scope&) {
    return "SELECT t.oid, t.typcollation, t.typstorage FROM pg_type t WHERE t.typcollation <> 0 OR "
           "t.typstorage <> 'x'";
}

void read_types(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.types[rows.oid(row, 0)] = {rows.oid(row, 1), rows.letter(row, 2)};
    }
}

}  // namespace

std::vector<Reader> dictionary_readers() {
    return {{operator_class_query, read_operator_classes},
            {collation_query, read_collations},
            {type_query, read_types}};
}

}  // namespace schemist::postgresql
