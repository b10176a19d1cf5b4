#pragma once
// A WebSocket endpoint in front of a PostgreSQL server, as Neon has one: TLS with a certificate of a test authority
// outside, the server's own protocol inside.

#include "support/process.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace schemist::test {

class WebSocketBridge {
  public:
    enum class Certificate { right, of_other_authority, for_other_host };
    struct Options {
        std::string address = "127.0.0.1";
        int port = 0;                    // any that is free
        std::string host = "localhost";  // that the certificate is for
        Certificate certificate = Certificate::right;
    };

    explicit WebSocketBridge(int server_port) : WebSocketBridge(server_port, Options{}) {}
    WebSocketBridge(int server_port, const Options& options);
    WebSocketBridge(const WebSocketBridge&) = delete;
    WebSocketBridge& operator=(const WebSocketBridge&) = delete;
    ~WebSocketBridge();

    int port() const;
    std::string url() const;  // wss://localhost:PORT/v2
    std::filesystem::path authority() const;

    // That were accepted, and whose WebSocket was opened.
    int connections() const;
    int websockets() const;
    // "GET /v2 of localhost:1234", of the last one that asked for a WebSocket.
    std::string last_request() const;

    // Nothing is said to a new connection until it is so old.
    void delay(std::chrono::milliseconds duration);
    // The next that ask for a WebSocket get this answer.
    void refuse_next(int times, int status);
    // Ends every connection: with a closing frame, or without a word.
    void close_all(int code, const std::string& reason);
    void cut();
    // Reads nothing more of what clients say, pings neither, and lets them wait.
    void freeze();

  private:
    struct Shared;
    OwnFolder folder_;
    std::shared_ptr<Shared> shared_;
};

}  // namespace schemist::test
