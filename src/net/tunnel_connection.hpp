#pragma once
// One connection of a tunnel: a WebSocket, and the client's socket whose bytes go through it.

#include "net/tunnel_state.hpp"
#include "net/websocket.hpp"

#include <array>
#include <memory>
#include <string>

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>

namespace schemist::net {

class TunnelConnection : public std::enable_shared_from_this<TunnelConnection> {
  public:
    using Client = boost::asio::local::stream_protocol::socket;

    // The first one of a tunnel is opened before there is a client, and reports how it goes.
    TunnelConnection(const WebSocketSettings& settings, boost::asio::io_context& context,
                     boost::asio::ssl::context& tls, std::shared_ptr<TunnelState> state, bool is_first);
    TunnelConnection(const TunnelConnection&) = delete;
    TunnelConnection& operator=(const TunnelConnection&) = delete;
    ~TunnelConnection();

    void open();
    void take_client(Client client);
    void end();

  private:
    void forward();
    void read_client();
    void write_remote(std::size_t size);
    void read_remote();
    void write_client(std::size_t size);
    void client_ended();
    void fail(const std::string& reason);
    void delivered();

    std::shared_ptr<TunnelState> state_;
    std::shared_ptr<WebSocket> remote_;
    Client client_;
    std::array<char, 32768> up_;
    std::array<char, 32768> down_;
    bool is_first_;
    bool is_open_ = false;
    bool has_client_ = false;
    bool is_closing_ = false;
    bool over_ = false;
    bool counted_ = false;  // among the clients of the state
};

}  // namespace schemist::net
