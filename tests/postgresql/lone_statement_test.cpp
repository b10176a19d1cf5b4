#include "postgresql/lone_statement.hpp"

#include "postgresql/connection.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Until the server says so: bounded by the test's own time limit.
void wait_until(Connection& observer, const std::string& condition) {
    while (observer.run_script("SELECT " + condition).text(0, 0) != "t") {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
}

// Runs the statement on a connection of its own while another transaction holds it up with `holder`. `meanwhile` runs
// once the statement waits; then the statement is cancelled.
void interrupt(
    test::TestDatabase& database, const std::string& holder, const std::string& statement,
    const std::function<void()>& meanwhile = [] {}) {
    const auto other = database.connect();
    other->run_script("BEGIN; " + holder);
    const auto worker = database.connect();
    std::string sqlstate;
    std::thread thread([&] {
        try {
            worker->run_script(statement);
        } catch (const Error& error) {
            sqlstate = error.sqlstate();
        }
    });
    wait_until(database.connection(),
               fmt::format("cardinality(pg_blocking_pids({})) > 0", worker->process()));
    meanwhile();
    worker->cancel();
    thread.join();
    CHECK(sqlstate == "57014");
    other->run_script("ROLLBACK");
}

void clean_up(Connection& connection, const LoneStatementState& state) {
    for (const std::string& statement : state.clean_up) {
        connection.run_script(statement);
    }
}

TEST_CASE("an index is examined in the schema of its table, under every name") {
    test::TestDatabase database(
        "CREATE SCHEMA \"Other\"; CREATE TABLE one (a integer); CREATE TABLE \"Other\".\"My Table\" (\"A\" "
        "integer)");
    Connection& connection = database.connection();
    for (const auto& example : std::vector<std::pair<std::string, std::string>>{
             {"CREATE INDEX CONCURRENTLY one_a ON one (a)", "index public.one_a is valid"},
             {"CREATE INDEX CONCURRENTLY IF NOT EXISTS \"My Index\" ON \"Other\".\"My Table\" (\"A\")",
              "index \"Other\".\"My Index\" is valid"},
             {"CREATE UNIQUE INDEX CONCURRENTLY ONE_U ON public.ONE USING btree (A DESC)",
              "index public.one_u is valid"}}) {
        const std::string& statement = example.first;
        const std::string& what = example.second;
        CAPTURE(statement);
        CHECK(examine_lone_statement(connection, statement).aftermath == Aftermath::had_no_effect);
        connection.run_script(statement);
        const LoneStatementState state = examine_lone_statement(connection, statement);
        CHECK(state.aftermath == Aftermath::took_effect);
        CHECK(state.what == what);
        CHECK(state.clean_up.empty());
        CHECK_FALSE(state.busy);
    }
    connection.run_script("SET search_path = \"Other\"");
    CHECK(examine_lone_statement(connection, "CREATE INDEX CONCURRENTLY \"My Index\" ON \"My Table\" (\"A\")")
              .aftermath == Aftermath::took_effect);
    const LoneStatementState gone =
        examine_lone_statement(connection, "CREATE INDEX CONCURRENTLY i ON one (a)");
    CHECK(gone.aftermath == Aftermath::had_no_effect);
    CHECK(gone.what == "table one does not exist");
    connection.run_script("BEGIN");
    CHECK(examine_lone_statement(connection, "CREATE INDEX CONCURRENTLY one_a ON public.one (a)").aftermath ==
          Aftermath::took_effect);
    CHECK(connection.in_transaction());
}

TEST_CASE("a unique violation leaves an index that is cleaned up, also where IF NOT EXISTS hides it") {
    test::TestDatabase database("CREATE TABLE t (a integer); INSERT INTO t VALUES (1), (1)");
    Connection& connection = database.connection();
    const std::string plain = "CREATE UNIQUE INDEX CONCURRENTLY \"T_a\" ON t (a)";
    const std::string tolerant = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS \"T_a\" ON t (a)";
    CHECK_THROWS_AS(connection.run_script(plain), Error);
    connection.run_script(tolerant);
    for (const std::string& statement : {plain, tolerant}) {
        const LoneStatementState state = examine_lone_statement(connection, statement);
        CHECK(state.aftermath == Aftermath::left_remains);
        CHECK(state.what == "index public.\"T_a\" is there, but not valid");
        CHECK(state.clean_up == std::vector<std::string>{"DROP INDEX CONCURRENTLY public.\"T_a\""});
        CHECK_FALSE(state.busy);
        CHECK_FALSE(state.done_after_clean_up);
    }
    clean_up(connection, examine_lone_statement(connection, plain));
    CHECK(examine_lone_statement(connection, plain).aftermath == Aftermath::had_no_effect);
}

TEST_CASE("a build that is cancelled leaves an index, and is seen while it runs") {
    test::TestDatabase database("CREATE TABLE t (a integer)");
    Connection& connection = database.connection();
    const std::string statement = "CREATE INDEX CONCURRENTLY i ON t (a)";
    interrupt(database, "INSERT INTO t VALUES (1)", statement, [&] {
        const LoneStatementState state = examine_lone_statement(connection, statement);
        CHECK(state.aftermath == Aftermath::left_remains);
        CHECK(state.busy);
    });
    CHECK(examine_lone_statement(connection, statement).aftermath == Aftermath::left_remains);
    CHECK_FALSE(examine_lone_statement(connection, statement).busy);
    clean_up(connection, examine_lone_statement(connection, statement));
    interrupt(database, "LOCK TABLE t IN SHARE MODE", statement, [&] {
        const LoneStatementState state = examine_lone_statement(connection, statement);
        CHECK(state.aftermath == Aftermath::had_no_effect);
        CHECK(state.busy);
    });
    CHECK_FALSE(examine_lone_statement(connection, statement).busy);
}

TEST_CASE("a role without privileges sees a build by its lock") {
    test::TestDatabase database("CREATE TABLE t (a integer); CREATE INDEX other ON t (a)");
    const std::string role = database.name() + "_reader";
    database.connection().run_script(fmt::format("CREATE ROLE {} LOGIN", role));
    {
        const auto reader = database.connect();
        reader->run_script("SET SESSION AUTHORIZATION " + role);
        const std::string statement = "CREATE INDEX CONCURRENTLY i ON t (a)";
        interrupt(database, "INSERT INTO t VALUES (1)", statement, [&] {
            CHECK(reader->run_script("SELECT count(relid) FROM pg_stat_progress_create_index").text(0, 0) ==
                  "0");
            CHECK(examine_lone_statement(*reader, statement).busy);
        });
        CHECK_FALSE(examine_lone_statement(*reader, statement).busy);
    }
    database.connection().run_script("DROP ROLE " + role);
}

TEST_CASE("an index with the name of the wanted one is not taken for it") {
    test::TestDatabase database(
        "CREATE TABLE t (a integer, b text, c varchar(20), d date, e bigint); CREATE TABLE u (a integer);"
        "CREATE INDEX of_u ON u (a); CREATE VIEW view AS SELECT 1; CREATE INDEX plain ON t (a, b DESC);"
        "CREATE UNIQUE INDEX uniq ON t (a); CREATE INDEX expr ON t (lower(c), (e + 1));"
        "CREATE INDEX part ON t (a) WHERE c IN ('x', 'y') AND e > 5 AND d > '2020-1-1';"
        "CREATE INDEX incl ON t (a) INCLUDE (b); CREATE INDEX ops ON t (b text_pattern_ops);"
        "CREATE INDEX coll ON t (b COLLATE \"POSIX\"); CREATE INDEX hashed ON t USING hash (a)");
    Connection& connection = database.connection();
    for (const char* same :
         {"plain ON t (a, b DESC)", "plain ON public.t USING btree ((a) ASC NULLS LAST, b DESC NULLS FIRST)",
          "expr ON t (LOWER(c), (e+1))",
          "part ON t (a) WHERE (c = 'x' OR c IN ('y', 'z')) AND e > 5 AND d > date '2020-01-01'",
          "part ON t (a) WHERE c IN ('x','y') AND e>'5' AND d > '2020-1-1'", "incl ON t (a) INCLUDE (b)",
          "ops ON t (b text_pattern_ops)", "coll ON t (b COLLATE \"POSIX\")",
          "plain ON t (a int4_ops, b COLLATE \"default\" DESC)", "hashed ON t USING hash (a)"}) {
        CAPTURE(same);
        CHECK(
            examine_lone_statement(connection, std::string("CREATE INDEX CONCURRENTLY ") + same).aftermath ==
            Aftermath::took_effect);
    }
    for (const auto& example : std::vector<std::pair<std::string, std::string>>{
             {"INDEX CONCURRENTLY of_u ON t (a)", "another table"},
             {"INDEX CONCURRENTLY view ON t (a)", "no index"},
             {"INDEX CONCURRENTLY plain ON t (a)", "2 columns"},
             {"INDEX CONCURRENTLY plain ON t (a, b)", "DESC NULLS FIRST"},
             {"INDEX CONCURRENTLY plain ON t (b, a DESC)", "over a"},
             {"INDEX CONCURRENTLY plain ON t USING brin (a, b)", "btree"},
             {"UNIQUE INDEX CONCURRENTLY plain ON t (a, b DESC)", "not unique"},
             {"INDEX CONCURRENTLY uniq ON t (a)", "is unique"},
             {"INDEX CONCURRENTLY plain ON t (a, b DESC) WHERE a > 0", "no condition"},
             {"INDEX CONCURRENTLY part ON t (a)", "a condition"},
             {"INDEX CONCURRENTLY part ON t (a) WHERE c IN ('x') AND e > 5 AND d > '2020-1-1'",
              "other constants"},
             {"INDEX CONCURRENTLY part ON t (a) WHERE c IN ('x', 'y') AND a > 5 AND d > '2020-1-1'",
              "other columns"},
             {"INDEX CONCURRENTLY expr ON t (c, (e + 1))", "over an expression"},
             {"INDEX CONCURRENTLY expr ON t (lower(b), (e + 1))", "other columns"},
             {"INDEX CONCURRENTLY incl ON t (a)", "1 columns"},
             {"INDEX CONCURRENTLY ops ON t (b)", "operator class"},
             {"INDEX CONCURRENTLY coll ON t (b)", "collation"},
             {"INDEX CONCURRENTLY ON t (a)", "no name"}}) {
        const std::string& other = example.first;
        const std::string& reason = example.second;
        CAPTURE(other);
        const LoneStatementState state = examine_lone_statement(connection, "CREATE " + other);
        CHECK(state.aftermath == Aftermath::unknown);
        CHECK(state.clean_up.empty());
        CAPTURE(state.what);
        CHECK(state.what.find(reason) != std::string::npos);
    }
    connection.run_script(
        "CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p DEFAULT; CREATE "
        "INDEX pi ON ONLY p (a)");
    CHECK(examine_lone_statement(connection, "CREATE INDEX CONCURRENTLY pi ON p (a)").aftermath ==
          Aftermath::unknown);
}

TEST_CASE("an index to be dropped is there, or half gone, or gone") {
    test::TestDatabase database(
        "CREATE SCHEMA \"S\"; CREATE TABLE \"S\".t (a integer); CREATE INDEX \"I\" ON \"S\".t (a)");
    Connection& connection = database.connection();
    const std::string statement = "DROP INDEX CONCURRENTLY \"S\".\"I\"";
    CHECK(examine_lone_statement(connection, statement).aftermath == Aftermath::had_no_effect);
    CHECK(examine_lone_statement(connection, statement).what == "index \"S\".\"I\" is still there");
    interrupt(database, "INSERT INTO \"S\".t VALUES (1)", statement,
              [&] { CHECK(examine_lone_statement(connection, statement).busy); });
    const LoneStatementState half = examine_lone_statement(connection, statement);
    CHECK(half.aftermath == Aftermath::had_no_effect);
    CHECK(half.what == "index \"S\".\"I\" is still there, no longer valid; to drop it again works");
    CHECK_FALSE(half.busy);
    connection.run_script(statement);
    CHECK(examine_lone_statement(connection, statement).aftermath == Aftermath::took_effect);
    CHECK(examine_lone_statement(connection, "DROP INDEX CONCURRENTLY IF EXISTS i").aftermath ==
          Aftermath::took_effect);
    CHECK(examine_lone_statement(connection, "DROP INDEX CONCURRENTLY \"S\".t").aftermath ==
          Aftermath::unknown);
}

TEST_CASE("what an interrupted rebuild leaves is removed, also of TOAST tables and long names") {
    const std::string long_name(63, 'n');
    test::TestDatabase database(fmt::format(
        "CREATE TABLE t (a integer, b text); CREATE INDEX \"T_a\" ON t (a); CREATE INDEX {} ON t (a);"
        "CREATE TABLE u (a integer); CREATE INDEX u_a ON u (a)",
        long_name));
    Connection& connection = database.connection();
    const auto leftovers = [&](const std::string& statement) {
        return examine_lone_statement(connection, statement).clean_up.size();
    };
    const std::string table = "REINDEX TABLE CONCURRENTLY t";
    CHECK(examine_lone_statement(connection, table).aftermath == Aftermath::had_no_effect);
    CHECK(examine_lone_statement(connection, table).repeatable);
    interrupt(database, "INSERT INTO t VALUES (1)", table, [&] {
        CHECK(examine_lone_statement(connection, table).busy);
        CHECK_FALSE(examine_lone_statement(connection, "REINDEX TABLE CONCURRENTLY u").busy);
    });
    const LoneStatementState state = examine_lone_statement(connection, table);
    CHECK(state.aftermath == Aftermath::left_remains);
    CHECK_FALSE(state.busy);
    REQUIRE(state.clean_up.size() == 3);
    CHECK(state.clean_up[0].find("pg_toast.pg_toast_") != std::string::npos);
    CHECK(state.what.find("public.\"T_a_ccnew\"") != std::string::npos);
    CHECK(leftovers("REINDEX INDEX CONCURRENTLY \"T_a\"") == 1);
    CHECK(leftovers("REINDEX INDEX CONCURRENTLY " + long_name) == 1);
    CHECK(leftovers("REINDEX INDEX CONCURRENTLY u_a") == 0);
    CHECK(leftovers("REINDEX TABLE CONCURRENTLY u") == 0);
    CHECK(leftovers("REINDEX SCHEMA CONCURRENTLY public") == 3);
    CHECK(leftovers("REINDEX (CONCURRENTLY, VERBOSE) DATABASE " + database.name()) == 3);
    interrupt(database, "INSERT INTO t VALUES (1)", "REINDEX INDEX CONCURRENTLY \"T_a\"");
    CHECK(leftovers("REINDEX INDEX CONCURRENTLY \"T_a\"") == 2);
    clean_up(connection, examine_lone_statement(connection, table));
    CHECK(examine_lone_statement(connection, table).aftermath == Aftermath::had_no_effect);
}

TEST_CASE("what an interrupted rebuild of a partitioned index leaves is found in the partitions") {
    test::TestDatabase database(
        "CREATE TABLE p (a integer) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF p DEFAULT; CREATE "
        "INDEX pi ON p (a)");
    Connection& connection = database.connection();
    const std::string index = "REINDEX INDEX CONCURRENTLY pi";
    const std::string table = "REINDEX TABLE CONCURRENTLY p";
    const auto left = [&](const std::string& statement) {
        return examine_lone_statement(connection, statement).clean_up;
    };
    interrupt(database, "INSERT INTO q VALUES (1)", index);
    CHECK(left(index) == std::vector<std::string>{"DROP INDEX CONCURRENTLY public.q_a_idx_ccnew"});
    CHECK(left(table) == left(index));
    interrupt(database, "INSERT INTO q VALUES (1)", table,
              [&] { CHECK(examine_lone_statement(connection, table).busy); });
    clean_up(connection, examine_lone_statement(connection, table));
    CHECK(left(index).empty());
}

TEST_CASE("a partition is attached, half detached, or detached") {
    test::TestDatabase database(
        "CREATE TABLE \"P\" (a integer) PARTITION BY LIST (a); CREATE TABLE q PARTITION OF \"P\" FOR VALUES "
        "IN (1);"
        "CREATE TABLE r PARTITION OF \"P\" FOR VALUES IN (2)");
    Connection& connection = database.connection();
    const std::string statement = "ALTER TABLE \"P\" DETACH PARTITION q CONCURRENTLY";
    CHECK(examine_lone_statement(connection, statement).aftermath == Aftermath::had_no_effect);
    interrupt(database, "SELECT FROM \"P\"", statement, [&] {
        const LoneStatementState state = examine_lone_statement(connection, statement);
        CHECK(state.aftermath == Aftermath::left_remains);
        CHECK(state.busy);
    });
    const LoneStatementState half = examine_lone_statement(connection, statement);
    CHECK(half.aftermath == Aftermath::left_remains);
    CHECK_FALSE(half.busy);
    CHECK(half.done_after_clean_up);
    CHECK(half.clean_up ==
          std::vector<std::string>{"ALTER TABLE public.\"P\" DETACH PARTITION public.q FINALIZE"});
    clean_up(connection, half);
    const LoneStatementState done = examine_lone_statement(connection, statement);
    CHECK(done.aftermath == Aftermath::took_effect);
    CHECK(done.what == "public.q is no partition of public.\"P\"");
    connection.run_script("DROP TABLE q");
    CHECK(examine_lone_statement(connection, statement).aftermath == Aftermath::unknown);
}

TEST_CASE("databases, tablespaces and subscriptions are looked up") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    const std::string name = database.name() + "_Made";
    const std::string create = fmt::format("CREATE DATABASE \"{}\"", name);
    const std::string drop = fmt::format("DROP DATABASE \"{}\" WITH (FORCE)", name);
    CHECK(examine_lone_statement(connection, create).aftermath == Aftermath::had_no_effect);
    CHECK(examine_lone_statement(connection, drop).aftermath == Aftermath::took_effect);
    connection.run_script(create);
    CHECK(examine_lone_statement(connection, create).aftermath == Aftermath::took_effect);
    CHECK(examine_lone_statement(connection, drop).aftermath == Aftermath::had_no_effect);
    // What an interrupted DROP DATABASE leaves.
    connection.run_script(fmt::format("UPDATE pg_database SET datconnlimit = -2 WHERE datname = '{}'", name));
    const LoneStatementState half = examine_lone_statement(connection, create);
    CHECK(half.aftermath == Aftermath::left_remains);
    CHECK(examine_lone_statement(connection, drop).aftermath == Aftermath::had_no_effect);
    clean_up(connection, half);
    CHECK(examine_lone_statement(connection, create).aftermath == Aftermath::had_no_effect);

    CHECK(examine_lone_statement(connection, "CREATE TABLESPACE x LOCATION '/x'").aftermath ==
          Aftermath::had_no_effect);
    CHECK(examine_lone_statement(connection, "DROP TABLESPACE pg_default").aftermath ==
          Aftermath::had_no_effect);
    CHECK(examine_lone_statement(connection,
                                 fmt::format("ALTER DATABASE {} SET TABLESPACE pg_default", database.name()))
              .aftermath == Aftermath::took_effect);
    CHECK(
        examine_lone_statement(connection, fmt::format("ALTER DATABASE {} SET TABLESPACE x", database.name()))
            .aftermath == Aftermath::had_no_effect);

    const std::string subscribe =
        "CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = "
        "NONE)";
    CHECK(examine_lone_statement(connection, subscribe).aftermath == Aftermath::had_no_effect);
    connection.run_script(subscribe);
    CHECK(examine_lone_statement(connection, subscribe).aftermath == Aftermath::took_effect);
    CHECK(examine_lone_statement(connection, "DROP SUBSCRIPTION s").aftermath == Aftermath::had_no_effect);
    connection.run_script("DROP SUBSCRIPTION s");
    CHECK(examine_lone_statement(connection, "DROP SUBSCRIPTION s").aftermath == Aftermath::took_effect);
}

TEST_CASE("what may run again is said to, and what cannot be told is unknown") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    for (const char* statement :
         {"VACUUM", "VACUUM (ANALYZE) t", "CLUSTER", "ALTER SYSTEM SET work_mem = 1", "REINDEX SCHEMA s",
          "REINDEX SYSTEM d", "ALTER SUBSCRIPTION s REFRESH PUBLICATION"}) {
        CAPTURE(statement);
        const LoneStatementState state = examine_lone_statement(connection, statement);
        CHECK(state.aftermath == Aftermath::had_no_effect);
        CHECK(state.repeatable);
    }
    for (const char* statement :
         {"SELECT 1", "FROB", "", "VACUUM; VACUUM", "ALTER SUBSCRIPTION s ADD PUBLICATION p", "DISCARD ALL",
          "ALTER TABLE t DETACH PARTITION p"}) {
        CAPTURE(statement);
        CHECK(examine_lone_statement(connection, statement).aftermath == Aftermath::unknown);
        CHECK_FALSE(examine_lone_statement(connection, statement).what.empty());
    }
}

}  // namespace
}  // namespace schemist::postgresql
