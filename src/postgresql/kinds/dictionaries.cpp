// What others are read with, by oid: which names are hidden, and the types, collations and operator classes of columns and
// indexes. None of it has changes of its own here.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <array>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

struct CatalogueOfNames {
    Oid catalogue;
    std::string_view name;
    std::string_view prefix;
    std::string_view is_visible;  // where one name may stand for several
};

constexpr std::array catalogues_of_names{
    CatalogueOfNames{catalogue::types, "pg_type", "typ", {}},
    CatalogueOfNames{catalogue::functions, "pg_proc", "pro", "pg_function_is_visible"},
    CatalogueOfNames{catalogue::relations, "pg_class", "rel", {}},
    CatalogueOfNames{catalogue::conversions, "pg_conversion", "con", {}},
    CatalogueOfNames{catalogue::operator_classes, "pg_opclass", "opc", "pg_opclass_is_visible"},
    CatalogueOfNames{catalogue::operators, "pg_operator", "opr", "pg_operator_is_visible"},
    CatalogueOfNames{catalogue::operator_families, "pg_opfamily", "opf", "pg_opfamily_is_visible"},
    CatalogueOfNames{catalogue::collations, "pg_collation", "coll", {}},
    CatalogueOfNames{catalogue::text_search_dictionaries, "pg_ts_dict", "dict", {}},
    CatalogueOfNames{catalogue::text_search_parsers, "pg_ts_parser", "prs", {}},
    CatalogueOfNames{catalogue::text_search_configurations, "pg_ts_config", "cfg", {}},
    CatalogueOfNames{catalogue::text_search_templates, "pg_ts_template", "tmpl", {}}};

// What stands in public, and is called like one of the server's own, which is found first.
std::string hidden_query(const Scope&) {
    std::string query;
    for (const CatalogueOfNames& names : catalogues_of_names) {
        query += fmt::format(
            "{0}SELECT {1}::oid, x.oid FROM {2} x WHERE x.{3}namespace = to_regnamespace('public') AND "
            "x.{3}name IN (SELECT o.{3}name FROM {2} o WHERE o.{3}namespace = 'pg_catalog'::regnamespace){4}",
            query.empty() ? "" : " UNION ALL ", names.catalogue, names.name, names.prefix,
            names.is_visible.empty() ? std::string() : fmt::format(" AND NOT {}(x.oid)", names.is_visible));
    }
    return query;
}

void read_hidden(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.hidden.insert({rows.oid(row, 0), rows.oid(row, 1)});
    }
}

std::string name_in_search_path(const Reading& reading, Oid catalogue, const Result& rows, std::size_t row) {
    const std::string_view schema = rows.text(row, 1);
    const std::string name = quote_identifier(rows.text(row, 2));
    const bool found_without =
        schema == "pg_catalog" || (schema == "public" && !reading.is_hidden({catalogue, rows.oid(row, 0)}));
    return found_without ? name : quote_identifier(schema) + "." + name;
}

std::string operator_class_query(const Scope&) {
    return "SELECT o.oid, n.nspname, o.opcname, o.opcdefault FROM pg_opclass o JOIN pg_namespace n ON n.oid "
           "= o.opcnamespace";
}

void read_operator_classes(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.operator_classes[rows.oid(row, 0)] = {
            name_in_search_path(reading, catalogue::operator_classes, rows, row), rows.boolean(row, 3)};
    }
}

std::string collation_query(const Scope&) {
    return "SELECT co.oid, n.nspname, co.collname FROM pg_collation co JOIN pg_namespace n ON n.oid = "
           "co.collnamespace";
}

void read_collations(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.collations[rows.oid(row, 0)] = name_in_search_path(reading, catalogue::collations, rows, row);
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
    return {{hidden_query, read_hidden},
            {operator_class_query, read_operator_classes},
            {collation_query, read_collations},
            {type_query, read_types}};
}

}  // namespace schemist::postgresql
