// Domains and composite types that are made anew while columns are of them.

#include "convergence.hpp"
#include "postgresql/connection.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

TEST_CASE("a domain over another type takes its columns along, with all that stands on them") {
    const std::string before =
        "CREATE DOMAIN code AS integer CHECK (VALUE > 0); COMMENT ON DOMAIN code IS 'c';"
        "CREATE DOMAIN narrow AS code CHECK (VALUE < 100);"
        "CREATE TABLE r (id code PRIMARY KEY, n narrow DEFAULT 5, l code[], g text);"
        "CREATE TABLE s (r code REFERENCES r, CHECK (r <> 7)); CREATE INDEX i ON r ((n + 1)) WHERE n > 2;"
        "CREATE VIEW v AS SELECT id, n FROM r; COMMENT ON VIEW v IS 'kept'; GRANT SELECT ON v TO PUBLIC;"
        "CREATE FUNCTION f(code) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';"
        "ALTER TABLE r ALTER g SET DEFAULT f(3)::text;";
    std::string after = before;
    after.replace(after.find("AS integer"), 10, "AS bigint");
    const std::string script = check_both_ways(
        before, after,
        "INSERT INTO r VALUES (1, 2, '{3}', 'x'), (4, DEFAULT, NULL, 'y'); INSERT INTO s VALUES (4)");
    CHECK(script.find("DROP TABLE") == std::string::npos);
    CHECK(script.find("DROP COLUMN") == std::string::npos);
}

TEST_CASE("a composite type with another order or types of attributes takes its columns along") {
    const std::string rest = "CREATE TABLE t (id int PRIMARY KEY, p place DEFAULT NULL);";
    TestDatabase changed("CREATE TYPE place AS (x int, y text);" + rest +
                         "INSERT INTO t VALUES (1, ROW(5, 'five')), (2, NULL)");
    TestDatabase goal("CREATE TYPE place AS (y text, z date, x bigint);" + rest);
    apply(changed, plan_between(changed, goal));
    CHECK(changed.dump() == goal.dump());
    CHECK(to_script(plan_between(changed, goal)) == "");
    const Rows rows =
        changed.connection().query("SELECT (p).y, (p).x::text, p IS NULL AS n FROM t ORDER BY id");
    CHECK(rows.text(0, 0) == "five");
    CHECK(rows.text(0, 1) == "5");
    CHECK(rows.text(1, 2) == "t");
}

TEST_CASE("an attribute of a composite type gets another type while tables use it") {
    check_both_ways(
        "CREATE TYPE p AS (x int, y text); CREATE TABLE t (a p, b int); CREATE VIEW v AS SELECT (a).x FROM "
        "t;",
        "CREATE TYPE p AS (x bigint, y text); CREATE TABLE t (a p, b int); CREATE VIEW v AS SELECT (a).x "
        "FROM t;",
        "INSERT INTO t VALUES (ROW(1, 'a'), 2)");
}

TEST_CASE("an array of a composite type goes over element by element") {
    const std::string rest = "CREATE TABLE t (id int PRIMARY KEY, p place[]);";
    TestDatabase changed("CREATE TYPE place AS (x int, y text);" + rest +
                         "INSERT INTO t VALUES (1, ARRAY[ROW(5, 'five'), NULL, ROW(6, 'six')]::place[]), (2, "
                         "NULL), (3, '{}')");
    TestDatabase goal("CREATE TYPE place AS (y text, z date, x bigint);" + rest);
    apply(changed, plan_between(changed, goal));
    CHECK(changed.dump() == goal.dump());
    CHECK(to_script(plan_between(changed, goal)) == "");
    const Rows rows = changed.connection().query("SELECT p::text FROM t ORDER BY id");
    CHECK(rows.text(0, 0) == R"x({"(five,,5)",NULL,"(six,,6)"})x");
    CHECK(rows.text(1, 0) == "");
CHECK(rows.text(2, 0) == "{}");
}

TEST_CASE("a range type of another subtype takes its columns along, with those of its multirange") {
    const std::string rest =
        "CREATE TABLE t (id int PRIMARY KEY, r span DEFAULT '[1,2)', l span[], m multi_span); CREATE INDEX "
        "ON t USING "
        "gist (r); CREATE VIEW v AS SELECT r FROM t; COMMENT ON TYPE span IS 'wide';";
    std::string script = check_both_ways(
        "CREATE TYPE span AS RANGE (SUBTYPE = integer, MULTIRANGE_TYPE_NAME = multi_span);" + rest,
        "CREATE TYPE span AS RANGE (SUBTYPE = numeric, MULTIRANGE_TYPE_NAME = multi_span);" + rest);
    CHECK(script.find("DROP TABLE") == std::string::npos);
    const std::string table = "CREATE TABLE t (id int PRIMARY KEY, r float_range, m float_multirange);";
    script = check_both_ways(
        "CREATE TYPE float_range AS RANGE (SUBTYPE = float8);" + table,
        "CREATE TYPE float_range AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);" + table,
        "INSERT INTO t VALUES (1, '[1.5,2)', '{[1,2), [3,4)}')");
    CHECK(script.find("DROP COLUMN") == std::string::npos);
}

TEST_CASE("values of domains over a composite type go over by the names of its attributes") {
    const std::string rest =
        " CREATE DOMAIN one AS place CHECK ((VALUE).x > 0); CREATE DOMAIN many AS place[]; CREATE DOMAIN again AS one; CREATE "
        "TYPE pair AS (o one, n integer); CREATE TABLE t (o one, os one[], m many, a again, p pair);";
    TestDatabase changed("CREATE TYPE place AS (x int, y int);" + rest +
                         "INSERT INTO t SELECT p, ARRAY[p, NULL]::one[], ARRAY[p], p, ROW(p, 7)::pair FROM (SELECT ROW(1, 2)::place AS "
                         "p) AS s; INSERT INTO t VALUES (NULL)");
    TestDatabase goal("CREATE TYPE place AS (y bigint, z date, x int);" + rest);
    TestDatabase start("CREATE TYPE place AS (x int, y int);" + rest);
    apply(changed, plan_between(changed, goal));
    CHECK(changed.dump() == goal.dump());
    CHECK(to_script(plan_between(changed, goal)) == "");
    const std::string query = "SELECT concat_ws(' ', o, os, m, a, p) FROM t ORDER BY o";
    const Rows there = changed.connection().query(query);
    CHECK(there.text(0, 0) == R"x((2,,1) {"(2,,1)",NULL} {"(2,,1)"} (2,,1) ("(2,,1)",7))x");
    CHECK(there.text(1, 0) == "");
    apply(changed, plan_between(changed, start));
    CHECK(changed.dump() == start.dump());
    CHECK(changed.connection().query(query).text(0, 0) == R"x((1,2) {"(1,2)",NULL} {"(1,2)"} (1,2) ("(1,2)",7))x");
}

}  // namespace
}  // namespace schemist::test
