// HTTP: sockets and threads on one side, a function from a request to an answer on the other.
#pragma once

#include "answer.hpp"
#include "request.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace chat {

class Server {
  public:
    using Handler = std::function<Answer(Request)>;

    // Binds; throws schemist::Error when the address cannot be had. Port 0 is any free one. The handler is
    // called by at most so many threads at once; other requests wait.
    Server(const std::string& host, int port, std::size_t threads, Handler handler);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    int port() const;
    // Answers from now on, on threads of its own.
    void start();
    // Takes no new requests, and returns when those that run have been answered: true; or when the time is over, and they
    // still run: false.
    bool stop(std::chrono::milliseconds limit);

  private:
    class Listener;
    std::unique_ptr<Listener> listener_;
};

}  // namespace chat
