#include "postgresql/introspect.hpp"
#include "postgresql/kinds/kind.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Queries of candidates: the catalogue and oid of the object, the number of its column or 0, the schema it must be a
// user's in or NULL, which aspect of it is told if not the whole, and what it is if the server has no better word.
std::string of_table(std::string_view catalogue, std::string_view table_column, std::string_view condition,
                     std::string_view type = "NULL") {
    return fmt::format(R"(
        SELECT '{0}'::regclass::oid, x.oid, 0, c.relnamespace, NULL, {4}
        FROM {0} x JOIN pg_class c ON c.oid = x.{1}
        WHERE {3} AND {2})",
                       catalogue, table_column, condition, is_of_users("x.oid"), type);
}

std::string all_candidates() {
    const std::vector<std::string> queries{
        // Since PostgreSQL 18. The name is the server's own choice as a rule, and follows no rename.
        of_table(
            "pg_constraint", "conrelid",
            "x.contype = 'n' AND c.relkind = 'r' AND (NOT x.convalidated OR x.connoinherit OR x.conname !~ "
            "'_not_null[0-9]*$' OR EXISTS (SELECT FROM pg_description d WHERE d.classoid = "
            "'pg_constraint'::regclass AND d.objoid = x.oid))",
            "'not-null constraint'")};
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
