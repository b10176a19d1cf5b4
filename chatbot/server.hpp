// HTTP: sockets and threads on one side, a function from a request to an answer on the other.
#pragma once

#include "answer.hpp"
#include "request.hpp"

#include <functional>
#include <memory>
#include <string>

namespace chat {

class Server {
  public:
    using Handler = std::function<Answer(const Request&)>;
    // Requests that are answered at once; others wait.
    static constexpr int threads = 64;

    // Binds; throws schemist::Error when the address cannot be had. Port 0 is any free one. The handler is
    // called by several threads at once.
    Server(const std::string& host, int port, Handler handler);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    int port() const;
    // Answers from now on, on threads of its own.
    void start();
    // Takes no new requests, and returns when those that run have been answered.
    void stop();

  private:
    class Listener;
    std::unique_ptr<Listener> listener_;
};

}  // namespace chat
