#include "config/connect.hpp"

#include "support/errors.hpp"
#include "support/own_server.hpp"
#include "support/tcp_proxy.hpp"

#include <schemist/error.hpp>
#include <schemist/reporter.hpp>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist;
using namespace std::chrono_literals;
using schemist::test::error_of;
using schemist::test::has;
using schemist::test::OwnServer;
using schemist::test::TcpProxy;

namespace {

class Lines final : public Reporter {
  public:
    void info(std::string_view text) override { lines.emplace_back(text); }
    std::vector<std::string> lines;
};

// Nothing listens on port 1.
Url nobody() {
    return parse_url("postgresql://user:s3cr3t@127.0.0.1:1/db");
}

Url neon_pooler(const TcpProxy& proxy, const OwnServer& server) {
    Url url = parse_url(server.url(proxy.port(), "sslmode=disable&hostaddr=127.0.0.1"));
    url.host = "ep-cool-rain-123-pooler.eu-central-1.aws.neon.tech";
    return url;
}

}  // namespace

TEST_CASE("pauses grow to their limit, and are never all the same") {
    CHECK(pause_between_attempts(false, 1, 0) == 250ms);
    CHECK(pause_between_attempts(false, 2, 0) == 500ms);
    CHECK(pause_between_attempts(false, 2, 1) == 750ms);
    CHECK(pause_between_attempts(true, 1, 0) == 1s);
    CHECK(pause_between_attempts(true, 2, 0.5) == 2500ms);
    CHECK(pause_between_attempts(false, 1000, 0) == 500ms);
    CHECK(pause_between_attempts(true, 1000, 1) == 7500ms);
}

TEST_CASE("without a deadline there is one attempt") {
    Lines reporter;
    ConnectSettings settings;
    settings.reporter = &reporter;
    const Error error = error_of([&] { connect(nobody(), settings); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(reporter.lines.empty());
    CHECK(error.state() == "nothing was changed");
    CHECK(error.where() == "postgresql://user:***@127.0.0.1:1/db");
}

TEST_CASE("each failed attempt is one line, until the deadline") {
    Lines reporter;
    ConnectSettings settings;
    settings.deadline = 2s;
    settings.reporter = &reporter;
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] { connect(nobody(), settings); });
    const auto took = std::chrono::steady_clock::now() - start;
    CHECK(took >= 900ms);
    CHECK(took < 20s);
    CHECK(error.exit_code() == ExitCode::unreachable);
    REQUIRE(reporter.lines.size() >= 2);
    CHECK(has(error.state(), fmt::format("{} attempts in", reporter.lines.size() + 1)));
    CHECK(reporter.lines[0].starts_with(
        "attempt 1 failed: connection to server at \"127.0.0.1\", port 1 failed: "
        "Connection refused"));
    CHECK(reporter.lines[1].starts_with("attempt 2 failed: "));
    for (const std::string& line : reporter.lines) {
        CAPTURE(line);
        CHECK(has(line, "; next in "));
        CHECK(line.ends_with(" s left)"));
        CHECK(line.find_first_of("\n\t") == std::string::npos);
        CHECK_FALSE(has(line, "s3cr3t"));
    }
}

TEST_CASE("a host that was looked up is named with its address") {
    ConnectSettings settings;
    settings.deadline = 1s;
    const Error error = error_of([&] { connect(parse_url("postgresql://user@localhost:1/db"), settings); });
    CHECK(has(error.what_failed(), "server at \"localhost\" (127.0.0.1), port 1 failed: Connection refused"));
}

TEST_CASE("postgresql: what may pass is tried again, with its SQLSTATE") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    proxy.refuse_next(2, "FATAL", "57P03", "the database system is starting up");
    Lines reporter;
    ConnectSettings settings;
    settings.deadline = 60s;
    settings.reporter = &reporter;
    CHECK(connect(parse_url(server.url(proxy.port())), settings)->query("SELECT 1").integer(0, 0) == 1);
    REQUIRE(reporter.lines.size() == 2);
    CHECK(has(reporter.lines[1], "FATAL: the database system is starting up (SQLSTATE 57P03); next in "));
    CHECK(proxy.connections() == 3);
}

TEST_CASE("postgresql: what is for good is not tried again") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    struct Refusal {
        std::string severity;
        std::string sqlstate;
        std::string message;
    };
    for (const Refusal& refusal :
         std::vector<Refusal>{{"FATAL", "28P01", "password authentication failed for user \"x\""},
                              {"FATAL", "3D000", "database \"x\" does not exist"},
                              {"FATAL", "08P01", "unsupported startup parameter: options"},
                              {"ERROR", "XX000", "Control plane request failed: endpoint is disabled"}}) {
        CAPTURE(refusal.message);
        const int before = proxy.connections();
        proxy.refuse_next(1, refusal.severity, refusal.sqlstate, refusal.message);
        ConnectSettings settings;
        settings.deadline = 60s;
        const Error error = error_of([&] { connect(parse_url(server.url(proxy.port())), settings); });
        CHECK(error.exit_code() == ExitCode::configuration);
        CHECK(error.sqlstate() == refusal.sqlstate);
        CHECK(has(error.what_failed(), refusal.message));
        CHECK(proxy.connections() == before + 1);
    }
}

TEST_CASE("postgresql: what is not clear is tried three times") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    proxy.refuse_next(10, "ERROR", "XX000",
                      "Control plane request failed: endpoint is temporarily unavailable. Check your quotas");
    ConnectSettings settings;
    settings.deadline = 60s;
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] { connect(parse_url(server.url(proxy.port())), settings); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(proxy.connections() == 3);
    // 1 s and 2 s, since Neon's proxy asks for patience.
    CHECK(std::chrono::steady_clock::now() - start >= 3s);
}

TEST_CASE("postgresql: a wish to stop ends an attempt, and a pause") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    proxy.delay_startup(10min);
    for (const Url& url : {parse_url(server.url(proxy.port())), nobody()}) {
        CAPTURE(url.port);
        std::stop_source source;
        ConnectSettings settings;
        settings.deadline = 10min;
        settings.stop = source.get_token();
        std::thread stopper([&] {
            std::this_thread::sleep_for(300ms);
            source.request_stop();
        });
        const auto start = std::chrono::steady_clock::now();
        const Error error = error_of([&] { connect(url, settings); });
        stopper.join();
        CHECK(error.exit_code() == ExitCode::interrupted);
        CHECK(std::chrono::steady_clock::now() - start < 20s);
    }
}

TEST_CASE("postgresql: an attempt is not longer than the deadline") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    proxy.delay_startup(10min);
    ConnectSettings settings;
    settings.deadline = 1500ms;
    const auto start = std::chrono::steady_clock::now();
    const Error error = error_of([&] { connect(parse_url(server.url(proxy.port())), settings); });
    CHECK(std::chrono::steady_clock::now() - start < 15s);
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(has(error.what_failed(), "no answer within"));
    CHECK(has(error.hint(), "port 5432 blocked?"));
}

TEST_CASE("postgresql: Neon's pooler is the way when its direct host refuses for good") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    const Url pooled = neon_pooler(proxy, server);
    Lines reporter;
    ConnectSettings settings;
    settings.purpose = ConnectionPurpose::migration;
    settings.deadline = 60s;
    settings.reporter = &reporter;
    CHECK(has(connect(pooled, settings)->description(), "ep-cool-rain-123.eu-central-1"));
    CHECK(reporter.lines.empty());

    proxy.refuse_next(1, "ERROR", "XX000", "Control plane request failed: endpoint cannot be found");
    CHECK(has(connect(pooled, settings)->description(), "ep-cool-rain-123-pooler.eu-central-1"));
    REQUIRE(reporter.lines.size() == 1);
    CHECK(has(reporter.lines[0], "endpoint cannot be found"));
    CHECK(has(reporter.lines[0], "going through its pooler"));

    proxy.refuse_next(2, "ERROR", "XX000", "password authentication failed for user 'x'");
    CHECK(error_of([&] { connect(pooled, settings); }).exit_code() == ExitCode::configuration);
}

TEST_CASE("postgresql: Neon is told the endpoint when TLS does not carry its name") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    Url url = neon_pooler(proxy, server);
    proxy.refuse_next(
        1, "ERROR", "XX000",
        "Endpoint ID is not specified. Either please upgrade the postgres client library (libpq)");
    Lines reporter;
    ConnectSettings settings;
    settings.deadline = 60s;
    settings.reporter = &reporter;
    // A server that is not Neon's proxy does not know the option, and says what it was given.
    const Error error = error_of([&] { connect(url, settings); });
    CHECK(has(error.what_failed(), "endpoint=ep-cool-rain-123"));
    CHECK_FALSE(has(error.what_failed(), "-pooler"));
    CHECK(proxy.connections() == 2);
    REQUIRE(reporter.lines.size() == 1);
    CHECK(has(reporter.lines[0], "naming its endpoint"));

    // Once is enough.
    proxy.refuse_next(10, "ERROR", "XX000", "Endpoint ID is not specified");
    CHECK(has(error_of([&] { connect(url, settings); }).hint(), "options=endpoint%3D"));
    CHECK(proxy.connections() == 4);
}

TEST_CASE("postgresql: nothing is migrated where nothing can be written") {
    const OwnServer server;
    server.run("ALTER ROLE migrator SET default_transaction_read_only = on");
    const Url url = parse_url(server.url());
    const Error error = error_of([&] { connect(url, ConnectionPurpose::migration); });
    CHECK(error.exit_code() == ExitCode::configuration);
    CHECK(has(error.what_failed(), "default_transaction_read_only"));
    for (const ConnectionPurpose purpose : {ConnectionPurpose::inspection, ConnectionPurpose::application}) {
        CHECK(connect(url, purpose)->query("SELECT 1").integer(0, 0) == 1);
    }
}
