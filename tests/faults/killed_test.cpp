// Rows 27 to 34: kill -9 at each moment of a run, and the next run.

#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/pgbouncer.hpp"
#include "support/tcp_proxy.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// Kills a run of the standard history when it has sent, or got the answer to, the query with this text.
void kill_at(const OwnServer& server, TcpProxy::Moment moment, const std::string& text) {
    TcpProxy proxy(server.port());
    Project project(server.url(proxy.port()));
    project.standard_history();
    proxy.hold(moment, text);
    const auto process = project.start();
    proxy.wait_until_held();
    process->kill();
    CHECK(process->wait() == 128 + SIGKILL);
}

Result run_successor(const OwnServer& server) {
    const Project project(server.url());
    project.standard_history();
    return project.run();
}

const std::string builds =
    "FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'CREATE INDEX CONCURRENTLY%'";

// While the build of the dead process goes on at the server, the next run waits; in the end there is one index.
void kill_during_build(const OwnServer& server, const std::string& url) {
    Project project(url);
    project.standard_history();
    Snapshot snapshot(server);
    const auto process = project.start();
    snapshot.wait_for_build();
    process->kill();
    const auto successor = project.start();
    successor->wait_for_output("wait");
    for (int i = 0; i < 50; ++i) {
        REQUIRE(std::stoi(server.value("SELECT count(*) " + builds)) <= 1);
        std::this_thread::sleep_for(10ms);
    }
    snapshot.close();
    const Result result = result_of(*successor);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

}  // namespace

TEST_CASE("row 27: kill -9 with the lock held, before step 1") {
    const OwnServer server;
    kill_at(server, TcpProxy::Moment::before, "CREATE TABLE notes");
    CHECK(journal_of(server) == "none");
    const Result result = run_successor(server);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    // The lock was free at once.
    CHECK_FALSE(result.says("waiting for the lock"));
    check_standard_head(server);
}

TEST_CASE("row 28: kill -9 inside of a step's transaction, idle") {
    const OwnServer server;
    const Project project(server.url());
    project.standard_history();
    const auto process = project.start_migrator();
    process->wait_for_output("inside of the step");
    process->kill();
    const auto successor = project.start_migrator();
    successor->wait_for_output("inside of the step");
    CHECK(server.value("SELECT count(*) FROM notes") == "1");
    std::ofstream(project.folder() / "go") << "go";
    const Result result = result_of(*successor);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1 0003:applied:1/1");
    CHECK(server.value("SELECT string_agg(text, ' ' ORDER BY id) FROM notes") == "one two three");
}

TEST_CASE("row 29: kill -9 inside of a step's transaction, in a long statement") {
    const OwnServer server;
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    Gate gate(server);
    const auto process = project.start();
    const std::string zombie = gate.wait_for_step();
    process->kill();
    const auto successor = project.start();
    // The server ends what the dead process has begun before the next one begins the same.
    CHECK(server.value(fmt::format("SELECT count(*) FROM pg_stat_activity WHERE pid = {}", zombie)) == "1");
    gate.wait_for_step(zombie);
    CHECK(server.value(fmt::format("SELECT count(*) FROM pg_stat_activity WHERE pid = {}", zombie)) == "0");
    gate.open();
    const Result result = result_of(*successor);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_gated_head(server);
}

TEST_CASE("row 29: kill -9 in a long statement that ends well at the server") {
    const OwnServer server;
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    Gate gate(server);
    const auto process = project.start();
    gate.wait_for_step();
    process->kill();
    const auto successor = project.start();
    successor->wait_for_output("wait");
    gate.open();
    const Result result = result_of(*successor);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_gated_head(server);
}

TEST_CASE("row 30: kill -9 between a COMMIT and the next step") {
    const OwnServer server;
    kill_at(server, TcpProxy::Moment::after, "CREATE TABLE notes");
    CHECK(journal_of(server) == "0001:applied:1/1");
    const Result result = run_successor(server);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 31: kill -9 after the intent, before the index is built concurrently") {
    const OwnServer server;
    kill_at(server, TcpProxy::Moment::before, "CREATE INDEX CONCURRENTLY");
    CHECK(journal_of(server) == "0001:applied:1/1 0002:running:0/1");
    const Result result = run_successor(server);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 32: kill -9 while an index is built concurrently, direct") {
    const OwnServer server;
    kill_during_build(server, server.url());
}

TEST_CASE("row 33: kill -9 while an index is built concurrently, through pgbouncer") {
    const OwnServer server;
    const PgBouncer pooler(server);
    kill_during_build(server, pooler.url());
}

TEST_CASE("row 34: kill -9 after the index was built concurrently, before that is recorded") {
    const OwnServer server;
    kill_at(server, TcpProxy::Moment::after, "CREATE INDEX CONCURRENTLY");
    CHECK(journal_of(server) == "0001:applied:1/1 0002:running:0/1");
    const std::string index = "SELECT 'ix_notes_text'::regclass::oid";
    const std::string built = server.value(index);
    const Result result = run_successor(server);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(server.value(index) == built);
    check_standard_head(server);
}
