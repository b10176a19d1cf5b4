#include "postgresql/introspect.hpp"
#include "postgresql/kinds/kind.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// One query of candidates: the catalogue and oid of the object, the number of its column or 0, the schema it must be a
// user's in or NULL, which aspect of it is told if not the whole, and what it is if the server has no better word.
std::string candidates(std::string_view catalogue, std::string_view namespace_column,
                       std::string_view condition, std::string_view aspect = "NULL",
                       std::string_view type = "NULL") {
    return fmt::format("SELECT '{0}'::regclass::oid, x.oid, 0, {1}, {3}, {4} FROM {0} x WHERE {5} AND {2}",
                       catalogue, namespace_column, condition, aspect, type, is_of_users("x.oid"));
}

std::string of_table(std::string_view catalogue, std::string_view table_column, std::string_view condition,
                     std::string_view type = "NULL") {
    return fmt::format(R"(
        SELECT '{0}'::regclass::oid, x.oid, 0, c.relnamespace, NULL, {4}
        FROM {0} x JOIN pg_class c ON c.oid = x.{1}
        WHERE {3} AND {2})",
                       catalogue, table_column, condition, is_of_users("x.oid"), type);
}

// A table x of a sort that is not read.
constexpr std::string_view is_other_table = "x.relkind = 'f'";

std::string relations() {
    return candidates("pg_class", "x.relnamespace", is_other_table, "NULL", "'foreign table'");
}

std::string sequences() {
    return fmt::format(R"(
        SELECT o.classid, o.objid, 0, x.relnamespace, NULL, 'sequence of a table that is not read'
        FROM pg_class x
            JOIN pg_depend o ON o.refclassid = 'pg_class'::regclass AND o.refobjid = x.oid AND o.refobjsubid > 0
                AND o.deptype = 'a' AND o.classid = 'pg_class'::regclass
            JOIN pg_class s ON s.oid = o.objid AND s.relkind = 'S'
        WHERE {})",
                       is_other_table);
}

// What is told of an index that is read otherwise.
std::string attributes_of_relations() {
    return fmt::format(R"(
        SELECT 'pg_class'::regclass::oid, x.oid, 0, x.relnamespace, 'tablespace of', NULL
        FROM pg_class x
        WHERE {} AND x.relkind = 'i' AND x.reltablespace <> 0 AND EXISTS (SELECT FROM pg_constraint co
            WHERE co.conindid = x.oid AND co.contype IN ('p', 'u', 'x')))",
                       is_of_users("x.oid"));
}

// A sequence of an identity and an index of a constraint are read as parts of these, whose comments are others.
std::string comments_of_parts() {
    return fmt::format(R"(
        SELECT d.classoid, d.objoid, 0, x.relnamespace, 'comment of', NULL
        FROM pg_description d JOIN pg_class x ON x.oid = d.objoid
        WHERE d.classoid = 'pg_class'::regclass AND d.objsubid = 0 AND {}
            AND (x.relkind = 'i' AND EXISTS (SELECT FROM pg_constraint co
                    WHERE co.conindid = x.oid AND co.contype IN ('p', 'u', 'x'))
                OR x.relkind = 'S' AND EXISTS (SELECT FROM pg_depend o
                    WHERE o.classid = 'pg_class'::regclass AND o.objid = x.oid AND o.deptype = 'i')))",
                       is_of_users("d.objoid"));
}

std::string attributes_of_columns() {
    return fmt::format(R"(
        SELECT 'pg_class'::regclass::oid, a.attrelid, a.attnum, x.relnamespace, 'statistics target of', NULL
        FROM pg_attribute a JOIN pg_class x ON x.oid = a.attrelid
        WHERE {} AND a.attnum > 0 AND NOT a.attisdropped AND a.attstattarget >= 0 AND x.relkind = 'i')",
                       is_of_users("a.attrelid"));
}

std::string all_candidates() {
    const std::vector<std::string> queries{
        relations(), sequences(),
        // Since PostgreSQL 18. The name is the server's own choice as a rule, and follows no rename.
        of_table(
            "pg_constraint", "conrelid",
            "x.contype = 'n' AND c.relkind = 'r' AND (NOT x.convalidated OR x.connoinherit OR x.conname !~ "
            "'_not_null[0-9]*$' OR EXISTS (SELECT FROM pg_description d WHERE d.classoid = "
            "'pg_constraint'::regclass AND d.objoid = x.oid))",
            "'not-null constraint'"),
        "SELECT x.classoid, x.objoid, x.objsubid, NULL, 'security label of', NULL FROM pg_seclabel x",
        attributes_of_relations(), comments_of_parts(), attributes_of_columns(),
        "SELECT 'pg_class'::regclass::oid, x.indexrelid, 0, c.relnamespace, 'cluster mark of', NULL FROM "
        "pg_index x JOIN "
        "pg_class c ON c.oid = x.indexrelid WHERE x.indisclustered AND x.indrelid IN (SELECT m.oid FROM "
        "pg_class m WHERE m.relkind = 'm')"};
    std::string sql;
    for (const std::string& query : queries) {
        sql += (sql.empty() ? "" : " UNION ALL ") + query;
    }
    return sql;
}

}  // namespace

// Few objects are candidates as a rule, so that everything that is slow is asked of these only.
std::vector<std::string> unmodelled(schemist::Connection& connection) {
    const Rows rows = connection.query(fmt::format(R"(
        WITH found(classid, objid, column_number, namespace, aspect, type) AS ({})
        SELECT concat(f.aspect || ' ', coalesce(f.type, i.type), ' ', i.identity) COLLATE "C"
        FROM found f LEFT JOIN pg_namespace n ON n.oid = f.namespace,
            LATERAL pg_identify_object(f.classid, f.objid, f.column_number) i
        WHERE (f.namespace IS NULL OR {}) AND NOT EXISTS (SELECT FROM pg_depend e
            WHERE e.classid = f.classid AND e.objid = f.objid AND e.deptype = 'e')
        ORDER BY 1)",
                                                   all_candidates(), is_user_namespace()));
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        names.push_back(rows.text(row, 0));
    }
    return names;
}

}  // namespace schemist::postgresql
