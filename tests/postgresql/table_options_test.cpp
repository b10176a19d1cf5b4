// What a table says of itself besides columns, constraints and indexes.

#include "convergence.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

const std::string plain =
    "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text, UNIQUE (a)); CREATE UNIQUE INDEX i ON t (a, "
    "id);";

TEST_CASE("replica identity and cluster marks come, change and go") {
    check_both_ways("", plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON t_pkey");
    check_both_ways(plain, plain + "ALTER TABLE t REPLICA IDENTITY FULL, CLUSTER ON i",
                    "INSERT INTO t VALUES (1, 2)");
    check_both_ways(plain + "ALTER TABLE t REPLICA IDENTITY NOTHING",
                    plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i");
    check_both_ways(
        plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON i",
        plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX t_a_key, CLUSTER ON t_a_key; DROP INDEX i");
}

TEST_CASE("an exclusion constraint that a table is clustered on is made and changed") {
    const std::string loose = "CREATE TABLE t (a integer, b text, EXCLUDE (b WITH =));";
    const std::string marked = loose + "ALTER TABLE t CLUSTER ON t_b_excl";
    check_both_ways("", marked);
    check_both_ways("CREATE TABLE t (a integer, b text)", marked);
    check_both_ways(loose, marked);
    check_both_ways(
        marked,
        "CREATE TABLE t (a integer, b bigint, EXCLUDE (b WITH =)); ALTER TABLE t CLUSTER ON t_b_excl");
    check_both_ways("", R"(
        CREATE TABLE t (a integer);
        CREATE FUNCTION f(t) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
        ALTER TABLE t ADD CONSTRAINT e EXCLUDE (f(t) WITH =);
        ALTER TABLE t CLUSTER ON e)");
}

TEST_CASE("an index that is made anew is marked again") {
    check_both_ways(plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON i",
                    plain +
                        "DROP INDEX i; CREATE UNIQUE INDEX i ON t (id, a);"
                        "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON i");
    check_both_ways(plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
                    plain + "ALTER INDEX i RENAME TO j; ALTER TABLE t REPLICA IDENTITY USING INDEX j");
}

TEST_CASE("the options of columns are set and reset") {
    const std::string script =
        check_both_ways(plain, plain +
                                   "ALTER TABLE t ALTER a SET (n_distinct = 5, n_distinct_inherited = 7);"
                                   "ALTER TABLE t ADD c int; ALTER TABLE t ALTER c SET (n_distinct = -0.5)");
    CHECK(script.find("SET (n_distinct") != std::string::npos);
}

TEST_CASE("the access method of a table is chosen, and changed with its rows") {
    const std::string method = "CREATE ACCESS METHOD another TYPE TABLE HANDLER heap_tableam_handler;";
    if (server_major() < 15) {
        return;
    }
    check_both_ways(method + "CREATE TABLE a (id int); CREATE TABLE b (id int) USING another",
                    method + "CREATE TABLE a (id int) USING another; CREATE TABLE b (id int)",
                    "INSERT INTO a VALUES (1)");
}

TEST_CASE("typed tables are made, follow their type, and leave it") {
    const std::string type = "CREATE TYPE shape AS (x int, y text);";
    const std::string typed = type + "CREATE TABLE t OF shape (x DEFAULT 5, PRIMARY KEY (x), y NOT NULL);";
    const std::string script = check_both_ways("", typed);
    CHECK(script.find("CREATE TABLE t OF shape") != std::string::npos);
    check_both_ways(typed,
                    "CREATE TYPE shape AS (x int, y text, z date);"
                    "CREATE TABLE t OF shape (x DEFAULT 5, PRIMARY KEY (x), y NOT NULL);",
                    "INSERT INTO t VALUES (1, 'a')");
    check_both_ways(typed, type + "CREATE TABLE t (x int DEFAULT 5 PRIMARY KEY, y text NOT NULL)",
                    "INSERT INTO t VALUES (1, 'a')");
}

TEST_CASE("a view takes the name of a table, and who used the table goes on with it") {
    check_both_ways(
        "CREATE TABLE base (id int, n text); CREATE TABLE t (id int, n text);"
        "CREATE VIEW v AS SELECT id FROM t;",
        "CREATE TABLE base (id int, n text); CREATE VIEW t AS SELECT id, n FROM base;"
        "CREATE VIEW v AS SELECT id FROM t;");
}

TEST_CASE("the indexes of constraints have comments of their own") {
    const std::string table =
        "CREATE TABLE t (a integer PRIMARY KEY, b integer UNIQUE, r int4range, EXCLUDE USING gist (r WITH "
        "&&));"
        "CREATE TABLE s (a integer REFERENCES t);";
    const std::string script = check_both_ways(
        table,
        table +
            "COMMENT ON INDEX t_pkey IS 'first'; COMMENT ON INDEX t_b_key IS 'second'; COMMENT ON INDEX "
            "t_r_excl IS 'third'; COMMENT ON CONSTRAINT t_pkey ON t IS 'of the constraint';");
    CHECK(script.find("DROP CONSTRAINT") == std::string::npos);
    check_both_ways("SELECT 1",
                    table + "COMMENT ON INDEX t_pkey IS 'first'; COMMENT ON INDEX t_r_excl IS 'third';");
}

TEST_CASE("expressions of an index have statistics targets") {
    const std::string table = "CREATE TABLE t (a integer, b text);";
    const std::string script = check_both_ways(
        table + "CREATE INDEX i ON t ((a + 1), b, (lower(b)));",
        table +
            "CREATE INDEX i ON t ((a + 1), b, (lower(b))); ALTER INDEX i ALTER COLUMN 3 SET STATISTICS 500;");
    CHECK(script == "ALTER INDEX i ALTER COLUMN 3 SET STATISTICS 500;\n");
    check_both_ways("SELECT 1",
                    table + "CREATE INDEX i ON t ((a + 1)); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 7;");
}

TEST_CASE("a materialized view is clustered on an index") {
    const std::string view =
        "CREATE MATERIALIZED VIEW v AS SELECT 1 AS a, 2 AS b; CREATE INDEX v_a ON v (a);";
    check_both_ways(view, view + "ALTER MATERIALIZED VIEW v CLUSTER ON v_a;");
    check_both_ways(view + "ALTER MATERIALIZED VIEW v CLUSTER ON v_a;",
                    view + "CREATE INDEX v_b ON v (b); ALTER MATERIALIZED VIEW v CLUSTER ON v_b;");
    check_both_ways("SELECT 1", view + "ALTER MATERIALIZED VIEW v CLUSTER ON v_a;");
}

// No provider of labels can be loaded here, so they are put where the server would put them.
TEST_CASE("security labels are read and written") {
    const std::string objects =
        "CREATE TABLE t (a integer); CREATE VIEW v AS SELECT 1 AS x; CREATE FUNCTION f(integer DEFAULT 1) "
        "RETURNS "
        "integer LANGUAGE sql AS 'SELECT 1'; CREATE TYPE e AS ENUM ('x');";
    TestDatabase bare(objects);
    TestDatabase labelled(objects + R"(
        SET allow_system_table_mods = on;
        INSERT INTO pg_seclabel VALUES ('t'::regclass, 'pg_class'::regclass, 0, 'tests', 'it''s'),
            ('t'::regclass, 'pg_class'::regclass, 1, 'tests', 'column'), ('v'::regclass, 'pg_class'::regclass, 0, 'tests', 'view'),
            ('f'::regproc, 'pg_proc'::regclass, 0, 'tests', 'function'), ('e'::regtype, 'pg_type'::regclass, 0, 'tests', 'type');)");
    const std::string there = to_script(plan_between(bare, labelled));
    for (const std::string_view statement : {"SECURITY LABEL FOR tests ON TABLE t IS 'it''s';",
                                             "SECURITY LABEL FOR tests ON COLUMN t.a IS 'column';",
                                             "SECURITY LABEL FOR tests ON VIEW v IS 'view';",
                                             "SECURITY LABEL FOR tests ON FUNCTION f(integer) IS 'function';",
                                             "SECURITY LABEL FOR tests ON TYPE e IS 'type';"}) {
        CHECK_MESSAGE(there.find(statement) != std::string::npos, there);
    }
    CHECK(to_script(plan_between(labelled, bare)).find("ON TABLE t IS NULL;") != std::string::npos);
    TestDatabase empty("SELECT 1");
    const std::string all = to_script(plan_between(empty, labelled));
    CHECK(all.find("CREATE TABLE t") < all.find("ON COLUMN t.a"));
    CHECK(all.find("CREATE FUNCTION public.f") < all.find("ON FUNCTION f"));
}

}  // namespace
}  // namespace schemist::test
