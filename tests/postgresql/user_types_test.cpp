// Domains, composite and range types, collations, extensions, aggregates, statistics and event triggers.

#include "convergence.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

TEST_CASE("domains change in place, and come before the tables that use them") {
    const std::string script =
        check_both_ways(R"(CREATE DOMAIN d AS integer CHECK (VALUE > 0); CREATE TABLE t (a d))",
                        R"(
        CREATE FUNCTION positive(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 > 0';
        CREATE DOMAIN d AS integer DEFAULT 7 NOT NULL CONSTRAINT other CHECK (positive(VALUE));
        ALTER DOMAIN d ADD CONSTRAINT late CHECK (VALUE < 100) NOT VALID;
        COMMENT ON DOMAIN d IS 'a number'; COMMENT ON CONSTRAINT other ON DOMAIN d IS 'why';
        CREATE DOMAIN e AS text COLLATE "C"; REVOKE USAGE ON DOMAIN e FROM PUBLIC;
        CREATE TABLE t (a d, c e);
    )",
                        "INSERT INTO t VALUES (1)");
    CHECK(script.find("DROP DOMAIN") == std::string::npos);
}

TEST_CASE("composite types gain, lose and change attributes") {
    check_both_ways(
        "CREATE TYPE p AS (x integer, y integer); CREATE FUNCTION f(p) RETURNS integer LANGUAGE sql AS "
        "'SELECT 1'",
        R"(
        CREATE TYPE p AS (x bigint, z text COLLATE "C"); COMMENT ON COLUMN p.z IS 'last';
        CREATE TYPE q AS (inner_one p, many p[]); COMMENT ON TYPE q IS 'nested';
        CREATE FUNCTION f(p) RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE TABLE t (a q);
    )");
}

TEST_CASE("range types come with their multiranges, and are made anew where nothing holds values of them") {
    check_both_ways("CREATE TYPE r AS RANGE (SUBTYPE = integer)",
                    R"(
        CREATE FUNCTION distance(double precision, double precision) RETURNS double precision LANGUAGE sql IMMUTABLE
            AS 'SELECT $1 - $2';
        CREATE TYPE r AS RANGE (SUBTYPE = double precision, SUBTYPE_DIFF = distance, MULTIRANGE_TYPE_NAME = many_r);
        CREATE TABLE t (a r, b many_r);
    )");
}

TEST_CASE("a type that columns use and that cannot be altered is refused") {
    const std::string other = "CREATE TABLE t (a pair);";
    TestDatabase from("CREATE TABLE pair (x integer, y integer);" + other);
    TestDatabase to("CREATE TABLE pair (x integer, y integer) PARTITION BY LIST (x);" + other);
    CHECK_THROWS_WITH_AS(
        plan_between(from, to),
        doctest::Contains("table pair cannot be altered as it should be while column t.a uses it"), Error);
}

TEST_CASE("a table is made anew after a column of its rows is dropped") {
    check_both_ways("CREATE TABLE pair (x integer, y integer); CREATE TABLE t (a pair, aa pair[], b integer)",
                    "CREATE TABLE pair (x integer, y integer) PARTITION BY LIST (x); CREATE TABLE pairs "
                    "PARTITION OF pair DEFAULT; CREATE TABLE t (b integer)",
                    "INSERT INTO pair VALUES (1, 2); INSERT INTO t VALUES (ROW(1, 2), NULL, 3)");
}

TEST_CASE("extensions come before what uses their objects") {
    check_both_ways("", R"(
        CREATE SCHEMA s; CREATE EXTENSION citext SCHEMA s; CREATE EXTENSION pg_trgm;
        CREATE TABLE t (a s.citext, b text); CREATE INDEX t_b ON t USING gin (b gin_trgm_ops);
        CREATE FUNCTION f(s.citext) RETURNS integer LANGUAGE sql AS 'SELECT 1';
    )");
}

TEST_CASE("aggregates converge") {
    check_both_ways("CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer)",
                    R"(
        CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer, INITCOND = '0', COMBINEFUNC = int4pl,
            MSFUNC = int4pl, MINVFUNC = int4mi, MSTYPE = integer, PARALLEL = SAFE);
        COMMENT ON AGGREGATE total(integer) IS 'sum';
        CREATE AGGREGATE how_many(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
        REVOKE EXECUTE ON FUNCTION how_many() FROM PUBLIC;
        CREATE AGGREGATE middle(double precision ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal,
            FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
        CREATE VIEW v AS SELECT total(x) AS t FROM generate_series(1, 3) g(x);
    )");
}

TEST_CASE("collations, statistics and event triggers converge") {
    check_both_ways("CREATE TABLE t (a integer, b integer, c text)",
                    R"(
        CREATE COLLATION german (PROVIDER = icu, LOCALE = 'de-DE', DETERMINISTIC = false);
        CREATE COLLATION plain (LOCALE = 'C'); COMMENT ON COLLATION plain IS 'bytes';
        CREATE TABLE t (a integer, b integer, c text COLLATE german);
        CREATE STATISTICS s (ndistinct, dependencies) ON a, b FROM t; ALTER STATISTICS s SET STATISTICS 50;
        COMMENT ON STATISTICS s IS 'both';
        CREATE FUNCTION log() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
        CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'DROP TABLE') EXECUTE FUNCTION log();
        ALTER EVENT TRIGGER e ENABLE ALWAYS; COMMENT ON EVENT TRIGGER e IS 'watches';
    )");
}

TEST_CASE("a range type has its multirange in another schema") {
    const std::string schema = "CREATE SCHEMA other;";
    check_both_ways(schema, schema +
                                "CREATE TYPE r AS RANGE (SUBTYPE = date); ALTER TYPE r SET SCHEMA other;"
                                "CREATE TABLE t (a other.r)");
    check_both_ways(schema + "CREATE TYPE r AS RANGE (SUBTYPE = date)",
                    schema + "CREATE TYPE r AS RANGE (SUBTYPE = date); ALTER TYPE r SET SCHEMA other");
    const std::string column =
        "CREATE TYPE r AS RANGE (SUBTYPE = date); ALTER TYPE r SET SCHEMA other; CREATE TABLE t (x other.r)";
    check_both_ways(schema + "CREATE TYPE r AS RANGE (SUBTYPE = date); CREATE TABLE t (x r)", schema + column,
                    "INSERT INTO t VALUES ('[2026-01-01,2026-01-05)')");
    check_both_ways(
        "CREATE TYPE a AS RANGE (SUBTYPE = date, MULTIRANGE_TYPE_NAME = m); CREATE TABLE t (x a)",
        "CREATE TYPE b AS RANGE (SUBTYPE = date, MULTIRANGE_TYPE_NAME = m); CREATE TABLE t (x b)");
}

TEST_CASE("the NOT NULL of a domain has a name and a comment") {
    if (server_major() < 17) {
        return;
    }
    const std::string start =
        "CREATE DOMAIN a AS int NOT NULL; CREATE DOMAIN b AS int CONSTRAINT one NOT NULL CHECK (VALUE > 0);"
        "CREATE DOMAIN c AS int NOT NULL; ALTER DOMAIN c RENAME TO d; CREATE DOMAIN e AS int;"
        "CREATE DOMAIN f AS int NOT NULL; COMMENT ON CONSTRAINT f_not_null ON DOMAIN f IS 'f';"
        "CREATE DOMAIN g AS int CONSTRAINT named NOT NULL; CREATE DOMAIN h AS int NOT NULL;"
        "CREATE TABLE t (g g, h h);";
    const std::string goal =
        "CREATE DOMAIN a AS int CONSTRAINT two NOT NULL;"
        "CREATE DOMAIN b AS int CONSTRAINT two NOT NULL CHECK (VALUE > 0);"
        "COMMENT ON CONSTRAINT two ON DOMAIN b IS 'b'; CREATE DOMAIN d AS int NOT NULL;"
        "CREATE DOMAIN e AS int CONSTRAINT three NOT NULL; CREATE DOMAIN f AS int;"
        "CREATE DOMAIN g AS text CONSTRAINT named NOT NULL; CREATE DOMAIN h AS text NOT NULL;"
        "CREATE TABLE t (g g, h h); CREATE TABLE u (x int CONSTRAINT i_not_null CHECK (x > 0));"
        "CREATE DOMAIN i AS int NOT NULL;";
    check_both_ways(start, goal, "INSERT INTO t VALUES (1, 2)");
    check_both_ways("SELECT 1", goal);
    const std::string longest(63, 'd');
    TestDatabase database(start + "CREATE DOMAIN " + longest + " AS int NOT NULL");
    const Schema schema = introspect(database);
    const auto name_of = [&](const std::string& domain) {
        return std::ranges::find(schema.domains, Name{"public", domain}, &Domain::name)->not_null_name;
    };
    CHECK(name_of("a") == "");
    CHECK(name_of("b") == "one");
    CHECK(name_of("d") == "c_not_null");
    CHECK(name_of(longest) == "");
}

}  // namespace
}  // namespace schemist::test
