// Port 5432 is closed outwards, and a WebSocket endpoint stands open.

#include "faults/chatbot.hpp"
#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/tcp_proxy.hpp"
#include "support/websocket_bridge.hpp"

#include <csignal>

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// A port that does not answer, as behind a firewall: the kernel drops what comes when nobody takes the connections that
// already wait.
class DeadPort {
  public:
    DeadPort() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        REQUIRE(bind(sockets_[0], reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(listen(sockets_[0], 0) == 0);
        REQUIRE(getsockname(sockets_[0], reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port_ = ntohs(address.sin_port);
        for (int i = 0; i < 4; ++i) {
            sockets_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
            static_cast<void>(connect(sockets_.back(), reinterpret_cast<sockaddr*>(&address), size));
        }
    }
    DeadPort(const DeadPort&) = delete;
    DeadPort& operator=(const DeadPort&) = delete;
    ~DeadPort() {
        for (const int socket : sockets_) {
            close(socket);
        }
    }
    int port() const { return port_; }

  private:
    std::vector<int> sockets_;
    int port_ = 0;
};

std::string url(const OwnServer& server, int port, const WebSocketBridge& bridge) {
    return server.url(port, "sslrootcert=" + bridge.authority().string());
}

// What is closed is port 1.
struct Closed : Project {
    Closed(const OwnServer& server, const WebSocketBridge& bridge) : Project(url(server, 1, bridge)) {
        set("SCHEMIST_WEBSOCKET_URL", bridge.url());
    }
};

// A run over the WebSocket whose first step waits until the gate opens.
struct GatedRun {
    GatedRun() {
        project.gated_history();
        project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
        gate = std::make_unique<Gate>(server);
        process = project.start();
        step = gate->wait_for_step();
    }

    const OwnServer server;
    const WebSocketBridge bridge{server.port()};
    Closed project{server, bridge};
    std::unique_ptr<Gate> gate;
    std::unique_ptr<Process> process;
    std::string step;
};

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t number = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++number;
    }
    return number;
}

// The way to the server is cut at this moment, behind the bridge or in front of it; the run must end at head by itself.
void cut_at(TcpProxy::Moment moment, const std::string& text, bool in_front) {
    CAPTURE(text);
    const OwnServer server;
    TcpProxy behind(server.port());
    WebSocketBridge bridge(behind.port());
    Closed project(server, bridge);
    project.standard_history();
    behind.hold(moment, text);
    const auto process = project.start();
    behind.wait_until_held();
    if (in_front) {
        bridge.cut();
        // It held a connection that is gone.
        behind.resume();
    } else {
        behind.cut(TcpProxy::Cut::reset);
    }
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("lost"));
    check_standard_head(server);
}

}  // namespace

TEST_CASE("websocket: a port that does not answer costs its time once, and is said in one line") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    const DeadPort dead;
    Project project(url(server, dead.port(), bridge));
    project.set("SCHEMIST_WEBSOCKET_URL", bridge.url());
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(count(result.output, "no answer within 4 seconds") == 1);
    CHECK(count(result.output, "going through WebSocket " + bridge.url() + " from now on") == 1);
    CHECK(bridge.websockets() >= 2);
    check_standard_head(server);
}

TEST_CASE("websocket: so does a port that takes connections and ends them without a word") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    TcpProxy nobody(1);
    Project project(url(server, nobody.port(), bridge));
    project.set("SCHEMIST_WEBSOCKET_URL", bridge.url());
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(nobody.connections() == 1);
    check_standard_head(server);
}

TEST_CASE("websocket: a port that is refused, and nothing to do the second time") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    Closed project(server, bridge);
    project.standard_history();
    CHECK(project.run().status == 0);
    check_standard_head(server);
    const Result again = project.run();
    CAPTURE(again.output);
    CHECK(again.status == 0);
    CHECK(again.says("nothing to do"));
    CHECK(again.says("going through WebSocket"));
}

TEST_CASE("websocket: a server that answers over TCP is not left for it") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    TcpProxy proxy(server.port());
    Project project(url(server, proxy.port(), bridge));
    project.set("SCHEMIST_WEBSOCKET_URL", bridge.url());
    project.standard_history();
    proxy.refuse_next(1, "FATAL", "57P03", "the database system is starting up");
    CHECK(project.run().status == 0);
    proxy.refuse_next(1, "FATAL", "28P01", "password authentication failed for user \"x\"");
    CHECK(project.run().status == 2);
    CHECK(bridge.connections() == 0);
}

TEST_CASE("websocket: what SCHEMIST_TRANSPORT says") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    Project project(url(server, server.port(), bridge));
    project.standard_history();
    project.set("SCHEMIST_WEBSOCKET_URL", bridge.url());
    project.set("SCHEMIST_TRANSPORT", "websocket");
    CHECK(project.run().status == 0);
    CHECK(bridge.websockets() >= 1);
    const int before = bridge.connections();
    project.set("SCHEMIST_TRANSPORT", "tcp");
    CHECK(project.run().status == 0);
    CHECK(bridge.connections() == before);
    project.set("SCHEMIST_TRANSPORT", "pigeon");
    const Result wrong = project.run();
    CHECK(wrong.status == 2);
    CHECK(wrong.says("SCHEMIST_TRANSPORT"));
    project.set("SCHEMIST_TRANSPORT", "websocket");
    project.set("SCHEMIST_WEBSOCKET_URL", "ws://localhost/v2");
    const Result plain = project.run();
    CHECK(plain.status == 2);
    CHECK(plain.says("wss://"));
}

TEST_CASE("websocket: neither way is open, and both are named") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    Closed project(server, bridge);
    project.standard_history();
    project.set("SCHEMIST_CONNECT_DEADLINE", "2s");
    bridge.refuse_next(1000, 503);
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 3);
    CHECK(result.says("Connection refused; WebSocket " + bridge.url() + ": answered HTTP 503"));
    CHECK(result.says("attempt 2 failed"));
}

TEST_CASE("websocket: a host of Neon's has one of its own") {
    const OwnServer server;
    WebSocketBridge::Options options;
    options.address = "127.0.0.77";
    options.port = 443;
    options.host = "ep-cool-rain-123.eu-central-1.aws.neon.tech";
    std::unique_ptr<WebSocketBridge> bridge;
    try {
        bridge = std::make_unique<WebSocketBridge>(server.port(), options);
    } catch (const std::exception& error) {
        return skip(fmt::format("port 443 of {} cannot be had: {}", options.address, error.what()));
    }
    // As Neon's console shows it, but for where the name leads and who signs.
    Project project(
        fmt::format("postgresql://migrator:{}@ep-cool-rain-123-pooler.eu-central-1.aws.neon.tech:1/"
                    "app?sslmode=require&channel_binding=require&hostaddr={}&sslrootcert={}",
                    encoded_password, options.address, bridge->authority().string()));
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("going through WebSocket wss://ep-cool-rain-123.eu-central-1.aws.neon.tech/v2"));
    CHECK(bridge->last_request() == "GET /v2 of ep-cool-rain-123.eu-central-1.aws.neon.tech");
    check_standard_head(server);
}

TEST_CASE("websocket: a certificate that is not believed ends the run at once") {
    const OwnServer server;
    using enum WebSocketBridge::Certificate;
    for (const auto certificate : {of_other_authority, for_other_host}) {
        WebSocketBridge::Options options;
        options.certificate = certificate;
        const WebSocketBridge bridge(server.port(), options);
        Closed project(server, bridge);
        project.standard_history();
        const Result result = project.run();
        CAPTURE(result.output);
        CHECK(result.status == 2);
        CHECK(result.says("certificate verify failed"));
        CHECK(result.says("sslrootcert"));
        CHECK(bridge.connections() == 1);
    }
    CHECK(journal_of(server) == "none");
}

TEST_CASE("websocket: a wrong password ends the run at once") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    Project project(fmt::format("postgresql://migrator:s3cr%2Fet%20wrong@127.0.0.1:1/app?sslrootcert={}",
                                bridge.authority().string()));
    project.set("SCHEMIST_WEBSOCKET_URL", bridge.url());
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK(result.says("password authentication failed"));
    CHECK_FALSE(result.says("attempt"));
    CHECK(bridge.websockets() == 1);
}

TEST_CASE("websocket: cuts in a step, and around its COMMIT") {
    for (const bool in_front : {true, false}) {
        cut_at(TcpProxy::Moment::before, "CREATE TABLE notes", in_front);
        cut_at(TcpProxy::Moment::after, "CREATE TABLE notes", in_front);
        cut_at(TcpProxy::Moment::after, "CREATE INDEX CONCURRENTLY", in_front);
        cut_at(TcpProxy::Moment::before, "INSERT INTO notes VALUES (2", in_front);
        cut_at(TcpProxy::Moment::after, "INSERT INTO notes VALUES (2", in_front);
    }
}

TEST_CASE("websocket: an endpoint that answers after eight seconds is waited for") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    bridge.delay(8s);
    Closed project(server, bridge);
    project.standard_history();
    const auto process = project.start();
    wait_until("the first connection", [&] { return bridge.connections() == 1; });
    bridge.delay(0s);
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK_FALSE(result.says("attempt"));
    check_standard_head(server);
}

TEST_CASE("websocket: an endpoint that comes up later is waited for") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    bridge.refuse_next(2, 502);
    Closed project(server, bridge);
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("answered HTTP 502"));
    check_standard_head(server);
}

TEST_CASE("websocket: SIGTERM cancels the statement that runs, and leaves nothing at the server") {
    GatedRun run;
    run.process->signal(SIGTERM);
    const Result result = result_of(*run.process);
    CAPTURE(result.output);
    CHECK(result.status == 143);
    CHECK(journal_of(run.server) == "0001:applied:1/1");
    CHECK(run.server.log().find("canceling statement due to user request") != std::string::npos);
    run.server.wait_until_true("SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'migrator'");
    run.gate->open();
    CHECK(run.project.run().status == 0);
    check_gated_head(run.server);
}

TEST_CASE("websocket: the server ends the connection with the lock") {
    GatedRun run;
    run.server.terminate_others("application_name ~ '^schemist:[^:]+$' AND state = 'idle in transaction'");
    run.gate->wait_for_step(run.step);
    run.gate->open();
    const Result result = result_of(*run.process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    check_gated_head(run.server);
}

TEST_CASE("websocket: kill -9 ends the session at the server, and the successor goes on") {
    GatedRun run;
    run.process->kill();
    run.server.wait_until_true(
        "SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'migrator' AND application_name ~ "
        "'^schemist:[^:]+$'");
    run.gate->open();
    CHECK(run.project.run().status == 0);
    check_gated_head(run.server);
}

TEST_CASE("websocket: fifty processes at once") {
    const OwnServer server;
    const WebSocketBridge bridge(server.port());
    Closed project(server, bridge);
    project.standard_history();
    std::vector<std::unique_ptr<Process>> all;
    for (int i = 0; i < 50; ++i) {
        all.push_back(project.start());
    }
    int workers = 0;
    for (const auto& one : all) {
        const Result result = result_of(*one, 180s);
        CAPTURE(result.output);
        CHECK(result.status == 0);
        workers += result.says("upgraded by") ? 1 : 0;
    }
    CHECK(workers == 1);
    check_standard_head(server);
}

TEST_CASE("websocket: the chatbot comes up, and its own queries go that way too") {
    const OwnServer server;
    WebSocketBridge bridge(server.port());
    const DeadPort dead;
    Chatbot chatbot({{"DATABASE_URL", url(server, dead.port(), bridge)},
                     {"SCHEMIST_WEBSOCKET_URL", bridge.url()},
                     {"CHAT_AUTH", "development"}});
    chatbot.wait_for("/ready", 200);
    CHECK(server.value("SELECT count(*) FROM pg_tables WHERE tablename IN ('conversations', 'messages')") ==
          "2");
    const HttpAnswer answer = chatbot.ask("GET", "/api/conversations?user_id=1");
    CAPTURE(answer.body);
    CHECK(answer.status == 200);
    CHECK(server.value("SELECT count(*) FROM pg_stat_activity WHERE usename = 'migrator'") != "0");
    const std::string output = chatbot.process().output();
    CAPTURE(output);
    CHECK(count(output, "from now on") == 1);
    chatbot.process().signal(SIGTERM);
    CHECK(chatbot.process().wait() == 0);
    server.wait_until_true("SELECT count(*) = 0 FROM pg_stat_activity WHERE usename = 'migrator'");
}
