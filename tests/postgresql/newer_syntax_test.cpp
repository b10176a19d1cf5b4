#include "postgresql/newer_syntax.hpp"

#include "convergence.hpp"
#include "postgresql/connection.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

TEST_CASE("what a server is too old for is told by name") {
    using postgresql::newer_syntax;
    const std::string sql = "CREATE TABLE t (a integer UNIQUE nulls not distinct)";
    CHECK(newer_syntax(sql, sql.find("nulls"), 14) ==
          "NULLS NOT DISTINCT needs PostgreSQL 15, and this server is PostgreSQL 14");
    CHECK(newer_syntax(sql, sql.find("distinct"), 14).starts_with("NULLS NOT DISTINCT"));
    CHECK(newer_syntax(sql, sql.find("nulls"), 15).empty());
    CHECK(newer_syntax(sql, sql.find("integer"), 14).empty());
    CHECK(newer_syntax(sql, sql.size(), 14).empty());
    CHECK(newer_syntax("an open 'quote", 0, 14).empty());
    const std::string check = "ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED";
    CHECK(newer_syntax(check, check.find("ENFORCED"), 17) ==
          "NOT ENFORCED needs PostgreSQL 18, and this server is PostgreSQL 17");
    const std::string not_null = "ALTER TABLE t ADD CONSTRAINT \"My own\" NOT NULL a NO INHERIT";
    CHECK(newer_syntax(not_null, not_null.find("NOT"), 17) ==
          "ADD CONSTRAINT ... NOT NULL needs PostgreSQL 18, and this server is PostgreSQL 17");
    const std::string alone = "CREATE TABLE t (a integer NOT NULL NO INHERIT)";
    CHECK(newer_syntax(alone, alone.find("NO INHERIT"), 17).starts_with("NOT NULL NO INHERIT needs"));
    const std::string altered = "ALTER TABLE t ALTER CONSTRAINT n INHERIT";
    CHECK(
        newer_syntax(altered, altered.find("INHERIT"), 17).starts_with("ALTER CONSTRAINT ... INHERIT needs"));
}

TEST_CASE("an older server's refusal says which one is needed") {
    if (server_major() >= 18) {
        return;
    }
    TestDatabase database;
    try {
        database.connection().run_script(
            "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a + 1) VIRTUAL)");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.what_failed() ==
              "VIRTUAL needs PostgreSQL 18, and this server is PostgreSQL " + std::to_string(server_major()));
        CHECK(error.sqlstate() == "42601");
    }
}

}  // namespace
}  // namespace schemist::test
