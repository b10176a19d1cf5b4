// Which of the server's own types have casts to which: what is written down is compared with the server's catalogue.

#include "postgresql/kinds/column_type.hpp"

#include "convergence.hpp"
#include "postgresql/connection.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

TEST_CASE("the casts that are known are those of the server") {
    TestDatabase database;
    // Anything goes over to a string type and comes from one. PostgreSQL 18 has casts of bytea.
    const Rows rows = database.connection().query(
        "WITH types AS (SELECT oid FROM pg_type WHERE oid < 16384 AND typtype IN ('b', 'r', 'm') AND typelem "
        "= 0 AND typcategory NOT IN ('S', 'Z') AND typname NOT IN ('bytea', 'aclitem', 'refcursor', "
        "'gtsvector')) "
        "SELECT s.oid::regtype, t.oid::regtype, s.oid = t.oid OR c.oid IS NOT NULL FROM types s CROSS JOIN "
        "types t LEFT JOIN pg_cast c ON c.castsource = s.oid AND c.casttarget = t.oid ORDER BY 1, 2");
    REQUIRE(rows.size() > 1000);
    std::string wrong;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string from(rows.text(row, 0));
        const std::string to(rows.text(row, 1));
        if (postgresql::has_no_cast(from, to) == (rows.text(row, 2) == "t")) {
            wrong += from + " to " + to + "\n";
        }
    }
    CHECK(wrong == "");
}

TEST_CASE("values of types without a cast go over through their text") {
    const std::string script = check_both_ways(
        "CREATE TABLE t (a int4multirange, b uuid, c int4range, d xid8, e box, f regclass, g integer);",
        "CREATE TABLE t (a jsonb, b tid, c int4multirange, d uuid, e polygon, f bigint, g regtype);");
    CHECK(script.find("USING a::text::jsonb") != std::string::npos);
    CHECK(script.find("USING c::int4multirange") != std::string::npos);
    CHECK(script.find("USING f::bigint") != std::string::npos);
}

TEST_CASE("a column with a default becomes one of its elements, or an array of it") {
    check_both_ways("CREATE TABLE t (a integer[] DEFAULT '{}', b text DEFAULT 'x');",
                    "CREATE TABLE t (a integer DEFAULT (1 + 1), b text[] DEFAULT '{x}');");
}

TEST_CASE("a cast that somebody made between the server's own types is taken") {
    const std::string_view cast =
        "CREATE FUNCTION number(uuid) RETURNS bigint LANGUAGE sql IMMUTABLE RETURN 7;"
        "CREATE CAST (uuid AS bigint) WITH FUNCTION number(uuid);";
    const std::string script = check_both_ways(std::string(cast) + "CREATE TABLE t (a uuid);",
                                               std::string(cast) + "CREATE TABLE t (a bigint);");
    CHECK(script.find("USING a::bigint") != std::string::npos);
}

}  // namespace
}  // namespace schemist::test
