// libpq through the tunnel, to a real server.

#include "net/tunnel.hpp"

#include "postgresql/connection.hpp"
#include "support/errors.hpp"
#include "support/own_server.hpp"
#include "support/websocket_bridge.hpp"

#include <schemist/error.hpp>

#include <future>
#include <thread>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace std::chrono_literals;
using schemist::Error;
using schemist::ExitCode;
using schemist::test::error_of;
using schemist::test::has;
using schemist::test::OwnServer;
using schemist::test::WebSocketBridge;
using Certificate = WebSocketBridge::Certificate;
namespace postgresql = schemist::postgresql;

namespace {

std::string trusting(const OwnServer& server, const WebSocketBridge& bridge) {
    return server.url("sslrootcert=" + bridge.authority().string());
}

postgresql::Connection::Attempt by_websocket(const WebSocketBridge& bridge) {
    postgresql::Connection::Attempt attempt;
    attempt.way = {postgresql::Transport::websocket, bridge.url()};
    return attempt;
}

std::unique_ptr<postgresql::Connection> open(const OwnServer& server, const WebSocketBridge& bridge) {
    return postgresql::Connection::open(trusting(server, bridge), by_websocket(bridge));
}

}  // namespace

TEST_CASE("postgresql: queries go through a WebSocket") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const auto connection = open(server, bridge);
    CHECK(connection->query("SELECT $1::int + 1", std::vector<schemist::Value>{std::int64_t{41}})
              .integer(0, 0) == 42);
    CHECK(connection->description() ==
          fmt::format("127.0.0.1:{}/app as migrator through {}", server.port(), bridge.url()));
    CHECK(bridge.last_request() == fmt::format("GET /v2 of localhost:{}", bridge.port()));
    CHECK(bridge.websockets() == 1);
}

TEST_CASE("postgresql: the end of a connection is the end of its session") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    auto connection = open(server, bridge);
    const std::string process = connection->query("SELECT pg_backend_pid()").text(0, 0);
    connection.reset();
    server.wait_until_true("SELECT count(*) = 0 FROM pg_stat_activity WHERE pid = " + process);
    CHECK_FALSE(has(server.log(), "unexpected EOF"));
    CHECK_FALSE(has(server.log(), "could not receive data"));
}

TEST_CASE("postgresql: 100 MB come back, and 100 MB go out") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const auto connection = open(server, bridge);
    const auto rows =
        connection->query("SELECT md5(i::text) || repeat('x', 9968) FROM generate_series(1, 10000) i");
    REQUIRE(rows.size() == 10000);
    std::size_t bytes = 0;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        bytes += rows.text(row, 0).size();
    }
    CHECK(bytes == 100'000'000);
    CHECK(rows.text(9999, 0).starts_with("b7a782741f667201b54880c925faec4b"));  // md5 of 10000
    std::string text(100'000'000, 'a');
    text.back() = 'z';
    const auto back =
        connection->query("SELECT length($1), right($1, 2)", std::vector<schemist::Value>{std::move(text)});
    CHECK(back.text(0, 0) == "100000000");
    CHECK(back.text(0, 1) == "az");
}

TEST_CASE("postgresql: a client that does not read slows the server down, and loses nothing") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const auto connection = open(server, bridge);
    std::size_t rows = 0;
    connection->each_result(
        "SELECT repeat('x', 1000000); SELECT repeat('y', 3000000); SELECT generate_series(1, 3)",
        [&](const postgresql::Result& result) {
            std::this_thread::sleep_for(300ms);
            rows += result.size();
        });
    CHECK(rows == 5);
}

TEST_CASE("postgresql: many connections at once share one tunnel thread") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    std::vector<std::future<std::string>> answers;
    for (int i = 0; i < 30; ++i) {
        answers.push_back(std::async(std::launch::async, [&, i] {
            const auto connection = open(server, bridge);
            return connection->query(fmt::format("SELECT {} || repeat('x', 100000)", i)).text(0, 0);
        }));
    }
    for (std::size_t i = 0; i < answers.size(); ++i) {
        CHECK(answers[i].get() == std::to_string(i) + std::string(100000, 'x'));
    }
}

TEST_CASE("postgresql: a statement is cancelled by a WebSocket of its own") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const auto connection = open(server, bridge);
    std::thread canceller([&] {
        server.wait_until_true(
            "SELECT count(*) = 1 FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND "
            "state = 'active' AND usename = 'migrator'");
        connection->cancel();
    });
    const Error error = error_of([&] { connection->query("SELECT pg_sleep(60)"); });
    canceller.join();
    CHECK(error.sqlstate() == "57014");
    CHECK(connection->query("SELECT 1").text(0, 0) == "1");
    CHECK(bridge.websockets() == 2);
}

TEST_CASE("postgresql: cancelling does not wait for an endpoint that does not answer") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    const auto connection = open(server, bridge);
    bridge.delay(10min);
    const auto start = std::chrono::steady_clock::now();
    connection->cancel();
    CHECK(std::chrono::steady_clock::now() - start < 30s);
    CHECK(connection->query("SELECT 1").text(0, 0) == "1");
}

TEST_CASE("postgresql: the server's last words arrive") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const auto connection = open(server, bridge);
    server.terminate_others("usename = 'migrator'");
    const Error error = error_of([&] { connection->query("SELECT 1"); });
    CHECK(error.sqlstate() == "57P01");
    CHECK(error.exit_code() == ExitCode::unreachable);
}

TEST_CASE("postgresql: a connection that is cut or closed is lost, and says why") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    auto connection = open(server, bridge);
    bridge.cut();
    Error error = error_of([&] { connection->query("SELECT pg_sleep(60)"); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(has(error.what_failed(), "of the WebSocket: "));
    CHECK(has(error.where(), bridge.url()));

    connection = open(server, bridge);
    bridge.close_all(1001, "going away for an update");
    error = error_of([&] { connection->query("SELECT pg_sleep(60)"); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(has(error.what_failed(), "the other end closed it with 1001 going away for an update"));
}

TEST_CASE("postgresql: an end that answers neither questions nor pings is given up") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    const std::string host = "@schemist-test-" + std::to_string(getpid());
    schemist::net::TunnelSettings settings{schemist::net::parse_websocket_url(bridge.url(), "test"),
                                           {"127.0.0.1"},
                                           bridge.authority().string(),
                                           postgresql::tunnel_socket_name(host)};
    settings.between_pings = 200ms;
    const schemist::net::Tunnel tunnel(settings);
    const auto connection = postgresql::Connection::open(
        fmt::format("host={} user=migrator dbname=app password='{}'", host, schemist::test::password));
    // Pings keep it alive.
    std::this_thread::sleep_for(1500ms);
    CHECK(connection->query("SELECT pg_sleep(1.5), 1").text(0, 1) == "1");
    bridge.freeze();
    const Error error = error_of([&] { connection->query("SELECT pg_sleep(60)"); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(has(tunnel.failure(), "nothing was heard for 1 s"));
}

TEST_CASE("postgresql: a certificate is always verified, whatever sslmode says") {
    const OwnServer server;
    for (const Certificate certificate : {Certificate::of_other_authority, Certificate::for_other_host}) {
        const WebSocketBridge bridge(server.port(), {.certificate = certificate});
        for (const std::string mode : {"", "&sslmode=disable", "&sslmode=require"}) {
            const Error error = error_of(
                [&] { postgresql::Connection::open(trusting(server, bridge) + mode, by_websocket(bridge)); });
            CHECK(error.exit_code() == ExitCode::configuration);
            CHECK(has(error.what_failed(), bridge.url() + ": certificate verify failed: "));
            CHECK(has(error.hint(), "sslrootcert"));
        }
        CHECK(bridge.websockets() == 0);
    }
    const WebSocketBridge bridge(server.port());
    const Error unknown = error_of([&] { postgresql::Connection::open(server.url(), by_websocket(bridge)); });
    CHECK(unknown.exit_code() == ExitCode::configuration);
    CHECK(has(unknown.what_failed(), "certificate verify failed"));
    const Error nowhere = error_of(
        [&] { postgresql::Connection::open(server.url("sslrootcert=/nowhere.crt"), by_websocket(bridge)); });
    CHECK(nowhere.exit_code() == ExitCode::configuration);
    CHECK(has(nowhere.what_failed(), "/nowhere.crt"));
}

TEST_CASE(
    "postgresql: what the URL says of TLS holds for the WebSocket, and libpq does not stumble over it") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const auto connection = postgresql::Connection::open(
        trusting(server, bridge) + "&sslmode=verify-full&channel_binding=require", by_websocket(bridge));
    CHECK(connection->query("SELECT 1").text(0, 0) == "1");
}

TEST_CASE("postgresql: an endpoint that takes no WebSocket") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    for (const int status : {301, 400, 403, 404}) {
        bridge.refuse_next(1, status);
        const Error error = error_of([&] { open(server, bridge); });
        CHECK(error.exit_code() == ExitCode::configuration);
        CHECK(has(error.what_failed(), fmt::format("answered HTTP {}", status)));
        CHECK(has(error.hint(), "SCHEMIST_WEBSOCKET_URL"));
    }
    for (const int status : {429, 500, 502, 503}) {
        bridge.refuse_next(1, status);
        const Error error = error_of([&] { open(server, bridge); });
        CHECK(error.exit_code() == ExitCode::unreachable);
        CHECK(has(error.what_failed(), fmt::format("answered HTTP {}", status)));
    }
    CHECK(open(server, bridge)->query("SELECT 1").text(0, 0) == "1");
}

TEST_CASE("postgresql: what the server refuses through it has its SQLSTATE, and names no socket of ours") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const Error error = error_of([&] {
        postgresql::Connection::open(
            fmt::format("postgresql://migrator:wrong@127.0.0.1:{}/app?sslrootcert={}", server.port(),
                        bridge.authority().string()),
            by_websocket(bridge));
    });
    CHECK(error.sqlstate() == "28P01");
    CHECK(error.exit_code() == ExitCode::configuration);
    CHECK(has(error.what_failed(),
              fmt::format("server at \"127.0.0.1\" through WebSocket {} failed: FATAL:", bridge.url())));
}

TEST_CASE("postgresql: an attempt ends on request, and when its time is over") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    bridge.delay(10min);
    std::stop_source source;
    auto attempt = by_websocket(bridge);
    attempt.stop = source.get_token();
    std::thread stopper([&] {
        std::this_thread::sleep_for(300ms);
        source.request_stop();
    });
    CHECK(error_of([&] { postgresql::Connection::open(trusting(server, bridge), attempt); }).exit_code() ==
          ExitCode::interrupted);
    stopper.join();

    attempt = by_websocket(bridge);
    attempt.longest = 1s;
    const Error error = error_of([&] { postgresql::Connection::open(trusting(server, bridge), attempt); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(has(error.what_failed(), "no answer within 1 s"));
}

namespace {

// Takes no connection more than it has, so that who connects hears nothing.
class FullListener {
  public:
    FullListener(const char* address, int port) {
        sockaddr_in place{};
        place.sin_family = AF_INET;
        place.sin_port = htons(static_cast<std::uint16_t>(port));
        inet_pton(AF_INET, address, &place.sin_addr);
        const auto* generic = reinterpret_cast<const sockaddr*>(&place);
        REQUIRE(bind(listener_, generic, sizeof place) == 0);
        REQUIRE(listen(listener_, 0) == 0);
        REQUIRE(connect(first_, generic, sizeof place) == 0);
    }
    FullListener(const FullListener&) = delete;
    FullListener& operator=(const FullListener&) = delete;
    ~FullListener() {
        close(first_);
        close(listener_);
    }

  private:
    int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int first_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
};

}  // namespace

TEST_CASE("postgresql: an attempt that was ended does not go on with the next address") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const FullListener silent("127.0.0.2", bridge.port());
    std::stop_source source;
    schemist::net::TunnelSettings settings{schemist::net::parse_websocket_url(bridge.url(), "test"),
                                           {"127.0.0.2", "127.0.0.1"},
                                           bridge.authority().string(),
                                           "schemist-test-ended"};
    settings.stop = source.get_token();
    std::thread stopper([&] {
        std::this_thread::sleep_for(300ms);
        source.request_stop();
    });
    CHECK_THROWS_AS(schemist::net::Tunnel{settings}, schemist::net::TunnelFailure);
    stopper.join();
    // All of them share one thread, so that this one comes behind what the first would have begun.
    CHECK(open(server, bridge)->query("SELECT 1").text(0, 0) == "1");
    CHECK(bridge.connections() == 1);
}

TEST_CASE("postgresql: a password of the password file is found for the host behind it") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const schemist::test::OwnFolder folder;
    const auto file = folder.path() / "pgpass";
    FILE* stream = std::fopen(file.c_str(), "w");
    std::fputs(fmt::format("127.0.0.1:{}:app:migrator:{}\n", server.port(), schemist::test::password).c_str(),
               stream);
    std::fclose(stream);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    const auto connection = postgresql::Connection::open(
        fmt::format("postgresql://migrator@127.0.0.1:{}/app?sslrootcert={}&passfile={}", server.port(),
                    bridge.authority().string(), file.string()),
        by_websocket(bridge));
    CHECK(connection->query("SELECT 1").text(0, 0) == "1");
}

TEST_CASE("postgresql: an address that is dead is passed over for the next one, of whatever family") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const auto url = schemist::net::parse_websocket_url(bridge.url(), "test");
    // A tunnel's name is free a moment after its end.
    auto name = [number = 0]() mutable { return fmt::format("schemist-test-{}-{}", getpid(), ++number); };
    for (const std::vector<std::string>& addresses :
         std::vector<std::vector<std::string>>{{"::1", "127.0.0.1"}, {"127.0.0.2", "::1", "127.0.0.1"}}) {
        const schemist::net::Tunnel tunnel({url, addresses, bridge.authority().string(), name()});
        CHECK(tunnel.failure().empty());
    }
    CHECK_THROWS_AS(schemist::net::Tunnel({url, {"127.0.0.2", "::1"}, bridge.authority().string(), name()}),
                    schemist::net::TunnelFailure);
}

TEST_CASE("postgresql: a tunnel takes nobody from another process") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const std::string name = "schemist-test-" + std::to_string(getpid());
    const schemist::net::Tunnel tunnel({schemist::net::parse_websocket_url(bridge.url(), "test"),
                                        {"127.0.0.1"},
                                        bridge.authority().string(),
                                        name});
    // 1: nobody is there; 2: the connection is ended without a word; 3: it is open.
    const auto knock = [&] {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        name.copy(address.sun_path + 1, sizeof address.sun_path - 1);
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + name.size());
        const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval patience{2, 0};
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        int result = 1;
        if (connect(socket, reinterpret_cast<const sockaddr*>(&address), size) == 0) {
            char byte = 0;
            result = recv(socket, &byte, 1, 0) == 0 ? 2 : 3;
        }
        close(socket);
        return result;
    };
    const pid_t child = fork();
    if (child == 0) {
        _exit(knock());
    }
    int status = 0;
    waitpid(child, &status, 0);
    CHECK(WEXITSTATUS(status) == 2);
    CHECK(knock() == 3);
}
