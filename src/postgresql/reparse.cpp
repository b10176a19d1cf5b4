#include "postgresql/reparse.hpp"

namespace schemist::postgresql {
namespace {

// All is read before anything goes, and made again in an order that works.
constexpr std::string_view script = R"(BEGIN;
SET LOCAL search_path = public;
DO $schemist$
DECLARE
    statements text[];
    statement text;
BEGIN
    SELECT array_agg(s.sql ORDER BY s.place, s.sql) INTO statements FROM (
        SELECT 1 AS place, format('ALTER TABLE %s DROP CONSTRAINT %I', k.conrelid::regclass, k.conname) AS sql
        FROM pg_constraint k WHERE k.contype IN ('c', 'x') AND k.conrelid >= 16384
        UNION ALL
        SELECT 2, format('DROP INDEX %s', i.indexrelid::regclass)
        FROM pg_index i WHERE i.indexrelid >= 16384 AND i.indrelid >= 16384
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
            AND i.indrelid IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'r')
        UNION ALL
        SELECT 3, format('ALTER TABLE %s DROP COLUMN %I CASCADE, ADD COLUMN %I %s GENERATED ALWAYS AS (%s) STORED',
                         a.attrelid::regclass, a.attname, a.attname, format_type(a.atttypid, a.atttypmod),
                         pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE a.attgenerated = 's' AND a.attrelid >= 16384
        UNION ALL
        SELECT 4, format('ALTER TABLE %s ALTER COLUMN %I SET DEFAULT %s', a.attrelid::regclass, a.attname,
                         pg_get_expr(d.adbin, d.adrelid))
        FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
        WHERE a.attgenerated = '' AND a.attrelid >= 16384
        UNION ALL
        SELECT 5, format('ALTER TABLE %s ADD CONSTRAINT %I %s', k.conrelid::regclass, k.conname,
                         pg_get_constraintdef(k.oid))
        FROM pg_constraint k WHERE k.contype IN ('c', 'x') AND k.conrelid >= 16384
        UNION ALL
        SELECT 6, pg_get_indexdef(i.indexrelid)
        FROM pg_index i WHERE i.indexrelid >= 16384 AND i.indrelid >= 16384
            AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
            AND i.indrelid IN (SELECT c.oid FROM pg_class c WHERE c.relkind = 'r')
    ) s;
    FOREACH statement IN ARRAY coalesce(statements, '{}') LOOP
        EXECUTE statement;
    END LOOP;
END
$schemist$;
COMMIT;)";

}  // namespace

void reparse_expressions(schemist::Connection& connection) {
    for (int reading = 0; reading < 2; ++reading) {
        connection.run_script(script);
    }
}

}  // namespace schemist::postgresql
