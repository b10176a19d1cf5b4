// Rows 35 to 41: a run that is asked to stop, that is halted, or whose lock is taken away.

#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/tcp_proxy.hpp"

#include <csignal>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// The connection with the lock: its name ends with the run, while that of the worker has revision and step too.
const std::string lock_connection = "application_name ~ '^schemist:[^:]+$' AND state = 'idle in transaction'";

void signal_in_step(int signal, int status) {
    const OwnServer server;
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    Gate gate(server);
    const auto process = project.start();
    gate.wait_for_step();
    process->signal(signal);
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == status);
    CHECK(result.duration < 20s);
    CHECK(journal_of(server) == "0001:applied:1/1");
    CHECK(server.value("SELECT count(*) FROM counted") == "0");
    // Nothing of it is left at the server, the lock least of all.
    server.wait_until_true("SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'migrator'");
    gate.open();
    CHECK(project.run().status == 0);
    check_gated_head(server);
}

}  // namespace

TEST_CASE("row 35: SIGTERM in a step's transaction") {
    signal_in_step(SIGTERM, 143);
}

TEST_CASE("row 35: SIGINT in a step's transaction") {
    signal_in_step(SIGINT, 130);
}

TEST_CASE("row 36: SIGTERM while an index is built concurrently, which ends within the grace") {
    const OwnServer server;
    Project project(server.url());
    project.standard_history();
    project.set("SCHEMIST_STOP_GRACE", "30s");
    Snapshot snapshot(server);
    const auto process = project.start();
    snapshot.wait_for_build();
    process->signal(SIGTERM);
    std::this_thread::sleep_for(300ms);
    CHECK(process->running());
    snapshot.close();
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 143);
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1");
    CHECK(invalid_indexes(server).empty());
    CHECK(project.run().status == 0);
    check_standard_head(server);
}

TEST_CASE("row 36: SIGTERM while an index is built concurrently, which does not end within the grace") {
    const OwnServer server;
    Project project(server.url());
    project.standard_history();
    project.set("SCHEMIST_STOP_GRACE", "500ms");
    Snapshot snapshot(server);
    const auto process = project.start();
    snapshot.wait_for_build();
    process->signal(SIGTERM);
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 143);
    CHECK(journal_of(server) == "0001:applied:1/1");
    CHECK(server.value("SELECT to_regclass('ix_notes_text') IS NULL") == "t");
    snapshot.close();
    CHECK(project.run().status == 0);
    check_standard_head(server);
}

TEST_CASE("row 37: SIGSTOP for longer than the lease between two steps, then SIGCONT") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    Project project(server.url(proxy.port()));
    project.standard_history();
    project.set("SCHEMIST_LOCK_LEASE", "2s");
    proxy.hold(TcpProxy::Moment::after, "CREATE TABLE notes");
    const auto halted = project.start();
    proxy.wait_until_held();
    halted->signal(SIGSTOP);
    proxy.resume();

    const Project other(server.url());
    other.standard_history();
    const Result successor = other.run();
    CAPTURE(successor.output);
    CHECK(successor.status == 0);
    check_standard_head(server);

    halted->signal(SIGCONT);
    const Result result = result_of(*halted);
    CAPTURE(result.output);
    CHECK(result.status == 4);
    CHECK(result.says("lock was lost"));
    check_standard_head(server);
}

TEST_CASE("row 38: SIGSTOP inside of a step's open transaction, then SIGCONT") {
    const OwnServer server;
    Project project(server.url());
    project.standard_history();
    project.set("SCHEMIST_LOCK_LEASE", "2s");
    const auto halted = project.start_migrator();
    halted->wait_for_output("inside of the step");
    halted->signal(SIGSTOP);

    const Project other(server.url());
    other.standard_history();
    const Result successor = other.run();
    CAPTURE(successor.output);
    CHECK(successor.status == 0);
    check_standard_head(server);

    std::ofstream(project.folder() / "go") << "go";
    halted->signal(SIGCONT);
    const Result result = result_of(*halted);
    CAPTURE(result.output);
    // What it had begun is not there; whether it says that its lock was lost, or finds that all is done, is the same.
    CHECK((result.status == 4 || result.status == 0));
    check_standard_head(server);
}

TEST_CASE("row 39: the lock's connection is ended while a step runs in a transaction") {
    const OwnServer server;
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    Gate gate(server);
    const auto process = project.start();
    const std::string first = gate.wait_for_step();
    server.terminate_others(lock_connection);
    // Noticed at once: the statement is cancelled, and the step begins anew under a new lock.
    server.wait_until_true(
        "SELECT count(*) = 0 FROM pg_locks WHERE NOT granted AND objid = 7 AND pid = " + first, 10s);
    gate.wait_for_step(first);
    gate.open();
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("lost"));
    check_gated_head(server);
}

TEST_CASE("row 40: the lock's connection is ended while an index is built concurrently") {
    const OwnServer server;
    const Project project(server.url());
    project.standard_history();
    Snapshot snapshot(server);
    const auto process = project.start();
    snapshot.wait_for_build();
    server.terminate_others(lock_connection);
    const auto successor = project.start();
    successor->wait_for_output("wait");
    CHECK(server.value("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE "
                       "'CREATE INDEX CONCURRENTLY%'") == "1");
    snapshot.close();
    const Result first = result_of(*process);
    const Result second = result_of(*successor);
    CAPTURE(first.output);
    CAPTURE(second.output);
    CHECK(first.status == 0);
    CHECK(second.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 41: the role's idle_in_transaction_session_timeout is shorter than the lease") {
    const OwnServer server;
    server.run("ALTER ROLE migrator SET idle_in_transaction_session_timeout = '1s'");
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    project.set("SCHEMIST_LOCK_LEASE", "30s");
    Gate gate(server);
    const auto process = project.start();
    const std::string first = gate.wait_for_step();
    std::this_thread::sleep_for(2500ms);
    CHECK(gate.wait_for_step() == first);
    gate.open();
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK_FALSE(result.says("lost"));
    check_gated_head(server);
}
