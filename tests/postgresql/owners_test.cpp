// Who owns an object, where that was asked for; and what was changed of the schema public.

#include "convergence.hpp"
#include "diff/diff.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

// A role belongs to the whole server, which other tests use at the same time.
constexpr std::string_view role = R"(
    DO $$ BEGIN CREATE ROLE schemist_owner SUPERUSER; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;)";

constexpr std::string_view objects = R"(
    CREATE SCHEMA s; CREATE TYPE e AS ENUM ('a'); CREATE TYPE c AS (x integer); CREATE TYPE r AS RANGE (SUBTYPE = integer);
    CREATE DOMAIN d AS text; CREATE SEQUENCE q; CREATE TABLE t (id serial PRIMARY KEY, i bigint GENERATED ALWAYS AS IDENTITY, a text);
    CREATE SEQUENCE t_q OWNED BY t.a; CREATE STATISTICS st ON id, a FROM t;
    CREATE VIEW v AS SELECT 1 AS x; CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;
    CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
    CREATE AGGREGATE g(integer) (SFUNC = int4pl, STYPE = integer);
    CREATE COLLATION k (LOCALE = 'C'); CREATE CONVERSION v FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
    CREATE OPERATOR === (FUNCTION = int4eq, LEFTARG = integer, RIGHTARG = integer); CREATE OPERATOR FAMILY o USING btree;
    CREATE OPERATOR CLASS oc FOR TYPE integer USING hash AS STORAGE integer;
    CREATE TEXT SEARCH DICTIONARY di (TEMPLATE = simple); CREATE TEXT SEARCH CONFIGURATION co (PARSER = "default");
    CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w; CREATE FOREIGN TABLE ft (x integer) SERVER far; CREATE LANGUAGE l HANDLER plpgsql_call_handler;
    CREATE PUBLICATION pu; CREATE EVENT TRIGGER et ON sql_drop EXECUTE FUNCTION s.et();
    GRANT SELECT ON t TO PUBLIC; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC; REVOKE INSERT ON t FROM CURRENT_USER;)";

std::string owned_by_current_user() {
    std::string text(objects);
    const std::string_view trigger = "CREATE EVENT TRIGGER";
    return text.insert(text.find(trigger),
                       "CREATE FUNCTION s.et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; ");
}

Schema with_owners(TestDatabase& database) {
    Selection selection;
    selection.owners = true;
    return postgresql::dialect(selection)->introspect(database.connection(), {"public", "schemist_journal"});
}

// What `apply` needs to go from the one to the other.
Plan plan_with_owners(TestDatabase& from, TestDatabase& to) {
    const Schema before = with_owners(from);
    const Schema after = with_owners(to);
    return make_plan(diff(before, after), before, after, postgresql::dialect());
}

TEST_CASE("owners are a part of the objects only where that was asked for") {
    const std::string start = std::string(role) + owned_by_current_user();
    const std::string end =
        std::string(role) + "SET ROLE schemist_owner;" + owned_by_current_user() + "RESET ROLE;";
    TestDatabase changed(start);
    TestDatabase goal(end);
    TestDatabase before(start);
    CHECK(plan_between(changed, goal).empty());
    const Schema expected = with_owners(goal);
    std::size_t owned = 0;
    for_each_list(expected, [&](const auto& list) {
        for (const auto& object : list) {
            if constexpr (requires { object.owner; }) {
                owned += object.owner == "schemist_owner" ? 1 : 0;
            }
        }
    });
    CHECK(owned == 28);
    const Plan there = plan_with_owners(changed, goal);
    CAPTURE(to_script(there));
    REQUIRE_NOTHROW(apply(changed, there));
    CHECK(with_owners(changed) == expected);
    CHECK(changed.dump() == goal.dump());
    const Plan back = plan_with_owners(changed, before);
    CAPTURE(to_script(back));
    REQUIRE_NOTHROW(apply(changed, back));
    CHECK(with_owners(changed) == with_owners(before));
    CHECK(changed.dump() == before.dump());
    TestDatabase empty;
    const Plan whole = plan_with_owners(empty, goal);
    CAPTURE(to_script(whole));
    REQUIRE_NOTHROW(apply(empty, whole));
    CHECK(with_owners(empty) == expected);
    CHECK(empty.dump() == goal.dump());
}

TEST_CASE("what was changed of the schema public is put back when it goes") {
    const std::string script = check_both_ways("", std::string(role) + R"(
        COMMENT ON SCHEMA public IS 'ours'; GRANT CREATE ON SCHEMA public TO schemist_owner;
        REVOKE USAGE ON SCHEMA public FROM PUBLIC;)");
    CHECK(script.find("CREATE SCHEMA") == std::string::npos);
    check_both_ways("GRANT ALL ON SCHEMA public TO PUBLIC", "COMMENT ON SCHEMA public IS 'other'");
}

}  // namespace
}  // namespace schemist::test
