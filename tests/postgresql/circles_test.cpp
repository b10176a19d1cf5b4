// Objects that use each other: what pg_dump prints in parts, and what would wait for itself when it is changed.

#include "convergence.hpp"

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

const std::string count_rows = "RETURNS bigint BEGIN ATOMIC SELECT count(a) FROM t; END; ";
const std::string take_row = "CREATE FUNCTION f(t) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1'; ";
const std::string take_domain =
    "CREATE FUNCTION f(d[]) RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true'; ";
const std::string check_domain = "ALTER DOMAIN d ADD CONSTRAINT c CHECK (f(NULL::d[])); ";

TEST_CASE("a default is of a function that reads the table") {
    const std::string made = "CREATE TABLE t (a integer); CREATE FUNCTION g() " + count_rows +
                             "ALTER TABLE t ALTER a SET DEFAULT g(); ";
    check_both_ways("", made);
    check_both_ways("CREATE TABLE t (b integer)",
                    "CREATE TABLE t (b integer, a bigint); CREATE FUNCTION g() " + count_rows +
                        "ALTER TABLE t ALTER a SET DEFAULT g()",
                    "INSERT INTO t VALUES (1)");
    check_both_ways(
        "", "CREATE TABLE t (a integer); CREATE TABLE u (a integer); CREATE FUNCTION g() " + count_rows +
                "CREATE FUNCTION h() RETURNS bigint BEGIN ATOMIC SELECT count(a) FROM u; END; ALTER "
                "TABLE t ALTER a SET DEFAULT h(); ALTER TABLE u ALTER a SET DEFAULT g()");
    check_both_ways(
        "",
        "CREATE TABLE t (a integer) PARTITION BY RANGE (a); CREATE TABLE p PARTITION OF t FOR VALUES "
        "FROM (1) TO (9); CREATE FUNCTION g() " +
            count_rows + "ALTER TABLE t ALTER a SET DEFAULT g(); ALTER TABLE p ALTER a SET DEFAULT g()");
    check_both_ways(
        made,
        "CREATE TABLE t (a integer) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t DEFAULT; CREATE "
        "FUNCTION g() " +
            count_rows + "ALTER TABLE t ALTER a SET DEFAULT g()",
        "INSERT INTO t VALUES (1)");
    check_both_ways(
        "",
        "CREATE TABLE t (a integer PRIMARY KEY, b text); CREATE VIEW v AS SELECT a, b, count(*) FROM t "
        "GROUP BY a; CREATE FUNCTION g() RETURNS bigint BEGIN ATOMIC SELECT count(*) FROM v; END; ALTER "
        "TABLE t ADD COLUMN c bigint DEFAULT g()");
    check_both_ways(
        "",
        "CREATE TABLE t (a integer); CREATE FUNCTION g() RETURNS t LANGUAGE sql AS 'SELECT NULL::t'; "
        "ALTER TABLE t ALTER a SET DEFAULT (g()).a");
}

TEST_CASE("a constraint or an index is of a function that takes the rows of the table") {
    const std::string table = "CREATE TABLE t (id serial PRIMARY KEY, a text); ";
    const std::string rows = "INSERT INTO t (a) VALUES ('x')";
    for (const std::string part :
         {"ALTER TABLE t ADD CONSTRAINT c CHECK (f(t.*) > 0); COMMENT ON CONSTRAINT c ON t IS 'one'",
          "CREATE INDEX i ON t (f(t.*)); COMMENT ON INDEX i IS 'one'",
          "CREATE UNIQUE INDEX i ON t (f(t.*)); ALTER TABLE t CLUSTER ON i",
          "ALTER TABLE t ADD CONSTRAINT e EXCLUDE (f(t.*) WITH =)",
          "CREATE POLICY p ON t USING (f(t.*) = 1); CREATE VIEW v AS SELECT f(t.*) AS x FROM t; CREATE "
          "FUNCTION h(v) "
          "RETURNS v LANGUAGE sql AS 'SELECT $1'; CREATE VIEW w AS SELECT (h(v.*)).x FROM v"}) {
        CAPTURE(part);
        check_both_ways("", table + take_row + part);
        check_both_ways(table, table + take_row + part, rows);
        check_both_ways(table + take_row + part,
                        "CREATE TABLE t (id serial PRIMARY KEY, a text, b integer); " + take_row + part,
                        rows);
    }
    check_both_ways(
        "", "CREATE MATERIALIZED VIEW t AS SELECT 1 AS a; " + take_row + "CREATE INDEX i ON t (f(t.*))");
    check_both_ways("",
                    "CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a FROM t; ALTER TABLE t ADD CHECK "
                    "((NULL::v).a IS NULL)");
}

TEST_CASE("a domain is of a function that takes or returns its values") {
    const std::string domain = "CREATE DOMAIN d AS integer; ";
    const std::string users =
        "CREATE TYPE c AS (d d); CREATE TABLE t (a d[], c c); CREATE DOMAIN e AS d[]; CREATE "
        "TABLE u (e e)";
    const std::string rows = "INSERT INTO t VALUES ('{1}', ROW(2)); INSERT INTO u VALUES ('{3}')";
    const std::string with_default =
        "CREATE FUNCTION f() RETURNS d LANGUAGE sql AS 'SELECT 1::d'; ALTER DOMAIN d SET DEFAULT f(); ";
    for (const std::string& part : {take_domain + check_domain, with_default}) {
        CAPTURE(part);
        check_both_ways("", domain + part + users);
        check_both_ways(domain + "CREATE TABLE t (a d)", domain + part + "CREATE TABLE t (a d)",
                        "INSERT INTO t VALUES (1)");
        check_both_ways(domain + users, domain + part + users, rows);
        check_both_ways(domain + part + "CREATE TABLE t (a d)",
                        "CREATE DOMAIN d AS bigint; " + part + "CREATE TABLE t (a d)",
                        "INSERT INTO t VALUES (1)");
    }
    check_both_ways(domain + take_domain + check_domain + "CREATE TABLE t (a d)",
                    domain + with_default + "CREATE TABLE t (a d)", "INSERT INTO t VALUES (1)");
}

TEST_CASE("an exclusion constraint comes after what it uses, and goes before that") {
    const auto function = [](const std::string& name, const std::string& type) {
        return "CREATE FUNCTION " + name + "(integer) RETURNS " + type +
               " IMMUTABLE LANGUAGE sql AS 'SELECT $1'; ";
    };
    const auto table = [](const std::string& name) {
        return "CREATE TABLE t (a integer, b integer, CONSTRAINT e EXCLUDE (" + name + "(a) WITH =) WHERE (" +
               name + "(b) > 1)); COMMENT ON CONSTRAINT e ON t IS 'one'; ";
    };
    const std::string rows = "INSERT INTO t VALUES (1, 2)";
    check_both_ways("", function("f", "integer") + table("f"));
    check_both_ways("CREATE TABLE t (a integer, b integer)", function("f", "integer") + table("f"), rows);
    check_both_ways(function("f", "integer") + table("f"), function("g", "integer") + table("g"), rows);
    check_both_ways(function("f", "integer") + table("f"), function("f", "bigint") + table("f"), rows);
    const std::string operators =
        "CREATE OPERATOR CLASS o FOR TYPE integer USING btree AS OPERATOR 1 <, OPERATOR 2 <=, "
        "OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(integer, integer); ";
    check_both_ways("", operators + "CREATE TABLE t (a integer, EXCLUDE (a o WITH =))");
}

TEST_CASE(
    "a function or a view goes over from a table that is dropped to a column that the table referred to") {
    const std::vector<std::pair<std::string, std::string>> columns{
        {"bigserial PRIMARY KEY", "bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY"},
        {"integer PRIMARY KEY", "bigint PRIMARY KEY"},
        {"integer PRIMARY KEY", "text PRIMARY KEY"},
        {"integer UNIQUE", "integer UNIQUE NOT NULL"}};
    for (const auto& column : columns) {
        const std::string& before = column.first;
        const std::string& after = column.second;
        CAPTURE(after);
        const std::string old_table =
            "CREATE TABLE t (id " + before + "); CREATE TABLE u (x integer, fk integer REFERENCES t (id)); ";
        const std::string table = "CREATE TABLE t (id " + after + "); ";
        check_both_ways(
            old_table +
                "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(x) FROM u; END; "
                "GRANT EXECUTE ON FUNCTION f() TO pg_monitor; CREATE TABLE w (a bigint DEFAULT f()); "
                "CREATE VIEW x AS SELECT f()",
            table +
                "CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT count(id) FROM t; END; "
                "GRANT EXECUTE ON FUNCTION f() TO pg_monitor; CREATE TABLE w (a bigint DEFAULT f()); "
                "CREATE VIEW x AS SELECT f()",
            "INSERT INTO w VALUES (DEFAULT)");
        check_both_ways(
            old_table + "CREATE VIEW v AS SELECT count(x) AS n FROM u; CREATE VIEW w AS SELECT n FROM v",
            table + "CREATE VIEW v AS SELECT count(id) AS n FROM t; CREATE VIEW w AS SELECT n FROM v");
    }
}

TEST_CASE("what keeps its text calls another function afterwards") {
    const auto schema = [](const std::string& parameters) {
        return "CREATE FUNCTION f(" + parameters +
               ") RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT 1'; CREATE TABLE t (a integer, "
               "CONSTRAINT c CHECK (f(a) > 0), g "
               "integer GENERATED ALWAYS AS (f(a)) STORED, h integer DEFAULT f(3), CONSTRAINT e EXCLUDE "
               "(f(a) WITH =)); CREATE "
               "INDEX i ON t (f(a)); CREATE INDEX j ON t (a) WHERE f(a) > 0; CREATE VIEW v AS SELECT f(a) AS "
               "x FROM t; CREATE "
               "POLICY p ON t USING (f(a) > 0); CREATE STATISTICS s ON f(a), a FROM t";
    };
    check_both_ways(schema("integer"), schema("integer, integer DEFAULT 7"), "INSERT INTO t VALUES (1)");
    check_both_ways(schema("integer"), schema("bigint"), "INSERT INTO t VALUES (1)");
    const auto with_operator = [](const std::string& type) {
        return "CREATE FUNCTION eq(" + type + ", " + type +
               ") RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT $1 = $2'; CREATE OPERATOR === (LEFTARG "
               "= " +
               type + ", RIGHTARG = " + type +
               ", FUNCTION = eq); CREATE TABLE t (a integer, CONSTRAINT c CHECK (a === 0), h boolean DEFAULT "
               "3 === 4); CREATE INDEX "
               "i ON t ((a === 1)); CREATE VIEW v AS SELECT a === 3 AS x FROM t";
    };
    check_both_ways(with_operator("integer"), with_operator("bigint"), "INSERT INTO t VALUES (0)");
}

TEST_CASE("a view and a function stand on another primary key of the same name") {
    check_both_ways(
        "CREATE TABLE t (a integer PRIMARY KEY, b text); CREATE FUNCTION g() RETURNS SETOF text BEGIN ATOMIC "
        "SELECT b "
        "FROM t GROUP BY a; END; CREATE VIEW v AS SELECT a, b FROM t GROUP BY a",
        "CREATE TABLE t (a integer, b text PRIMARY KEY); CREATE FUNCTION g() RETURNS SETOF text BEGIN ATOMIC "
        "SELECT b "
        "FROM t GROUP BY b; END; CREATE VIEW v AS SELECT a, b FROM t GROUP BY b, a",
        "INSERT INTO t VALUES (1, 'x')");
}

}  // namespace
}  // namespace schemist::test
