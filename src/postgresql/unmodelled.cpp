#include "postgresql/introspect.hpp"
#include "postgresql/kinds/kind.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string relations() {
    return "SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN "
           "'foreign table' "
           "WHEN 'p' THEN 'partitioned table' WHEN 'c' THEN 'composite type' WHEN 'S' THEN 'sequence of a "
           "table that is not read' "
           "ELSE CASE WHEN c.relispartition THEN 'partition' WHEN c.reloftype <> 0 THEN 'typed table' "
           "ELSE 'inheriting table' END END || ' ' || quote_ident(n.nspname) || '.' || "
           "quote_ident(c.relname) "
           "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " +
           is_user_namespace() + " AND " + is_no_extension_member("pg_class", "c.oid") +
           " AND (c.relkind IN ('v', 'm', 'f', 'p', 'c') OR c.relkind = 'r' AND (c.relispartition OR "
           "c.reloftype <> 0 OR "
           "c.oid IN (SELECT inhrelid FROM pg_inherits)) OR c.relkind = 'S' AND EXISTS (SELECT FROM "
           "pg_depend o "
           "JOIN pg_class t ON t.oid = o.refobjid WHERE o.classid = 'pg_class'::regclass AND o.objid = c.oid "
           "AND "
           "o.deptype = 'a' AND o.refobjsubid > 0 AND (t.relkind <> 'r' OR t.relispartition OR t.reloftype "
           "<> 0 OR "
           "t.oid IN (SELECT inhrelid FROM pg_inherits))))";
}

// Kinds that the server can name by itself. `condition` is for the catalogue called x.
std::string described(std::string_view catalogue, std::string_view namespace_column,
                      std::string_view condition) {
    return fmt::format(
        "SELECT i.type || ' ' || i.identity FROM {0} x JOIN pg_namespace n ON n.oid = x.{1}, LATERAL "
        "pg_identify_object('{0}'::regclass, x.oid, 0) i WHERE {2} AND {3} AND {4}",
        catalogue, namespace_column, is_user_namespace(), is_no_extension_member(catalogue, "x.oid"),
        condition);
}

std::string of_table(std::string_view catalogue, std::string_view table_column, std::string_view condition) {
    return fmt::format(
        "SELECT i.type || ' ' || i.identity FROM {0} x JOIN pg_class c ON c.oid = x.{1} JOIN pg_namespace n "
        "ON n.oid = "
        "c.relnamespace, LATERAL pg_identify_object('{0}'::regclass, x.oid, 0) i WHERE {2} AND {3} AND {4}",
        catalogue, table_column, is_user_namespace(), is_no_extension_member(catalogue, "x.oid"), condition);
}

std::string of_database(std::string_view catalogue, std::string_view condition) {
    // Objects below 16384 are made by initdb.
    return fmt::format(
        "SELECT i.type || ' ' || i.identity FROM {0} x, LATERAL pg_identify_object('{0}'::regclass, x.oid, "
        "0) i "
        "WHERE x.oid >= 16384 AND {1} AND {2}",
        catalogue, is_no_extension_member(catalogue, "x.oid"), condition);
}

}  // namespace

std::vector<std::string> unmodelled(schemist::Connection& connection) {
    const std::vector<std::string> queries{
        relations(),
        described("pg_proc", "pronamespace", "true"),
        described("pg_type", "typnamespace", "x.typtype IN ('d', 'r', 'b') AND x.typcategory <> 'A'"),
        described("pg_collation", "collnamespace", "true"),
        described("pg_conversion", "connamespace", "true"),
        described("pg_operator", "oprnamespace", "true"),
        described("pg_opclass", "opcnamespace", "true"),
        described("pg_opfamily", "opfnamespace", "true"),
        described("pg_statistic_ext", "stxnamespace", "true"),
        described("pg_ts_config", "cfgnamespace", "true"),
        described("pg_ts_dict", "dictnamespace", "true"),
        described("pg_ts_parser", "prsnamespace", "true"),
        described("pg_ts_template", "tmplnamespace", "true"),
        of_table("pg_trigger", "tgrelid", "NOT x.tgisinternal"),
        of_table("pg_policy", "polrelid", "true"),
        of_table("pg_rewrite", "ev_class", "x.rulename <> '_RETURN'"),
        of_database("pg_extension", "x.extname <> 'plpgsql'"),
        of_database("pg_event_trigger", "true"),
        of_database("pg_foreign_data_wrapper", "true"),
        of_database("pg_foreign_server", "true"),
        of_database("pg_publication", "true"),
        of_database("pg_language", "true"),
        of_database("pg_cast", "true"),
        of_database("pg_am", "true"),
        "SELECT 'default privileges of role ' || quote_ident(pg_get_userbyid(defaclrole)) FROM "
        "pg_default_acl",
        "SELECT 'privileges on ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c "
        "JOIN "
        "pg_namespace n ON n.oid = c.relnamespace WHERE (c.relacl IS NOT NULL OR EXISTS (SELECT FROM "
        "pg_attribute a WHERE "
        "a.attrelid = c.oid AND a.attacl IS NOT NULL)) AND c.relkind IN ('r', 'S') AND " +
            is_user_namespace() + " AND " + is_no_extension_member("pg_class", "c.oid"),
        "SELECT 'privileges on schema ' || quote_ident(n.nspname) FROM pg_namespace n WHERE n.nspacl IS NOT "
        "NULL AND "
        "n.nspname <> 'public' AND " +
            is_user_namespace(),
        "SELECT 'privileges on type ' || quote_ident(n.nspname) || '.' || quote_ident(t.typname) FROM "
        "pg_type t JOIN "
        "pg_namespace n ON n.oid = t.typnamespace WHERE t.typacl IS NOT NULL AND " +
            is_user_namespace(),
        "SELECT v.what || ' of column ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) || '.' || "
        "quote_ident(a.attname) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace "
        "n ON "
        "n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid, LATERAL (VALUES ('statistics target', "
        "a.attstattarget >= 0), ('storage', c.relkind = 'r' AND a.attstorage <> t.typstorage), "
        "('compression', "
        "a.attcompression <> ''), ('options', c.relkind = 'r' AND EXISTS (SELECT FROM unnest(a.attoptions) o "
        "WHERE o NOT LIKE 'pg_attver=%'))) v(what, "
        "is_set) "
        "WHERE v.is_set AND a.attnum > 0 AND NOT a.attisdropped AND NOT c.relispartition AND c.oid NOT IN "
        "(SELECT inhrelid FROM pg_inherits) AND c.relkind IN ('r', 'i') AND " +
            is_user_namespace() + " AND " + is_no_extension_member("pg_class", "c.oid"),
        "SELECT 'cluster mark of index ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM "
        "pg_index i "
        "JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
        "i.indisclustered AND " +
            is_user_namespace(),
        "SELECT 'replica identity of table ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM "
        "pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND c.relreplident <> 'd' AND " +
            is_user_namespace(),
        "SELECT 'row level security of table ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) "
        "FROM pg_class c "
        "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relrowsecurity AND " +
            is_user_namespace()};
    std::string sql;
    for (const std::string& query : queries) {
        sql += (sql.empty() ? "" : " UNION ALL ") + query;
    }
    const Rows rows =
        connection.query("SELECT name FROM (" + sql + ") AS found(name) ORDER BY name COLLATE \"C\"");
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        names.push_back(rows.text(row, 0));
    }
    return names;
}

}  // namespace schemist::postgresql
