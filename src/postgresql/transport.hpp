#pragma once
// How the bytes get to the server: directly over TCP, or inside of a WebSocket where only HTTPS gets out.

#include "net/websocket_url.hpp"
#include "postgresql/conninfo.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace schemist::postgresql {

enum class Transport {
    automatic,  // TCP; a WebSocket when nobody answers there and it is known where one is
    tcp,
    websocket,
};

struct Way {
    Transport transport = Transport::automatic;
    std::string websocket;  // wss://host/path; empty: /v2 of the same host, where that is one of Neon's
};

bool is_neon_host(std::string_view host);

// The WebSocket that may be used for these options, if there is one. Throws Error (configuration) when there must be.
std::optional<net::WebSocketUrl> websocket_for(const ConnectionOptions& options, const Way& way);

// What this process has found out about the host and port of the options, so that a port that nobody answers at costs
// its time once.
std::optional<net::WebSocketUrl> remembered_websocket(const ConnectionOptions& options);
// True when it is news.
bool remember_websocket(const ConnectionOptions& options, const net::WebSocketUrl& url);
void forget_websocket(const ConnectionOptions& options);

// The same connection through the abstract unix socket of a tunnel, which libpq finds by host and port. What is encrypted
// and whose certificate is verified is the WebSocket, so that nothing about it is left for libpq.
ConnectionOptions through_tunnel(ConnectionOptions options, const std::string& host);
std::string tunnel_socket_name(const std::string& host);

}  // namespace schemist::postgresql
