// Rows 42 to 46: a network that cuts, freezes and loses.

#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/tcp_proxy.hpp"

#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// Every connection is cut at this moment; the run must end at head by itself.
void cut_at(TcpProxy::Moment moment, const std::string& text, TcpProxy::Cut how, const std::string& journal) {
    CAPTURE(text);
    const OwnServer server;
    TcpProxy proxy(server.port());
    Project project(server.url(proxy.port()));
    project.standard_history();
    proxy.hold(moment, text);
    const auto process = project.start();
    proxy.wait_until_held();
    CHECK(journal_of(server) == journal);
    proxy.cut(how);
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("lost"));
    check_standard_head(server);
}

}  // namespace

TEST_CASE("row 42: the network is cut in a step's transaction") {
    for (const TcpProxy::Cut how : {TcpProxy::Cut::finish, TcpProxy::Cut::reset}) {
        const OwnServer server;
        TcpProxy proxy(server.port());
        Project project(server.url(proxy.port()));
        project.gated_history();
        project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
        Gate gate(server);
        const auto process = project.start();
        const std::string first = gate.wait_for_step();
        proxy.cut(how);
        gate.wait_for_step(first);
        gate.open();
        const Result result = result_of(*process);
        CAPTURE(result.output);
        CHECK(result.status == 0);
        check_gated_head(server);
    }
}

TEST_CASE("row 42: the network is cut while an index is built concurrently") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    Project project(server.url(proxy.port()));
    project.standard_history();
    Snapshot snapshot(server);
    const auto process = project.start();
    snapshot.wait_for_build();
    proxy.cut();
    process->wait_for_output("lost");
    snapshot.close();
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 43: the network is frozen for longer than the lease, then thawed") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    Project project(server.url(proxy.port()));
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    project.set("SCHEMIST_LOCK_LEASE", "2s");
    Gate gate(server);
    const auto process = project.start();
    gate.wait_for_step();
    proxy.freeze();

    Project other(server.url());
    other.gated_history();
    const auto successor = other.start();
    server.wait_until_true(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name ~ '^schemist:[^:]+$' AND state = "
        "'idle in transaction' AND xact_start < now() - interval '3 seconds'");
    gate.open();
    const Result second = result_of(*successor);
    CAPTURE(second.output);
    CHECK(second.status == 0);
    check_gated_head(server);

    proxy.thaw();
    const Result first = result_of(*process);
    CAPTURE(first.output);
    // Its lock is gone: it says so, or finds under a new one that all is done.
    CHECK((first.status == 4 || first.status == 0));
    check_gated_head(server);
}

TEST_CASE("row 44: packets are lost while the lock is held: the lease ends it") {
    if (geteuid() != 0) {
        return skip("network namespaces need root");
    }
    const OwnFolder folder;
    Process network(
        {{"/usr/bin/unshare", "--net", "/bin/sh", "-c", "ip link set lo up && echo up && exec sleep 600"},
         folder.path(),
         {},
         false,
         {},
         {},
         {}});
    network.wait_for_output("up");
    const std::string network_file = "/proc/" + std::to_string(network.id()) + "/ns/net";
    const auto set_loopback = [&](const std::string& state) {
        run_command({{"/usr/bin/nsenter", "--net=" + network_file, "/bin/ip", "link", "set", "lo", state},
                     folder.path(),
                     {},
                     false,
                     {},
                     {},
                     {}});
    };
    OwnServer::Options options;
    options.network = network_file;
    const OwnServer server(options);
    Project project(server.url());
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    project.set("SCHEMIST_LOCK_LEASE", "2s");
    project.set("SCHEMIST_CONNECT_DEADLINE", "60s");
    Gate gate(server);
    Command command = project.command();
    command.network = network_file;
    Process process(command);
    const std::string zombie = gate.wait_for_step();
    set_loopback("down");
    // The lock by its lease; the statement that executes, when the server has looked after its client.
    server.wait_until_true(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE application_name ~ '^schemist:[^:]+$'", 10s);
    server.wait_until_true("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = " + zombie, 60s);
    set_loopback("up");
    gate.open();
    const Result result = result_of(process, 120s);
    CAPTURE(result.output);
    CHECK((result.status == 0 || result.status == 4 || result.status == 3));
    Command again = project.command();
    again.network = network_file;
    Process successor(again);
    CHECK(result_of(successor).status == 0);
    check_gated_head(server);
}

TEST_CASE("the network is cut while the lock is taken") {
    cut_at(TcpProxy::Moment::before, "pg_try_advisory_xact_lock", TcpProxy::Cut::reset, "none");
    cut_at(TcpProxy::Moment::after, "pg_try_advisory_xact_lock", TcpProxy::Cut::finish, "none");
}

TEST_CASE("row 45: the network is cut before COMMIT reaches the server") {
    cut_at(TcpProxy::Moment::before, "CREATE TABLE notes", TcpProxy::Cut::finish, "none");
    cut_at(TcpProxy::Moment::before, "INSERT INTO notes VALUES (2", TcpProxy::Cut::reset,
           "0001:applied:1/1 0002:applied:1/1");
}

TEST_CASE("row 46: the network is cut after COMMIT has reached the server") {
    cut_at(TcpProxy::Moment::after, "CREATE TABLE notes", TcpProxy::Cut::finish, "0001:applied:1/1");
    cut_at(TcpProxy::Moment::after, "CREATE INDEX CONCURRENTLY", TcpProxy::Cut::reset,
           "0001:applied:1/1 0002:running:0/1");
    cut_at(TcpProxy::Moment::after, "INSERT INTO notes VALUES (2", TcpProxy::Cut::reset,
           "0001:applied:1/1 0002:applied:1/1 0003:applied:1/1");
}
