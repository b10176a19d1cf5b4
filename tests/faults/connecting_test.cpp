// Rows 1 to 8 and 15: a database that cannot be reached yet.

#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/pgbouncer.hpp"
#include "support/tcp_proxy.hpp"

#include <fstream>
#include <future>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// A connection that is refused three times and works then.
void refused_three_times(const std::string& severity, const std::string& sqlstate,
                         const std::string& message) {
    const OwnServer server;
    TcpProxy proxy(server.port());
    proxy.refuse_next(3, severity, sqlstate, message);
    Project project(server.url(proxy.port()));
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says(message));
    CHECK(proxy.connections() >= 4);
    check_standard_head(server);
}

}  // namespace

TEST_CASE("row 1: the server is down, and stays so") {
    OwnServer server;
    server.stop();
    Project project(server.url());
    project.standard_history();
    project.set("SCHEMIST_CONNECT_DEADLINE", "2s");
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 3);
    CHECK(result.duration >= 1500ms);
    CHECK(result.duration < 20s);
    CHECK(result.says("attempt 2"));
    server.start();
    CHECK(journal_of(server) == "none");
}

TEST_CASE("row 2: the server starts late") {
    OwnServer server;
    server.stop();
    Project project(server.url());
    project.standard_history();
    const auto process = project.start();
    process->wait_for_output("attempt 3");
    server.start();
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 3: 57P03, the server is starting up") {
    refused_three_times("FATAL", "57P03", "the database system is starting up");
}

TEST_CASE("row 4: 53300, all connections are taken") {
    const OwnServer server({{"max_connections=8", "superuser_reserved_connections=3"}});
    std::vector<std::unique_ptr<schemist::postgresql::Connection>> taken;
    for (int i = 0; i < 5; ++i) {
        taken.push_back(schemist::postgresql::Connection::open(server.url()));
    }
    Project project(server.url());
    project.standard_history();
    const auto process = project.start();
    process->wait_for_output("attempt 2");
    taken.clear();
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("53300"));
    check_standard_head(server);
}

TEST_CASE("row 5: the name of the server cannot be resolved at first") {
    if (!may_mount()) {
        return skip("other name servers for one process need root and mount namespaces");
    }
    const OwnServer server;
    std::string url = server.url();
    url.replace(url.find("127.0.0.1"), 9, "db.schemist.test");
    Project project(url);
    project.standard_history();
    const std::filesystem::path hosts = project.folder() / "hosts";
    std::ofstream(hosts) << "127.0.0.1 localhost\n";
    std::ofstream(project.folder() / "resolv.conf") << "nameserver 127.0.0.1\n";
    Command command = project.command();
    command.arguments = {
        "/usr/bin/unshare", "--mount", "/bin/sh", "-c",
        "mount --bind hosts /etc/hosts && mount --bind resolv.conf /etc/resolv.conf && exec " +
            command.arguments.front() + " upgrade head"};
    Process process(command);
    process.wait_for_output("attempt 2");
    // The same file, since that is what was mounted.
    std::ofstream(hosts, std::ios::app) << "127.0.0.1 db.schemist.test\n";
    const Result result = result_of(process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 6: a cold start, 8 s until the first answer") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    proxy.delay_startup(8s);
    Project project(server.url(proxy.port()));
    project.standard_history();
    const auto process = project.start();
    wait_until("the first connection", [&] { return proxy.connections() == 1; });
    proxy.delay_startup(0s);
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.duration >= 7s);
    // It was waited for, not tried again.
    CHECK_FALSE(result.says("attempt"));
    check_standard_head(server);
}

TEST_CASE("row 7: Neon cannot connect to the compute node, three times") {
    refused_three_times("ERROR", "XX000", "Couldn't connect to compute node");
}

TEST_CASE("row 8: Neon's control plane fails, three times") {
    refused_three_times("ERROR", "XX000", "Control plane request failed");
}

TEST_CASE("row 15: pgbouncer keeps answering errors after the server is back") {
    const OwnServer server;
    TcpProxy between(server.port());
    const PgBouncer pooler(server, {{"server_login_retry", "4"}}, between.port());
    schemist::postgresql::Connection::open(pooler.url())->run_script("SELECT 1");
    between.refuse_next(1000, "FATAL", "57P03", "the database system is starting up");
    between.cut();
    // The first to ask waits; those who come after it has failed are told so.
    const auto first = schemist::postgresql::Connection::open(pooler.url());
    auto answer = std::async(std::launch::async, [&] { return first->run_script("SELECT 1").text(0, 0); });
    wait_until("pgbouncer to try", [&] { return pooler.log().find("login failed") != std::string::npos; });
    Project project(pooler.url());
    project.standard_history();
    const auto process = project.start();
    process->wait_for_output("server login has been failing");
    between.refuse_next(0, "FATAL", "57P03", "");
    CHECK(answer.get() == "1");
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 15: pgbouncer is there, and its server is down") {
    OwnServer server;
    const PgBouncer pooler(server, {{"server_login_retry", "2"}});
    server.stop();
    Project project(pooler.url());
    project.standard_history();
    const auto process = project.start();
    wait_until("pgbouncer to look for its server",
               [&] { return pooler.log().find("connect failed") != std::string::npos; });
    server.start();
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}
