// Publications and subscriptions.

#include "convergence.hpp"
#include "schema/json.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

constexpr std::string_view tables =
    "CREATE SCHEMA s; CREATE TABLE t (a integer PRIMARY KEY, b integer); "
    "CREATE TABLE s.u (a integer PRIMARY KEY);";

TEST_CASE("publications change what they publish in place") {
    const bool newer = server_major() >= 15;
    const std::string more = newer ? "CREATE PUBLICATION p FOR TABLE t (a) WHERE (a > 1), TABLES IN SCHEMA s;"
                                   : "CREATE PUBLICATION p FOR TABLE t;";
    // A list of columns and a schema do not go together.
    const std::string after = newer
                                  ? "CREATE PUBLICATION p FOR TABLE t WHERE (a > 1), TABLES IN SCHEMA s WITH "
                                    "(publish = 'insert');"
                                  : more;
    const std::string script = check_both_ways(
        std::string(tables) + "CREATE PUBLICATION p FOR TABLE s.u; CREATE PUBLICATION q FOR TABLE t",
        std::string(tables) + after + R"(
        COMMENT ON PUBLICATION p IS 'for the other side'; CREATE PUBLICATION q FOR ALL TABLES;
        CREATE PUBLICATION nothing WITH (publish_via_partition_root);)");
    CHECK(contains(script, newer ? "ALTER PUBLICATION p SET TABLES IN SCHEMA s, TABLE ONLY t WHERE ((a > 1))"
                                 : "ALTER PUBLICATION p SET TABLE ONLY t"));
    if (newer) {
        check_both_ways(
            "CREATE TABLE t (a integer PRIMARY KEY, b integer); CREATE PUBLICATION p FOR TABLE t (a, b)",
            "CREATE TABLE t (a integer PRIMARY KEY, c text); CREATE PUBLICATION p FOR TABLE t (a, c)");
        check_both_ways(
            "CREATE TABLE t (a integer PRIMARY KEY, b integer); CREATE PUBLICATION p FOR TABLE t WHERE (b > "
            "1) WITH "
            "(publish = 'insert')",
            "CREATE TABLE t (a integer PRIMARY KEY, b bigint); CREATE PUBLICATION p FOR TABLE t WHERE (b > "
            "1) WITH "
            "(publish = 'insert')");
    }
    check_both_ways(std::string(tables) + "CREATE PUBLICATION p FOR TABLE t, s.u",
                    "CREATE TABLE t (a integer PRIMARY KEY, b integer); CREATE PUBLICATION p FOR TABLE t");
}

// A slot is the server's, and must not stay behind.
TEST_CASE("subscriptions are made without a password, and never ask the other server") {
    const std::string script = check_both_ways(R"(
        CREATE SUBSCRIPTION one CONNECTION 'host=nowhere.invalid dbname=d' PUBLICATION p WITH (connect = false);
        CREATE SUBSCRIPTION two CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false, slot_name = NONE);)",
                                               R"(
        CREATE SUBSCRIPTION one CONNECTION 'host=elsewhere.invalid dbname=d' PUBLICATION p, q WITH (connect = false, slot_name = 'x');
        COMMENT ON SUBSCRIPTION one IS 'theirs';
        CREATE SUBSCRIPTION two CONNECTION 'host=nowhere.invalid' PUBLICATION p WITH (connect = false, slot_name = NONE,
            binary = true, synchronous_commit = local);)");
    CHECK(contains(script, "ALTER SUBSCRIPTION one SET PUBLICATION p, q WITH (refresh = false)"));
    TestDatabase live(
        "CREATE SUBSCRIPTION one CONNECTION 'host=nowhere.invalid password = ''hush hush'' user=u' "
        "PUBLICATION p WITH "
        "(connect = false, slot_name = NONE)");
    const std::string read = to_json(introspect(live));
    CHECK_FALSE(contains(read, "hush"));
    CHECK(contains(read, "\"host=nowhere.invalid user=u\""));
}

}  // namespace
}  // namespace schemist::test
