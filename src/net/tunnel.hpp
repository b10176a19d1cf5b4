#pragma once
// A way to a server that only takes WebSockets, for a client that only takes sockets.

#include "net/websocket_url.hpp"

#include <chrono>
#include <memory>
#include <stdexcept>
#include <stop_token>
#include <string>
#include <vector>

namespace schemist::net {

struct TunnelSettings {
    WebSocketUrl url;
    std::vector<std::string> addresses;  // of its host, in the order in which they are tried
    std::string authorities;             // a file with the certificates that are trusted; empty: the system's
    std::string local_name;              // of the abstract unix socket that the client connects to
    std::chrono::milliseconds longest = std::chrono::seconds(20);  // until it is open
    std::stop_token stop = {};
    // A silent server is asked so often whether it is there, and given up after three times of that.
    std::chrono::milliseconds between_pings = std::chrono::seconds(10);
};

// What went wrong on the way to the WebSocket, for people.
class TunnelFailure : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// Listens on an abstract unix socket, which has no file that could be left behind, and forwards what comes from this
// process, and from no other, over a WebSocket of its own for each connection. TLS is not an option: the server's
// certificate is always verified, with its name. All tunnels of a process share one thread, which the first one starts.
class Tunnel {
  public:
    // With its first WebSocket open. Throws TunnelFailure, also when it was to stop.
    explicit Tunnel(const TunnelSettings& settings);
    Tunnel(const Tunnel&) = delete;
    Tunnel& operator=(const Tunnel&) = delete;
    // What the client has written goes out before, if the network takes it within a second.
    ~Tunnel();

    // Why the first WebSocket ended before its client did; empty when it did not.
    std::string failure() const;

  private:
    struct Ends;
    std::shared_ptr<Ends> ends_;
};

}  // namespace schemist::net
