// Rows 9 to 14, 16 and 17: a database that will not let us in, which no patience changes.

#include "faults/project.hpp"
#include "support/pgbouncer.hpp"
#include "support/tcp_proxy.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// One attempt, status 2, and the words that help.
void refused_at_once(const std::string& severity, const std::string& sqlstate, const std::string& message,
                     const std::string& help) {
    CAPTURE(message);
    const OwnServer server;
    TcpProxy proxy(server.port());
    proxy.refuse_next(100, severity, sqlstate, message);
    Project project(server.url(proxy.port()));
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK(proxy.connections() == 1);
    CHECK(result.says(help));
    CHECK(journal_of(server) == "none");
}

void refused(const std::string& url, const std::string& help) {
    CAPTURE(help);
    Project project(url);
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK_FALSE(result.says("attempt 2"));
    CHECK(result.says(help));
}

}  // namespace

TEST_CASE("row 9: Neon's endpoint is disabled") {
    refused_at_once("ERROR", "XX000", "Control plane request failed: endpoint is disabled",
                    "endpoint is disabled");
}

TEST_CASE("row 10: Neon does not know which endpoint is meant, in both wordings") {
    refused_at_once(
        "ERROR", "XX000",
        "Endpoint ID is not specified. Either please upgrade the postgres client library (libpq) for SNI "
        "support or pass the endpoint ID (first part of the domain name) as a parameter: "
        "'?options=endpoint%3D<endpoint-id>'. See more at https://neon.tech/sni",
        "next: ");
    refused_at_once(
        "ERROR", "XX000",
        "The endpoint ID is not specified. Either upgrade the Postgres client library (libpq) for SNI "
        "support or pass the endpoint ID (first part of the domain name) as a parameter",
        "options=endpoint%3D");
}

TEST_CASE("row 11: 28P01, the password is wrong") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    Project project(fmt::format("postgresql://migrator:s3cr%2Fet%20wrong@127.0.0.1:{}/app", proxy.port()));
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK(result.says("password authentication failed"));
    CHECK(proxy.connections() == 1);
    CHECK(journal_of(server) == "none");
}

TEST_CASE("row 12: 3D000, the database is not there, direct and through pgbouncer") {
    const OwnServer server;
    refused(server.url(server.port(), {}, "absent"), "\"absent\" does not exist");
    const PgBouncer pooler(server);
    refused(pooler.url({}, "absent"), "\"absent\" does not exist");
}

TEST_CASE("row 13: TLS is not offered, not trusted, or not what channel binding needs") {
    const OwnServer plain;
    refused(plain.url("sslmode=require"), "sslmode");
    const OwnServer server({{}, true});
    const OwnServer other({{}, true});
    refused(server.url("sslmode=verify-full&sslrootcert=" + other.certificate().string()), "sslrootcert");
    refused(server.url("sslmode=verify-full&sslrootcert=/nowhere.crt"), "sslrootcert");
    refused(server.url("sslmode=disable&channel_binding=require"), "channel_binding");
    const PgBouncer pooler(server);
    refused(pooler.url("channel_binding=require"), "channel_binding");
    CHECK(journal_of(server) == "none");

    Project right(server.url("sslmode=verify-full&channel_binding=require&sslrootcert=" +
                             server.certificate().string()));
    right.standard_history();
    const Result result = right.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_standard_head(server);
}

TEST_CASE("row 14: pgbouncer refuses a startup parameter") {
    const OwnServer server;
    const PgBouncer pooler(server);
    refused(pooler.url("options=-c%20statement_timeout%3D60000"), "options");
}

TEST_CASE("row 16: a replica, and a role that may only read") {
    const OwnServer server;
    const auto replica = server.standby();
    refused(replica->url(), "standby");
    server.run("ALTER ROLE migrator SET default_transaction_read_only = on");
    refused(server.url(), "read_only");
    CHECK(journal_of(server) == "none");
}

TEST_CASE("row 17: the port is blocked, packets vanish") {
    if (geteuid() != 0) {
        return skip("network namespaces need root");
    }
    Project project(fmt::format("postgresql://migrator:{}@10.99.0.2:5432/app", encoded_password));
    project.standard_history();
    project.set("SCHEMIST_CONNECT_DEADLINE", "3s");
    Command command = project.command();
    // What comes in for an address of nobody is dropped without a word.
    command.arguments = {"/usr/bin/unshare", "--net", "/bin/sh", "-c",
                         "ip link set lo up && ip route add 10.99.0.2/32 dev lo && exec " +
                             command.arguments.front() + " upgrade head"};
    Process process(command);
    const Result result = result_of(process);
    CAPTURE(result.output);
    CHECK(result.status == 3);
    CHECK(result.duration < 20s);
    CHECK(result.says("5432"));
    CHECK(result.says("blocked"));
}
