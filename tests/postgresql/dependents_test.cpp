// Functions, views, triggers, rules and policies, and what becomes of them when something that they use changes.

#include "convergence.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

std::size_t count(const std::string& text, std::string_view part) {
    std::size_t found = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

constexpr std::string_view tree = R"(
    CREATE TABLE t (id integer PRIMARY KEY, a integer, b text);
    CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1';
    CREATE VIEW v WITH (security_barrier) AS SELECT id, a, f(a) AS c FROM t;
    CREATE VIEW w AS SELECT c FROM v;
    COMMENT ON VIEW w IS 'on v'; COMMENT ON COLUMN v.a IS 'the a';
    GRANT SELECT ON w TO PUBLIC; GRANT SELECT (a) ON v TO PUBLIC;
    CREATE MATERIALIZED VIEW m AS SELECT a, count(*) AS n FROM v GROUP BY a;
    CREATE UNIQUE INDEX m_a ON m (a); COMMENT ON INDEX m_a IS 'one each';
    CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER x INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION g();
    CREATE TRIGGER y BEFORE UPDATE OF a ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION g();
    ALTER TABLE t ENABLE ALWAYS TRIGGER y;
    ALTER TABLE t ENABLE ROW LEVEL SECURITY;
    CREATE POLICY p ON t FOR SELECT USING (f(a) > 0);
    CREATE RULE r AS ON DELETE TO t WHERE OLD.a > 5 DO INSTEAD NOTHING;
)";

std::string with(std::string_view more) {
    return std::string(tree) + std::string(more);
}

TEST_CASE("a tree of dependents comes from nothing and goes") {
    check_both_ways("", tree);
}

TEST_CASE("what uses a column that gets another type is taken down and put back") {
    std::string after(tree);
    after.replace(after.find("a integer, b"), 9, "a bigint");
    after.replace(after.find("f(integer) RETURNS integer"), 26, "f(bigint) RETURNS bigint");
    const std::string script = check_both_ways(tree, after, "INSERT INTO t VALUES (1, 2, 'x')");
    CHECK(count(script, "DROP TABLE") == 0);
    CHECK(count(script, "CREATE VIEW w") == 1);
}

TEST_CASE("what uses a function that returns something else is taken down and put back") {
    const std::string before =
        with("CREATE TABLE d (k integer DEFAULT f(1), CHECK (f(k) > 0)); CREATE INDEX d_f ON d (f(k));");
    std::string after = before;
    after.replace(after.find("f(integer) RETURNS integer"), 26, "f(integer) RETURNS bigint");
    const std::string script = check_both_ways(before, after, "INSERT INTO d VALUES (1)");
    CHECK(count(script, "DROP COLUMN") == 0);
    CHECK(count(script, "DROP DEFAULT") == 1);
    CHECK(count(script, "CREATE POLICY") == 1);
}

TEST_CASE("a function is replaced in place where the server can, and its dependents stay") {
    std::string after(tree);
    after.replace(after.find("'SELECT $1'"), 11, "'SELECT $1 + 1'");
    const std::string script = check_both_ways(tree, after);
    CHECK(count(script, "DROP") == 0);
    CHECK(count(script, "CREATE OR REPLACE FUNCTION") == 1);
}

TEST_CASE("a view that only grows is replaced in place") {
    std::string after(tree);
    after.replace(after.find("f(a) AS c FROM t"), 16, "f(a) AS c, b FROM t");
    TestDatabase from(tree);
    TestDatabase to(after);
    const std::string script = to_script(plan_between(from, to));
    CHECK(count(script, "DROP") == 0);
    CHECK(count(script, "CREATE OR REPLACE VIEW v") == 1);
    check_both_ways(tree, after);
}

TEST_CASE("a view takes the name of a table, and a body may mention what is made after it") {
    check_both_ways("CREATE TABLE t (a integer)",
                    "CREATE TABLE u (a integer); CREATE VIEW t AS SELECT a FROM u");
    const std::string script = check_both_ways("", R"(
        SET check_function_bodies = off;
        CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
        CREATE TABLE t (a bigint DEFAULT f());
    )");
    CHECK(count(script, "SET LOCAL check_function_bodies = off") == 1);
}

TEST_CASE("policies, triggers and rules change in place where they can") {
    const std::string script =
        check_both_ways(tree, with("ALTER POLICY p ON t USING (a > 1); ALTER TABLE t DISABLE TRIGGER y; "
                                   "ALTER TABLE t DISABLE RULE r; ALTER TABLE t FORCE ROW LEVEL SECURITY"));
    CHECK(count(script, "CREATE") == 0);
    CHECK(count(script, "ALTER POLICY") == 1);
}

TEST_CASE("privileges converge, of objects, of columns and by default") {
    check_both_ways(
        "CREATE TABLE t (a integer, b integer); CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT "
        "1'; "
        "CREATE SCHEMA s; CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('a')",
        R"(
        CREATE TABLE t (a integer, b integer); CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE SCHEMA s; CREATE SEQUENCE q; CREATE TYPE e AS ENUM ('a');
        GRANT SELECT, INSERT ON t TO pg_monitor WITH GRANT OPTION; GRANT SELECT (a), UPDATE (b) ON t TO PUBLIC;
        REVOKE ALL ON t FROM CURRENT_USER; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC;
        GRANT USAGE ON SCHEMA s TO pg_read_all_data; GRANT USAGE ON SEQUENCE q TO PUBLIC;
        REVOKE USAGE ON TYPE e FROM PUBLIC;
        ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC;
        ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
        CREATE TABLE s.made (a integer); CREATE FUNCTION s.made() RETURNS integer LANGUAGE sql AS 'SELECT 1';
    )");
}

}  // namespace
}  // namespace schemist::test
