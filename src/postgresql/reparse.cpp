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

// Nothing goes but what nothing stands on.
constexpr std::string_view definitions_script = R"(BEGIN;
SET LOCAL search_path = public;
DO $schemist$
DECLARE
    statement text;
BEGIN
    FOR statement IN
        SELECT format('CREATE OR REPLACE VIEW %s AS %s', c.oid::regclass, pg_get_viewdef(c.oid))
        FROM pg_class c WHERE c.relkind = 'v' AND c.oid >= 16384
        UNION ALL
        SELECT format('ALTER POLICY %I ON %s', p.polname, p.polrelid::regclass)
            || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')
            || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')
        FROM pg_policy p WHERE p.polqual IS NOT NULL OR p.polwithcheck IS NOT NULL
        UNION ALL
        SELECT format('DROP TRIGGER %I ON %s; %s', t.tgname, t.tgrelid::regclass, pg_get_triggerdef(t.oid))
        FROM pg_trigger t WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgqual IS NOT NULL
        UNION ALL
        SELECT 'CREATE OR REPLACE' || substr(pg_get_ruledef(r.oid), length('CREATE') + 1)
        FROM pg_rewrite r WHERE r.rulename <> '_RETURN' AND r.oid >= 16384
        UNION ALL
        SELECT format('ALTER DOMAIN %1$s DROP CONSTRAINT %2$I; ALTER DOMAIN %1$s ADD CONSTRAINT %2$I %3$s',
                      k.contypid::regtype, k.conname, pg_get_constraintdef(k.oid))
        FROM pg_constraint k WHERE k.contype = 'c' AND k.contypid >= 16384
        UNION ALL
        SELECT format('ALTER DOMAIN %s SET DEFAULT %s', t.oid::regtype, t.typdefault)
        FROM pg_type t WHERE t.typtype = 'd' AND t.typdefault IS NOT NULL AND t.oid >= 16384
        UNION ALL
        SELECT format('DROP STATISTICS %I.%I; %s', n.nspname, s.stxname, pg_get_statisticsobjdef(s.oid))
        FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace WHERE s.stxexprs IS NOT NULL
        UNION ALL
        SELECT pg_get_functiondef(p.oid) FROM pg_proc p WHERE p.prosqlbody IS NOT NULL AND p.oid >= 16384
    LOOP
        EXECUTE statement;
    END LOOP;
END
$schemist$;
COMMIT;)";

void run_twice(schemist::Connection& connection, std::string_view text) {
    for (int reading = 0; reading < 2; ++reading) {
        connection.run_script(text);
    }
}

}  // namespace

void reparse_expressions(schemist::Connection& connection) {
    run_twice(connection, script);
}

void reparse_definitions(schemist::Connection& connection) {
    run_twice(connection, definitions_script);
}

}  // namespace schemist::postgresql
