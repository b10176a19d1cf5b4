#pragma once
// A client's WebSocket over TLS.

#include "net/websocket_url.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

namespace schemist::net {

struct WebSocketSettings {
    WebSocketUrl url;
    std::vector<std::string> addresses;  // of its host, in the order in which they are tried
    std::chrono::milliseconds longest;   // until it is open
    // A silent server is asked so often whether it is there, and given up after three times of that.
    std::chrono::milliseconds between_pings;
};

// Belongs to the thread that runs the context; what it is given to call is called there, once. Beast, whose headers take
// longer to compile than the rest of a module, is hidden behind it.
class WebSocket : public std::enable_shared_from_this<WebSocket> {
  public:
    // Why something failed, for people: empty when the other end closed the WebSocket as it should. None: it went well.
    using Failure = std::optional<std::string>;
    using Done = std::function<void(const Failure&)>;
    using Read = std::function<void(const Failure&, std::size_t)>;

    WebSocket(WebSocketSettings settings, boost::asio::io_context& context, boost::asio::ssl::context& tls);
    WebSocket(const WebSocket&) = delete;
    WebSocket& operator=(const WebSocket&) = delete;
    ~WebSocket();

    void open(Done done);
    void read_some(std::span<char> into, Read done);
    void write(std::span<const char> bytes, Done done);
    // Waits a moment for the closing frame of the other end, for which one read may still go on.
    void close(std::function<void()> done);
    // What goes on fails, the opening too.
    void cut();

  private:
    struct Stream;

    void connect(std::size_t number);
    void begin_tls();
    void begin_handshake();
    void opened();
    void fail_opening(const std::string& reason);
    void watch_silence();

    WebSocketSettings settings_;
    std::chrono::steady_clock::time_point deadline_;
    boost::asio::steady_timer timer_;
    std::unique_ptr<Stream> stream_;
    Done on_open_;
    int silence_ = 0;  // in times between pings
    bool is_reading_ = false;
    bool is_pinging_ = false;
    bool is_closing_ = false;
    bool is_cut_ = false;
};

}  // namespace schemist::net
