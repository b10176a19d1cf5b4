// Foreign-data wrappers, servers and user mappings.

#include "convergence.hpp"
#include "plan/plan.hpp"
#include "postgresql/connection.hpp"
#include "schema/json.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

// A role belongs to the whole server, which other tests use at the same time.
constexpr std::string_view role = R"(
    DO $$ BEGIN CREATE ROLE schemist_mapped; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;)";

TEST_CASE("wrappers, servers and mappings come, change in place, and go") {
    const std::string script = check_both_ways(std::string(role) + R"(
        CREATE FOREIGN DATA WRAPPER w VALIDATOR postgresql_fdw_validator;
        CREATE SERVER s VERSION '1' FOREIGN DATA WRAPPER w OPTIONS (host 'a', port '1');
        CREATE SERVER gone TYPE 'x' FOREIGN DATA WRAPPER w;
        CREATE USER MAPPING FOR PUBLIC SERVER s;)",
                                               std::string(role) + R"(
        CREATE FOREIGN DATA WRAPPER w OPTIONS (debug 'true'); COMMENT ON FOREIGN DATA WRAPPER w IS 'wrapped';
        GRANT USAGE ON FOREIGN DATA WRAPPER w TO schemist_mapped;
        CREATE SERVER s VERSION '2' FOREIGN DATA WRAPPER w OPTIONS (host 'it''s b', dbname 'd');
        GRANT USAGE ON FOREIGN SERVER s TO schemist_mapped WITH GRANT OPTION; COMMENT ON SERVER s IS 'far';
        CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u');
        CREATE USER MAPPING FOR schemist_mapped SERVER s;)");
    CHECK(contains(script, "ALTER FOREIGN DATA WRAPPER w NO VALIDATOR OPTIONS (ADD debug 'true')"));
    CHECK(contains(script,
                   "ALTER SERVER s VERSION '2' OPTIONS (DROP port, SET host 'it''s b', ADD dbname 'd')"));
    CHECK(contains(script, "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (ADD \"user\" 'u')"));
}

TEST_CASE("a server of another type takes its mappings down") {
    check_both_ways(
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s TYPE 'a' FOREIGN DATA WRAPPER w; CREATE USER "
        "MAPPING FOR PUBLIC SERVER s",
        "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s TYPE 'b' FOREIGN DATA WRAPPER w; CREATE USER "
        "MAPPING FOR PUBLIC SERVER s");
}

TEST_CASE("options that hold a secret are not read, and stay as they are") {
    TestDatabase live(R"(
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a', api_key 'hush');
        CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'u', password 'hush', sslpassword 'hush', auth_token 'hush'))");
    TestDatabase goal(R"(
        CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'b');
        CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'v'))");
    CHECK_FALSE(contains(to_json(introspect(live)), "hush"));
    apply(live, plan_between(live, goal));
    CHECK(plan_between(live, goal).empty());
    // Not by a dump: Schemist's own, which stands in where there is no pg_dump, has no secrets either.
    const std::string options =
        live.connection()
            .query("SELECT srvoptions::text || umoptions::text FROM pg_foreign_server, pg_user_mapping")
            .text(0, 0);
    CHECK(contains(options, "host=b"));
    CHECK(contains(options, "api_key=hush"));
    CHECK(contains(options, ",password=hush"));
}

}  // namespace
}  // namespace schemist::test
