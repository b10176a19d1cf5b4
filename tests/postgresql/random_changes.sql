-- Statements that any schema takes, drawn from what the catalogues list: a sort of change, and what it is made of. Each is tried
-- by large_schemas_test.cpp, and what the server refuses is left out. What an extension brings is the extension's.
WITH members AS (
    SELECT objid AS member FROM pg_depend WHERE deptype = 'e'
), relations AS (
    SELECT c.oid, c.oid::regclass::text AS relation, c.relkind AS kind, c.relname::text AS name, c.relispartition AS is_partition
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid >= 16384 AND n.nspname !~ '^pg_' AND c.oid NOT IN (SELECT member FROM members)
), columns AS (
    SELECT r.*, a.attname::text AS attribute, a.atttypid AS type, a.attnotnull AS is_not_null, a.atthasdef AS has_default
    FROM relations r JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
), functions AS (
    SELECT p.oid, p.oid::regprocedure::text AS function, p.proname::text AS name, p.prokind AS kind, l.lanname AS language
    FROM pg_proc p JOIN pg_language l ON l.oid = p.prolang
    WHERE p.oid >= 16384 AND p.oid NOT IN (SELECT member FROM members)
), types AS (
    SELECT t.oid, t.oid::regtype::text AS type, t.typname::text AS name, t.typtype AS kind
    FROM pg_type t LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE t.oid >= 16384 AND t.typtype IN ('e', 'd', 'c', 'r') AND (c.oid IS NULL OR c.relkind = 'c')
        AND t.oid NOT IN (SELECT member FROM members)
), constraints AS (
    SELECT k.conrelid::regclass::text AS relation, k.conname::text AS name, k.contype AS kind, k.convalidated AS is_valid,
        k.coninhcount = 0 AS is_own
    FROM pg_constraint k
    WHERE k.conrelid >= 16384
), triggers AS (
    SELECT g.tgrelid::regclass::text AS relation, g.tgname::text AS name
    FROM pg_trigger g
    WHERE NOT g.tgisinternal
)
-- Tables and their columns.
SELECT 'CREATE TABLE %I (LIKE %s INCLUDING ALL)' AS sort, ARRAY['like_' || name, relation] AS parts FROM relations WHERE kind = 'r'
UNION ALL SELECT 'CREATE TABLE %I () INHERITS (%s)', ARRAY['child_' || name, relation] FROM relations WHERE kind = 'r'
UNION ALL SELECT 'CREATE TABLE partitioned (a integer, b text DEFAULT ''%s'') PARTITION BY RANGE (a)', ARRAY['x']
UNION ALL SELECT 'CREATE TABLE partition_%s PARTITION OF partitioned FOR VALUES FROM (%s0) TO (%s9)', ARRAY[n, n, n]
    FROM unnest(ARRAY['1', '2', '3']) n
UNION ALL SELECT 'DROP TABLE %s CASCADE', ARRAY[relation] FROM relations WHERE kind IN ('r', 'p')
UNION ALL SELECT 'ALTER TABLE %s RENAME TO %I', ARRAY[relation, 'new_' || name] FROM relations
    WHERE kind IN ('r', 'p', 'v', 'm', 'S', 'i', 'I', 'f')
UNION ALL SELECT 'ALTER TABLE %s SET SCHEMA other', ARRAY[relation] FROM relations WHERE kind IN ('r', 'p', 'v', 'm', 'S', 'f')
UNION ALL SELECT 'ALTER TABLE %s SET (fillfactor = 70)', ARRAY[relation] FROM relations WHERE kind IN ('r', 'm')
UNION ALL SELECT 'ALTER TABLE %s SET UNLOGGED', ARRAY[relation] FROM relations WHERE kind = 'r'
UNION ALL SELECT 'ALTER TABLE %s REPLICA IDENTITY FULL', ARRAY[relation] FROM relations WHERE kind = 'r'
UNION ALL SELECT 'ALTER TABLE %s NO INHERIT %s', ARRAY[inhrelid::regclass::text, inhparent::regclass::text]
    FROM pg_inherits JOIN relations ON oid = inhrelid AND NOT is_partition AND kind IN ('r', 'f')
UNION ALL SELECT 'ALTER TABLE %s DETACH PARTITION %s', ARRAY[inhparent::regclass::text, inhrelid::regclass::text]
    FROM pg_inherits JOIN relations ON oid = inhrelid AND is_partition AND kind IN ('r', 'p', 'f')
UNION ALL SELECT 'ALTER TABLE %s ADD COLUMN %I integer DEFAULT 7', ARRAY[relation, 'added_to_' || name] FROM relations
    WHERE kind IN ('r', 'p', 'f')
UNION ALL SELECT 'ALTER TABLE %s ADD COLUMN computed integer GENERATED ALWAYS AS (length(%I::text)) STORED', ARRAY[relation, attribute]
    FROM columns WHERE kind = 'r' AND type IN ('text'::regtype, 'integer'::regtype)
UNION ALL SELECT 'ALTER TABLE %s DROP COLUMN %I CASCADE', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p', 'f')
UNION ALL SELECT 'ALTER TABLE %s DROP COLUMN %I CASCADE, ADD COLUMN %I text', ARRAY[relation, attribute, attribute] FROM columns
    WHERE kind IN ('r', 'p')
UNION ALL SELECT 'ALTER TABLE %s RENAME COLUMN %I TO %I', ARRAY[relation, attribute, 'new_' || attribute] FROM columns
    WHERE kind IN ('r', 'p', 'f', 'v', 'm', 'c')
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I TYPE text USING NULL', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p')
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I TYPE bigint USING NULL', ARRAY[relation, attribute] FROM columns
    WHERE kind IN ('r', 'p')
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I SET NOT NULL', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p', 'f')
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I DROP NOT NULL', ARRAY[relation, attribute] FROM columns
    WHERE kind IN ('r', 'p', 'f') AND is_not_null
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I SET DEFAULT NULL', ARRAY[relation, attribute] FROM columns
    WHERE kind IN ('r', 'p', 'v')
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I DROP DEFAULT', ARRAY[relation, attribute] FROM columns WHERE has_default
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I ADD GENERATED ALWAYS AS IDENTITY', ARRAY[relation, attribute] FROM columns
    WHERE kind = 'r' AND is_not_null AND NOT has_default
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I SET STORAGE PLAIN', ARRAY[relation, attribute] FROM columns WHERE kind = 'r'
UNION ALL SELECT 'ALTER TABLE %s ALTER COLUMN %I SET STATISTICS 77', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p')
-- Constraints, indexes, statistics.
UNION ALL SELECT 'ALTER TABLE %s ADD PRIMARY KEY (%I)', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p')
UNION ALL SELECT 'ALTER TABLE %s ADD UNIQUE (%I)', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p')
UNION ALL SELECT 'ALTER TABLE %s ADD CHECK (%I IS NOT NULL)', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p', 'f')
UNION ALL SELECT 'ALTER TABLE %s ADD CHECK (%I <> NULL) NOT VALID', ARRAY[relation, attribute] FROM columns
    WHERE kind IN ('r', 'f') AND oid NOT IN (SELECT inhparent FROM pg_inherits)
UNION ALL SELECT 'ALTER TABLE %s ADD EXCLUDE (%I WITH =)', ARRAY[relation, attribute] FROM columns WHERE kind = 'r'
UNION ALL SELECT 'ALTER TABLE %s ADD FOREIGN KEY (%I) REFERENCES %s (%I)', ARRAY[c.relation, c.attribute, k.relation, k.attribute]
    FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    JOIN columns k ON k.oid = i.indrelid AND k.attribute = a.attname
    JOIN columns c ON c.type = k.type AND c.kind = 'r'
    WHERE i.indisunique AND i.indnatts = 1
UNION ALL SELECT 'ALTER TABLE %s DROP CONSTRAINT %I CASCADE', ARRAY[relation, name] FROM constraints
UNION ALL SELECT 'ALTER TABLE %s RENAME CONSTRAINT %I TO %I', ARRAY[relation, name, 'new_' || name] FROM constraints
UNION ALL SELECT 'ALTER TABLE %s VALIDATE CONSTRAINT %I', ARRAY[relation, name] FROM constraints
    WHERE NOT is_valid AND is_own
UNION ALL SELECT 'ALTER TABLE %s ALTER CONSTRAINT %I DEFERRABLE INITIALLY DEFERRED', ARRAY[relation, name] FROM constraints
    WHERE kind = 'f'
UNION ALL SELECT 'CREATE INDEX ON %s (%I)', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p', 'm')
UNION ALL SELECT 'CREATE INDEX ON %s ((%I IS NULL)) WHERE %I IS NOT NULL', ARRAY[relation, attribute, attribute] FROM columns
    WHERE kind IN ('r', 'p', 'm')
UNION ALL SELECT 'ALTER INDEX %s SET (fillfactor = 80)', ARRAY[relation] FROM relations WHERE kind = 'i'
UNION ALL SELECT 'DROP INDEX %s CASCADE', ARRAY[relation] FROM relations WHERE kind IN ('i', 'I')
UNION ALL SELECT 'CLUSTER %s USING %I', ARRAY[indrelid::regclass::text, name] FROM pg_index JOIN relations ON oid = indexrelid
UNION ALL SELECT 'CREATE STATISTICS %I ON %I, %I FROM %s', ARRAY['statistics_of_' || a.name, a.attribute, b.attribute, a.relation]
    FROM columns a JOIN columns b USING (oid) WHERE a.kind IN ('r', 'p') AND a.attribute < b.attribute
UNION ALL SELECT 'ALTER STATISTICS %s.%I SET STATISTICS 9', ARRAY[stxnamespace::regnamespace::text, stxname::text] FROM pg_statistic_ext
UNION ALL SELECT 'DROP STATISTICS %s.%I', ARRAY[stxnamespace::regnamespace::text, stxname::text] FROM pg_statistic_ext
-- Views, rules, triggers, policies.
UNION ALL SELECT 'CREATE VIEW %I AS SELECT * FROM %s', ARRAY['view_of_' || name, relation] FROM relations
    WHERE kind IN ('r', 'p', 'f', 'v', 'm')
UNION ALL SELECT 'CREATE MATERIALIZED VIEW %I AS SELECT * FROM %s', ARRAY['rows_of_' || name, relation] FROM relations
    WHERE kind IN ('r', 'p', 'v')
UNION ALL SELECT 'CREATE OR REPLACE VIEW %s AS SELECT *, 5 AS more FROM (%s) q', ARRAY[relation, rtrim(pg_get_viewdef(oid), ';')]
    FROM relations WHERE kind = 'v'
UNION ALL SELECT 'ALTER VIEW %s SET (security_barrier)', ARRAY[relation] FROM relations WHERE kind = 'v'
UNION ALL SELECT 'DROP VIEW %s CASCADE', ARRAY[relation] FROM relations WHERE kind = 'v'
UNION ALL SELECT 'DROP MATERIALIZED VIEW %s CASCADE', ARRAY[relation] FROM relations WHERE kind = 'm'
UNION ALL SELECT 'CREATE RULE added AS ON UPDATE TO %s WHERE OLD.%I IS NULL DO NOTHING', ARRAY[relation, attribute] FROM columns
    WHERE kind IN ('r', 'p')
UNION ALL SELECT 'DROP RULE %I ON %s', ARRAY[rulename::text, ev_class::regclass::text] FROM pg_rewrite
    WHERE oid >= 16384 AND rulename <> '_RETURN'
UNION ALL SELECT 'CREATE TRIGGER added BEFORE UPDATE OF %I ON %s FOR EACH ROW WHEN (OLD.%I IS NOT NULL) '
    'EXECUTE FUNCTION suppress_redundant_updates_trigger()', ARRAY[attribute, relation, attribute] FROM columns WHERE kind IN ('r', 'p')
UNION ALL SELECT 'DROP TRIGGER %I ON %s', ARRAY[name, relation] FROM triggers
UNION ALL SELECT 'ALTER TABLE %s DISABLE TRIGGER %I', ARRAY[relation, name] FROM triggers
UNION ALL SELECT 'ALTER TRIGGER %I ON %s RENAME TO %I', ARRAY[name, relation, 'new_' || name] FROM triggers
UNION ALL SELECT 'ALTER TABLE %s ENABLE ROW LEVEL SECURITY', ARRAY[relation] FROM relations WHERE kind IN ('r', 'p')
UNION ALL SELECT 'CREATE POLICY added ON %s USING (%I IS NULL)', ARRAY[relation, attribute] FROM columns WHERE kind IN ('r', 'p')
UNION ALL SELECT 'DROP POLICY %I ON %s', ARRAY[polname::text, polrelid::regclass::text] FROM pg_policy
-- Sequences.
UNION ALL SELECT 'CREATE SEQUENCE %I AS smallint START 3 CYCLE', ARRAY['added']
UNION ALL SELECT 'ALTER SEQUENCE %s INCREMENT BY 3', ARRAY[relation] FROM relations WHERE kind = 'S'
UNION ALL SELECT 'ALTER SEQUENCE %s OWNED BY NONE', ARRAY[relation] FROM relations WHERE kind = 'S'
UNION ALL SELECT 'DROP SEQUENCE %s CASCADE', ARRAY[relation] FROM relations WHERE kind = 'S'
-- Functions and what is made of them.
UNION ALL SELECT 'CREATE FUNCTION %I(%s) RETURNS integer LANGUAGE sql AS ''SELECT 1''', ARRAY['takes_' || name, relation]
    FROM relations WHERE kind IN ('r', 'p', 'v', 'm', 'c')
UNION ALL SELECT 'CREATE PROCEDURE %I(INOUT a integer) LANGUAGE plpgsql AS ''BEGIN a := 1; END''', ARRAY['added_procedure']
UNION ALL SELECT 'CREATE AGGREGATE %I(integer) (SFUNC = int4pl, STYPE = integer)', ARRAY['added_aggregate']
UNION ALL SELECT 'CREATE OPERATOR %s (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer, COMMUTATOR = +++)', ARRAY['+++']
UNION ALL SELECT 'CREATE OPERATOR FAMILY %I USING hash', ARRAY['added_family']
UNION ALL SELECT 'CREATE OPERATOR CLASS %I FOR TYPE integer USING btree AS OPERATOR 3 =, FUNCTION 1 btint4cmp(integer, integer)',
    ARRAY['added_class']
UNION ALL SELECT '%s', ARRAY[replace(pg_get_functiondef(oid), 'AS $function$', 'COST 9 AS $function$ ')] FROM functions
    WHERE kind = 'f' AND language = 'plpgsql'
UNION ALL SELECT 'ALTER FUNCTION %s COST 7', ARRAY[function] FROM functions WHERE kind = 'f'
UNION ALL SELECT 'ALTER FUNCTION %s SECURITY DEFINER SET search_path = public', ARRAY[function] FROM functions WHERE kind = 'f'
UNION ALL SELECT 'ALTER FUNCTION %s RENAME TO %I', ARRAY[function, 'new_' || name] FROM functions WHERE kind = 'f'
UNION ALL SELECT 'ALTER FUNCTION %s SET SCHEMA other', ARRAY[function] FROM functions WHERE kind = 'f'
UNION ALL SELECT 'DROP FUNCTION %s CASCADE', ARRAY[function] FROM functions WHERE kind = 'f'
UNION ALL SELECT 'DROP AGGREGATE %s CASCADE', ARRAY[function] FROM functions WHERE kind = 'a'
UNION ALL SELECT 'DROP OPERATOR %s CASCADE', ARRAY[oid::regoperator::text] FROM pg_operator
    WHERE oid >= 16384 AND oid NOT IN (SELECT member FROM members)
UNION ALL SELECT 'DROP OPERATOR CLASS %s.%I USING %I CASCADE', ARRAY[opcnamespace::regnamespace::text, opcname::text, amname::text]
    FROM pg_opclass JOIN pg_am a ON a.oid = opcmethod WHERE pg_opclass.oid >= 16384 AND pg_opclass.oid NOT IN (SELECT member FROM members)
UNION ALL SELECT 'DROP CAST (%s AS %s) CASCADE', ARRAY[castsource::regtype::text, casttarget::regtype::text] FROM pg_cast
    WHERE oid >= 16384 AND oid NOT IN (SELECT member FROM members)
-- Types.
UNION ALL SELECT 'CREATE TYPE %I AS ENUM (''a'', ''b'')', ARRAY['added_enum']
UNION ALL SELECT 'CREATE TYPE %I AS (a %s, b text)', ARRAY['added_composite', type] FROM types
UNION ALL SELECT 'CREATE TYPE %I AS RANGE (SUBTYPE = date)', ARRAY['added_range']
UNION ALL SELECT 'CREATE DOMAIN %I AS text DEFAULT ''x'' CHECK (VALUE <> '''')', ARRAY['added_domain']
UNION ALL SELECT 'CREATE CAST (%s AS bytea) WITH INOUT', ARRAY[type] FROM types WHERE kind IN ('c', 'r')
UNION ALL SELECT 'ALTER TYPE %s RENAME TO %I', ARRAY[type, 'new_' || name] FROM types
UNION ALL SELECT 'ALTER TYPE %s SET SCHEMA other', ARRAY[type] FROM types
UNION ALL SELECT 'ALTER TYPE %s RENAME VALUE %L TO %L', ARRAY[type, enumlabel::text, 'new ' || enumlabel] FROM types
    JOIN pg_enum e ON e.enumtypid = types.oid
UNION ALL SELECT 'ALTER TYPE %s ADD VALUE %L BEFORE %L', ARRAY[type, 'added', enumlabel::text] FROM types JOIN pg_enum e ON e.enumtypid = types.oid
UNION ALL SELECT 'ALTER TYPE %s ADD ATTRIBUTE added integer CASCADE', ARRAY[type] FROM types WHERE kind = 'c'
UNION ALL SELECT 'ALTER TYPE %s DROP ATTRIBUTE %I CASCADE', ARRAY[relation, attribute] FROM columns WHERE kind = 'c'
UNION ALL SELECT 'ALTER TYPE %s ALTER ATTRIBUTE %I TYPE text CASCADE', ARRAY[relation, attribute] FROM columns WHERE kind = 'c'
UNION ALL SELECT 'ALTER DOMAIN %s ADD CHECK (VALUE IS NOT NULL) NOT VALID', ARRAY[type] FROM types WHERE kind = 'd'
UNION ALL SELECT 'ALTER DOMAIN %s DROP CONSTRAINT %I', ARRAY[contypid::regtype::text, conname::text] FROM pg_constraint WHERE contypid >= 16384
UNION ALL SELECT 'ALTER DOMAIN %s SET DEFAULT NULL', ARRAY[type] FROM types WHERE kind = 'd'
UNION ALL SELECT 'ALTER DOMAIN %s SET NOT NULL', ARRAY[type] FROM types WHERE kind = 'd'
UNION ALL SELECT 'DROP TYPE %s CASCADE', ARRAY[type] FROM types
-- Comments and grants.
UNION ALL SELECT 'COMMENT ON TABLE %s IS %L', ARRAY[relation, 'changed ' || name] FROM relations WHERE kind IN ('r', 'p')
UNION ALL SELECT 'COMMENT ON COLUMN %s.%I IS %L', ARRAY[relation, attribute, 'changed ' || attribute] FROM columns
    WHERE kind IN ('r', 'p', 'f', 'v', 'm', 'c')
UNION ALL SELECT 'COMMENT ON INDEX %s IS %L', ARRAY[relation, 'changed ' || name] FROM relations WHERE kind IN ('i', 'I')
UNION ALL SELECT 'COMMENT ON FUNCTION %s IS %L', ARRAY[function, 'changed ' || name] FROM functions WHERE kind = 'f'
UNION ALL SELECT 'COMMENT ON CONSTRAINT %I ON %s IS %L', ARRAY[name, relation, 'changed ' || name] FROM constraints
UNION ALL SELECT 'GRANT SELECT ON %s TO PUBLIC', ARRAY[relation] FROM relations WHERE kind IN ('r', 'p', 'f', 'v', 'm', 'S')
UNION ALL SELECT 'GRANT UPDATE (%I) ON %s TO PUBLIC', ARRAY[attribute, relation] FROM columns WHERE kind IN ('r', 'p', 'v')
UNION ALL SELECT 'REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', ARRAY[function] FROM functions WHERE kind = 'f'
UNION ALL SELECT 'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT ON TABLES TO PUBLIC', ARRAY['other']
-- What lies outside of tables, types and functions.
UNION ALL SELECT 'CREATE SCHEMA %I', ARRAY['added']
UNION ALL SELECT 'DROP SCHEMA %I CASCADE', ARRAY[nspname::text] FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'
UNION ALL SELECT 'CREATE EXTENSION %I', ARRAY[name::text] FROM pg_available_extensions WHERE name IN ('citext', 'hstore', 'ltree')
UNION ALL SELECT 'DROP EXTENSION %I CASCADE', ARRAY[extname::text] FROM pg_extension WHERE extname <> 'plpgsql'
UNION ALL SELECT 'CREATE COLLATION %I (PROVIDER = libc, LOCALE = ''C'')', ARRAY['added_collation']
UNION ALL SELECT 'CREATE CONVERSION %I FOR ''LATIN1'' TO ''UTF8'' FROM iso8859_1_to_utf8', ARRAY['added_conversion']
UNION ALL SELECT 'CREATE TEXT SEARCH DICTIONARY %I (TEMPLATE = simple, ACCEPT = false)', ARRAY['added_dictionary']
UNION ALL SELECT 'CREATE TEXT SEARCH CONFIGURATION %I (COPY = english)', ARRAY['added_configuration']
UNION ALL SELECT 'CREATE ACCESS METHOD %I TYPE INDEX HANDLER bthandler', ARRAY['added_method']
UNION ALL SELECT 'CREATE LANGUAGE %I HANDLER plpgsql_call_handler', ARRAY['added_language']
UNION ALL SELECT 'CREATE FOREIGN DATA WRAPPER %I', ARRAY['added_wrapper']
UNION ALL SELECT 'CREATE SERVER added_server FOREIGN DATA WRAPPER %I', ARRAY[fdwname::text] FROM pg_foreign_data_wrapper
UNION ALL SELECT 'CREATE USER MAPPING FOR PUBLIC SERVER %I', ARRAY[srvname::text] FROM pg_foreign_server
UNION ALL SELECT 'CREATE FOREIGN TABLE added_foreign_table (a integer) SERVER %I', ARRAY[srvname::text] FROM pg_foreign_server
UNION ALL SELECT 'CREATE PUBLICATION %I FOR TABLE %s', ARRAY['publication_of_' || name, relation] FROM relations WHERE kind IN ('r', 'p')
UNION ALL SELECT 'DROP PUBLICATION %I', ARRAY[pubname::text] FROM pg_publication
UNION ALL SELECT 'CREATE SUBSCRIPTION %I CONNECTION ''dbname=elsewhere'' PUBLICATION p WITH (connect = false, slot_name = NONE)',
    ARRAY['added_subscription']
UNION ALL SELECT 'CREATE EVENT TRIGGER %I ON sql_drop EXECUTE FUNCTION %s()', ARRAY['added_event_trigger', p.oid::regproc::text]
    FROM pg_proc p WHERE p.prorettype = 'event_trigger'::regtype AND p.oid >= 16384
UNION ALL SELECT 'CREATE FUNCTION %I() RETURNS event_trigger LANGUAGE plpgsql AS ''BEGIN END''', ARRAY['reports_nothing']
