// Comments and privileges of what is a part of another object: the sequence of an identity, what an extension brings.

#include "convergence.hpp"
#include "postgresql/connection.hpp"

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

TEST_CASE("the sequence of an identity column has a comment and privileges") {
    const std::string_view plain = R"(
        CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, i integer GENERATED ALWAYS AS IDENTITY, a integer))";
    const std::string_view marked = R"(
        CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, i integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME other),
            a integer);
        COMMENT ON SEQUENCE t_id_seq IS 'counts'; GRANT USAGE ON SEQUENCE t_id_seq TO PUBLIC;
        GRANT SELECT ON SEQUENCE other TO pg_monitor WITH GRANT OPTION; REVOKE UPDATE ON SEQUENCE other FROM CURRENT_USER)";
    check_both_ways("SELECT 1", marked);
    const std::string script = check_both_ways(plain, marked, "INSERT INTO t (a) VALUES (1)");
    CHECK(script.find("GRANT USAGE ON SEQUENCE t_id_seq TO PUBLIC") != std::string::npos);
    // The column comes, and becomes one.
    check_both_ways("CREATE TABLE t (a integer)", marked);
    check_both_ways("CREATE TABLE t (id integer NOT NULL, i serial, a integer)", marked);
    // One sequence stands for the other.
    check_both_ways(
        R"(CREATE TABLE t (id serial, i serial, a integer); GRANT UPDATE ON SEQUENCE t_id_seq TO PUBLIC;
                       COMMENT ON SEQUENCE t_i_seq IS 'of a serial')",
        marked);
    check_both_ways(
        "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO PUBLIC",
        "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO PUBLIC;"
        "CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, i integer GENERATED ALWAYS AS IDENTITY);"
        "REVOKE ALL ON SEQUENCE t_i_seq FROM PUBLIC");
}

TEST_CASE("what an extension brings has other privileges than the extension gave it") {
    const std::string_view plain = "CREATE SCHEMA s; CREATE EXTENSION pgcrypto SCHEMA s";
    const std::string_view changed = R"(
        CREATE SCHEMA s; CREATE EXTENSION pgcrypto SCHEMA s; REVOKE EXECUTE ON FUNCTION s.gen_salt(text) FROM PUBLIC;
        GRANT EXECUTE ON FUNCTION s.digest(text, text) TO pg_monitor WITH GRANT OPTION)";
    check_both_ways("SELECT 1", changed);
    check_both_ways(plain, changed);
    // What the script of the extension takes away is how it is.
    check_both_ways("CREATE EXTENSION pg_stat_statements",
                    "CREATE EXTENSION pg_stat_statements; REVOKE SELECT ON pg_stat_statements FROM PUBLIC;"
                    "GRANT SELECT ON pg_stat_statements TO pg_monitor");
    check_both_ways(
        "SELECT 1",
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC; CREATE EXTENSION pgcrypto");
}

TEST_CASE("an extension is made while there are default privileges") {
    const std::string defaults =
        "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;"
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO pg_monitor;";
    check_both_ways(defaults, defaults + "CREATE EXTENSION pgcrypto");
    check_both_ways(defaults, "CREATE EXTENSION pgcrypto;" + defaults);
    check_both_ways(defaults, "CREATE EXTENSION pgcrypto");
}

TEST_CASE("columns of a materialized view are stored in other ways") {
    const std::string_view plain =
        "CREATE MATERIALIZED VIEW m AS SELECT 'x'::text AS a, 1 AS b; CREATE INDEX ON m (b)";
    const std::string_view changed = R"(
        CREATE MATERIALIZED VIEW m AS SELECT 'x'::text AS a, 1 AS b; CREATE INDEX ON m (b);
        ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 10, ALTER a SET STORAGE external, ALTER a SET COMPRESSION pglz,
            ALTER b SET (n_distinct = 5))";
    check_both_ways("SELECT 1", changed);
    check_both_ways(plain, changed);
    check_both_ways(
        changed,
        "CREATE MATERIALIZED VIEW m AS SELECT 'x'::text AS a, 2::bigint AS b; CREATE INDEX ON m (b);"
        "ALTER MATERIALIZED VIEW m ALTER a SET STATISTICS 10");
}

TEST_CASE("a materialized view over one without data is made without data") {
    const std::string start =
        "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a WITH NO DATA; CREATE VIEW v AS SELECT a FROM m;"
        "CREATE MATERIALIZED VIEW filled AS SELECT 1 AS a;";
    const std::string script =
        check_both_ways(start, start +
                                   "CREATE MATERIALIZED VIEW n AS SELECT a FROM v WITH NO DATA;"
                                   "CREATE MATERIALIZED VIEW o AS SELECT a FROM n WITH NO DATA;"
                                   "CREATE MATERIALIZED VIEW p AS SELECT a FROM filled");
    CHECK(script.find("FROM v\nWITH NO DATA") != std::string::npos);
    CHECK(script.find("FROM filled\nWITH NO DATA") == std::string::npos);
}

TEST_CASE("a trigger of a partitioned table has another state in a partition") {
    const std::string start = R"(
        CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (a); CREATE TABLE p3 PARTITION OF p2 FOR VALUES IN (2);
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';)";
    const std::string trigger = "CREATE TRIGGER g AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION f();";
    const std::string changed =
        start + trigger + "ALTER TABLE p1 DISABLE TRIGGER g; ALTER TABLE p3 ENABLE ALWAYS TRIGGER g;";
    check_both_ways("SELECT 1", changed);
    check_both_ways(start, changed);
    check_both_ways(start + trigger, changed);
    check_both_ways(start + trigger + "ALTER TABLE p DISABLE TRIGGER g;", changed);
    // The parent's changes, and the partition's stays.
    check_both_ways(changed, start + "CREATE TRIGGER g AFTER UPDATE ON p FOR EACH ROW EXECUTE FUNCTION f();" +
                                 "ALTER TABLE p1 DISABLE TRIGGER g; ALTER TABLE p3 ENABLE ALWAYS TRIGGER g;");
    check_both_ways(changed, start + trigger +
                                 "ALTER TABLE p ENABLE REPLICA TRIGGER g; ALTER TABLE p1 DISABLE TRIGGER g;");
}

TEST_CASE("the sequence of an identity counts in another type than the column's") {
    check_both_ways(
        "",
        "CREATE TABLE x (a int GENERATED BY DEFAULT AS IDENTITY); CREATE TABLE y (LIKE x INCLUDING ALL);");
    check_both_ways(
        "CREATE SEQUENCE s AS int;"
        "CREATE TABLE y (a int GENERATED ALWAYS AS IDENTITY, b int GENERATED ALWAYS AS IDENTITY,"
        "    c bigint GENERATED ALWAYS AS IDENTITY);",
        "CREATE SEQUENCE s AS bigint MAXVALUE 2147483647;"
        "CREATE TABLE y (a bigint GENERATED BY DEFAULT AS IDENTITY, b int GENERATED ALWAYS AS IDENTITY,"
        "    c int GENERATED ALWAYS AS IDENTITY);"
        "ALTER SEQUENCE y_b_seq AS smallint; ALTER SEQUENCE y_c_seq AS bigint MAXVALUE 5000000000;");
}

TEST_CASE("a table goes before another one's identity takes the name of its sequence") {
    check_both_ways("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY);",
                    "CREATE TABLE r (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME t_a_seq));");
    check_both_ways(
        "CREATE TABLE t (b int); CREATE TABLE s (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME n));",
        "CREATE TABLE s (b int); CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME n));");
}

TEST_CASE("statistics are the same in tables whose columns stand in another order") {
    TestDatabase one;
    one.connection().run_script(
        "CREATE TABLE t (a int, b int); CREATE STATISTICS s ON a, b, (a + b) FROM t;");
    TestDatabase other;
    other.connection().run_script(
        "CREATE TABLE t (b int, a int); CREATE STATISTICS s ON a, b, (a + b) FROM t;");
    CHECK(plan_between(one, other).steps.empty());
}

TEST_CASE("how exact the statistics of an index are stays while a column of it gets another type") {
    const std::string rest =
        "CREATE INDEX i ON t ((a + 1), b); ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 55; COMMENT ON INDEX "
        "i IS 'sum';"
        "ALTER TABLE t ADD CONSTRAINT e EXCLUDE ((b + 1) WITH =) WHERE (a > 3); ALTER INDEX e ALTER COLUMN 1 "
        "SET STATISTICS 5;";
    check_both_ways("CREATE TABLE t (a int, b int);" + rest, "CREATE TABLE t (a bigint, b int);" + rest,
                    "INSERT INTO t VALUES (1, 2)");
    check_both_ways("CREATE TABLE t (a int, b int);" + rest, "CREATE TABLE t (a int, b bigint);" + rest);
}

}  // namespace
}  // namespace schemist::test
