// Rows 18 to 26: many at once, and what they wait for.

#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/pgbouncer.hpp"

#include <csignal>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// Five steps, two of which build an index concurrently.
void replica_history(const Project& project) {
    project.revision("0001", "", "CREATE TABLE counted (step integer);\nINSERT INTO counted VALUES (1);");
    project.revision(
        "0002", "0001",
        "INSERT INTO counted VALUES (2);\n-- step\nCREATE INDEX CONCURRENTLY one ON counted (step);");
    project.revision(
        "0003", "0002",
        "CREATE INDEX CONCURRENTLY two ON counted (step);\n-- step\nINSERT INTO counted VALUES (3);");
}

void check_replica_head(const OwnServer& server) {
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:2/2 0003:applied:2/2");
    CHECK(server.value("SELECT string_agg(step::text, ' ' ORDER BY step) FROM counted") == "1 2 3");
    CHECK(server.value("SELECT count(*) FROM pg_index WHERE indrelid = 'counted'::regclass AND indisvalid") ==
          "2");
    CHECK(invalid_indexes(server).empty());
}

// All at once: each ends well, and one of them did the work.
void run_replicas(const Project& project, int count) {
    std::vector<std::unique_ptr<Process>> replicas;
    for (int i = 0; i < count; ++i) {
        replicas.push_back(project.start());
    }
    int workers = 0;
    for (const auto& replica : replicas) {
        const Result result = result_of(*replica, 120s);
        CAPTURE(result.output);
        CHECK(result.status == 0);
        CHECK_FALSE(result.says("23505"));
        CHECK_FALSE(result.says("duplicate key"));
        workers += result.says("upgraded by") ? 1 : 0;
    }
    CHECK(workers == 1);
}

void replicas_end_at_head(const OwnServer& server, const std::string& url, int count) {
    const Project project(url);
    replica_history(project);
    run_replicas(project, count);
    check_replica_head(server);
    CHECK(server.log().find("deadlock detected") == std::string::npos);
}

}  // namespace

TEST_CASE("row 18: eight migrators on an empty database") {
    for (int round = 0; round < 3; ++round) {
        const OwnServer server;
        const Project project(server.url());
        project.standard_history();
        run_replicas(project, 8);
        check_standard_head(server);
        CHECK(server.log().find("duplicate key") == std::string::npos);
    }
}

TEST_CASE("row 19: twenty replicas and two indexes built concurrently, direct") {
    const OwnServer server;
    replicas_end_at_head(server, server.url(), 20);
}

TEST_CASE("row 19: twenty replicas and two indexes built concurrently, through pgbouncer") {
    const OwnServer server;
    const PgBouncer pooler(server);
    replicas_end_at_head(server, pooler.url(), 20);
}

TEST_CASE("row 20: replicas wait longer than deadlock_timeout while an index is built concurrently") {
    const OwnServer server({{"deadlock_timeout=100ms"}});
    const Project project(server.url());
    replica_history(project);
    Snapshot snapshot(server);
    const auto holder = project.start();
    snapshot.wait_for_build();
    std::vector<std::unique_ptr<Process>> waiting;
    for (int i = 0; i < 5; ++i) {
        waiting.push_back(project.start());
    }
    for (const auto& process : waiting) {
        process->wait_for_output("wait");
    }
    // Each has tried at least once more.
    std::this_thread::sleep_for(1s);
    snapshot.close();
    CHECK(holder->wait() == 0);
    for (const auto& process : waiting) {
        const Result result = result_of(*process);
        CAPTURE(result.output);
        CHECK(result.status == 0);
    }
    check_replica_head(server);
    CHECK(server.log().find("deadlock detected") == std::string::npos);
}

TEST_CASE("row 21: 300 indexes are built concurrently between heartbeats") {
    const OwnServer server;
    Project project(server.url());
    project.set("SCHEMIST_LOCK_LEASE", "1s");
    std::string upgrade = "CREATE TABLE counted (step integer);\n";
    for (int i = 0; i < 300; ++i) {
        upgrade += fmt::format("-- step\nCREATE INDEX CONCURRENTLY i{} ON counted (step);\n", i);
    }
    project.revision("0001", "", upgrade);
    const Result result = project.run("upgrade head", 120s);
    CHECK(result.status == 0);
    CHECK_FALSE(result.says("lost"));
    CHECK(journal_of(server) == "0001:applied:301/301");
    CHECK(server.value("SELECT count(*) FROM pg_index WHERE indrelid = 'counted'::regclass AND indisvalid") ==
          "300");
}

TEST_CASE("row 22: the role's transactions are repeatable read by default") {
    const OwnServer server;
    server.run("ALTER ROLE migrator SET default_transaction_isolation = 'repeatable read'");
    replicas_end_at_head(server, server.url(), 6);
    const OwnServer other;
    other.run("ALTER ROLE migrator SET default_transaction_isolation = 'repeatable read'");
    const PgBouncer pooler(other);
    replicas_end_at_head(other, pooler.url(), 6);
}

TEST_CASE("row 23: the role's own time-outs are shorter than the wait for the lock") {
    const OwnServer server;
    server.run(
        "ALTER ROLE migrator SET lock_timeout = '300ms'; ALTER ROLE migrator SET statement_timeout = '1s'");
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "30s");
    Gate gate(server);
    const auto holder = project.start();
    gate.wait_for_step();
    const auto waiting = project.start();
    waiting->wait_for_output("wait");
    std::this_thread::sleep_for(2s);
    gate.open();
    CHECK(holder->wait() == 0);
    const Result result = result_of(*waiting);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_gated_head(server);
}

TEST_CASE("row 24: the holder takes longer than the others want to wait") {
    const OwnServer server;
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "30s");
    Gate gate(server);
    const auto holder = project.start();
    gate.wait_for_step();
    const std::string holders = server.value(
        "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE application_name ~ "
        "'^schemist:[^:]+$' AND xact_start IS NOT NULL");
    project.set("SCHEMIST_LOCK_WAIT", "2s");
    const Result result = project.run();
    CAPTURE(holders);
    CAPTURE(result.output);
    CHECK(result.status == 4);
    CHECK(result.duration < 30s);
    CHECK(result.says("process " + holders));
    CHECK(result.says("schemist:"));
    CHECK(journal_of(server) == "0001:applied:1/1");
    gate.open();
    CHECK(holder->wait() == 0);
    check_gated_head(server);
}

TEST_CASE("row 25: other tools hold their own keys") {
    const OwnServer server;
    const auto others = server.connect();
    // Prisma, sqitch, tern, graphile-migrate, goose, pgbouncer's neighbours.
    others->run_script(
        "SELECT pg_advisory_lock(72707369), pg_advisory_lock(75474063), pg_advisory_lock(9628173550095224), "
        "pg_advisory_lock(4727445306447283), pg_advisory_lock(4097083626), pg_advisory_lock(0), "
        "pg_advisory_lock(1)");
    Project project(server.url());
    project.standard_history();
    project.set("SCHEMIST_LOCK_WAIT", "1s");
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK_FALSE(result.says("wait"));
    check_standard_head(server);
}

TEST_CASE("row 26: kill -9 while waiting for the lock") {
    const OwnServer server;
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "30s");
    Gate gate(server);
    const auto holder = project.start();
    gate.wait_for_step();
    const auto killed = project.start();
    const auto waiting = project.start();
    killed->wait_for_output("wait");
    waiting->wait_for_output("wait");
    killed->kill();
    CHECK(killed->wait() == 128 + SIGKILL);
    gate.open();
    CHECK(holder->wait() == 0);
    CHECK(waiting->wait() == 0);
    check_gated_head(server);
}
