#include "postgresql/introspect.hpp"

#include "convergence.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

TEST_CASE("every field of a rich schema is read") {
    const bool is_15 = server_major() >= 15;
    TestDatabase database(fmt::format(R"(
        CREATE SCHEMA app; COMMENT ON SCHEMA app IS 'ours';
        CREATE TYPE app.mood AS ENUM ('sad', 'it''s', 'a,b'); COMMENT ON TYPE app.mood IS 'how';
        CREATE SEQUENCE free AS smallint INCREMENT -2 MINVALUE -9 MAXVALUE 9 START 7 CACHE 4 CYCLE; COMMENT ON SEQUENCE free IS 'f';
        CREATE TABLE parent (a integer, b integer, dropped text, PRIMARY KEY (b, a) INCLUDE (dropped) WITH (fillfactor = 90));
        ALTER TABLE parent DROP COLUMN dropped;
        ALTER TABLE parent DROP CONSTRAINT IF EXISTS parent_pkey; ALTER TABLE parent ADD PRIMARY KEY (b, a) WITH (fillfactor = 90) ;
        CREATE TABLE app.t (id bigint GENERATED ALWAYS AS IDENTITY (START 5), s serial, v varchar(10) COLLATE "C" NOT NULL DEFAULT 'x',
            m app.mood[], g numeric(5,1) GENERATED ALWAYS AS (s * 2) STORED, p integer, q integer, r int4range,
            CONSTRAINT u UNIQUE {} (v, p) INCLUDE (q) DEFERRABLE, CONSTRAINT k CHECK (p > 0) NO INHERIT,
            CONSTRAINT f FOREIGN KEY (p, q) REFERENCES parent (b, a) MATCH FULL ON UPDATE CASCADE ON DELETE SET NULL
                DEFERRABLE INITIALLY DEFERRED,
            CONSTRAINT d FOREIGN KEY (p, q) REFERENCES parent (b, a) ON DELETE SET DEFAULT {},
            CONSTRAINT e EXCLUDE USING gist (r WITH &&, int4range(p, q) WITH =) WHERE (p > 1))
            WITH (fillfactor = 70, toast.autovacuum_enabled = off);
        ALTER TABLE app.t ADD CONSTRAINT n CHECK (q > 0) NOT VALID;
        CREATE UNIQUE INDEX i ON app.t (v COLLATE "POSIX" text_pattern_ops DESC NULLS LAST, (p + q)) INCLUDE (id) WHERE q > 3;
        COMMENT ON TABLE app.t IS 'table'; COMMENT ON COLUMN app.t.v IS 'column'; COMMENT ON CONSTRAINT k ON app.t IS 'check';
        COMMENT ON INDEX app.i IS 'index';
        CREATE TABLE schemist_journal (id text);
    )",
                                      is_15 ? "NULLS NOT DISTINCT" : "", is_15 ? "(q)" : ""));
    const Schema schema = introspect(database);
    REQUIRE(schema.namespaces.size() == 1);
    CHECK(schema.namespaces[0] == Namespace{"app", "ours"});
    REQUIRE(schema.enum_types.size() == 1);
    CHECK(schema.enum_types[0] == EnumType{{"app", "mood"}, {"sad", "it's", "a,b"}, "how"});
    REQUIRE(schema.sequences.size() == 2);
    CHECK(schema.sequences[0].name == Name{"app", "t_s_seq"});
    CHECK(schema.sequences[0].owned_by == ColumnName{{"app", "t"}, "s"});
    CHECK(schema.sequences[1] ==
          Sequence{{"public", "free"}, {"smallint", 7, -2, -9, 9, 4, true}, std::nullopt, false, "f"});
    REQUIRE(schema.tables.size() == 2);
    const TableStructure& parent = schema.tables[1];
    CHECK(parent.columns.size() == 2);
    CHECK(parent.primary_key->columns == std::vector<std::string>{"b", "a"});
    CHECK(parent.primary_key->storage == StorageParameters{{"fillfactor", "90"}});

    const TableStructure& table = schema.tables[0];
    CHECK(table.name == Name{"app", "t"});
    CHECK(table.comment == "table");
    CHECK(table.storage == StorageParameters{{"fillfactor", "70"}, {"toast.autovacuum_enabled", "off"}});
    REQUIRE(table.columns.size() == 8);
    CHECK(table.columns[0].identity->always);
    CHECK(table.columns[0].identity->sequence_name == "t_id_seq");
    CHECK(table.columns[0].identity->options.start == 5);
    CHECK(table.columns[1].default_expression == "nextval('app.t_s_seq'::regclass)");
    CHECK(table.columns[2].type == "character varying(10)");
    CHECK(table.columns[2].collation == "\"C\"");
    CHECK(table.columns[2].not_null);
    CHECK(table.columns[2].comment == "column");
    CHECK(table.columns[3].type == "app.mood[]");
    CHECK(table.columns[4].generated == Generated{"s * 2", true});
    CHECK_FALSE(table.columns[4].default_expression.has_value());
    REQUIRE(table.unique_constraints.size() == 1);
    CHECK(table.unique_constraints[0].columns == std::vector<std::string>{"v", "p"});
    CHECK(table.unique_constraints[0].include == std::vector<std::string>{"q"});
    CHECK(table.unique_constraints[0].nulls_not_distinct == is_15);
    CHECK(table.unique_constraints[0].deferral == Deferral::initially_immediate);
    REQUIRE(table.checks.size() == 2);
    CHECK(table.checks[0] == CheckConstraint{"k", "p > 0", true, false, "check"});
    CHECK(table.checks[1] == CheckConstraint{"n", "q > 0", false, true, ""});
    REQUIRE(table.foreign_keys.size() == 2);
    CHECK(table.foreign_keys[0].on_delete_columns ==
          (is_15 ? std::vector<std::string>{"q"} : std::vector<std::string>{}));
    CHECK(table.foreign_keys[0].on_delete == ForeignKeyAction::set_default);
    CHECK(table.foreign_keys[1] == ForeignKey{"f",
                                              {"p", "q"},
                                              {"public", "parent"},
                                              {"b", "a"},
                                              ForeignKeyAction::set_null,
                                              ForeignKeyAction::cascade,
                                              {},
                                              ForeignKeyMatch::full,
                                              Deferral::initially_deferred,
                                              false,
                                              ""});
    REQUIRE(table.exclusions.size() == 1);
    CHECK(table.exclusions[0].method == "gist");
    CHECK(table.exclusions[0].elements[0].element.column == "r");
    CHECK(table.exclusions[0].elements[0].operator_name == "&&");
    CHECK(table.exclusions[0].elements[1].element.expression == "int4range(p, q)");
    CHECK(table.exclusions[0].predicate == "p > 1");
    REQUIRE(table.indexes.size() == 1);
    const Index& index = table.indexes[0];
    CHECK(index.unique);
    CHECK(index.method == "btree");
    CHECK(index.elements[0] == IndexElement{"v", "", "\"POSIX\"", "text_pattern_ops", true, false});
    CHECK(index.elements[1] == IndexElement{"", "p + q", "", "", false, std::nullopt});
    CHECK(index.include == std::vector<std::string>{"id"});
    CHECK(index.predicate == "q > 3");
    CHECK(index.comment == "index");
    CHECK(index.valid);
}

TEST_CASE("an index that was left behind by a failed build is not valid") {
    TestDatabase database("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)");
    CHECK_THROWS_AS(database.connection().run_script("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)"), Error);
    CHECK_FALSE(introspect(database).tables.at(0).indexes.at(0).valid);
}

TEST_CASE("objects of extensions are left out; what is not read is reported") {
    TestDatabase database(R"(
        CREATE EXTENSION pg_stat_statements; CREATE SCHEMA s;
        CREATE TABLE parted (a integer) PARTITION BY LIST (a); CREATE TABLE part PARTITION OF parted DEFAULT;
        CREATE TABLE plain (a integer, b text); CREATE TABLE child () INHERITS (plain);
        CREATE VIEW s.v AS SELECT 1 AS x; CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE DOMAIN d AS text; CREATE TYPE c AS (x integer); GRANT SELECT ON plain TO PUBLIC;
        ALTER TABLE plain ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON plain USING (true);
        ALTER TABLE plain ALTER a SET (n_distinct = 5), REPLICA IDENTITY FULL; GRANT SELECT (b) ON plain TO PUBLIC;
        GRANT USAGE ON SCHEMA s TO PUBLIC; REVOKE USAGE ON TYPE c FROM PUBLIC;
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER r FOREIGN DATA WRAPPER w;
        CREATE FOREIGN TABLE other (id serial) SERVER r; ALTER SEQUENCE other_id_seq OWNED BY other.id;
        CREATE TRIGGER g BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger();
        CREATE TABLE commented (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
        COMMENT ON INDEX commented_pkey IS 'i'; COMMENT ON SEQUENCE commented_id_seq IS 's';
        ALTER TABLE commented FORCE ROW LEVEL SECURITY;
        CREATE TEMP TABLE gone (a integer);
    )");
    const Schema schema = introspect(database);
    REQUIRE(schema.tables.size() == 6);
    CHECK(schema.tables[0].inherits == std::vector<Name>{{"public", "plain"}});
    CHECK(schema.tables[2].server == "r");
    CHECK(schema.tables[3].partition_of == PartitionOf{{"public", "parted"}, "DEFAULT"});
    CHECK(schema.tables[4].partition_key == "LIST (a)");
    CHECK(schema.find_table({"public", "commented"})->columns.at(0).identity->comment == "s");
}

TEST_CASE("introspection leaves the caller's transaction and settings as they were") {
    TestDatabase database("CREATE TABLE t (a integer)");
    auto& connection = database.connection();
    connection.run_script("SET search_path = pg_catalog");
    connection.run_script("BEGIN; CREATE TABLE public.u (a integer)");
    CHECK(introspect(database).tables.size() == 2);
    CHECK(connection.in_transaction());
    CHECK(connection.run_script("SHOW search_path").text(0, 0) == "pg_catalog");
    connection.run_script("ROLLBACK");
    CHECK(introspect(database).tables.size() == 1);
    CHECK_FALSE(connection.in_transaction());
    CHECK(connection.run_script("SHOW search_path").text(0, 0) == "pg_catalog");
}

}  // namespace
}  // namespace schemist::test
