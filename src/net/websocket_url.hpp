#pragma once
// Where a WebSocket is: wss://host:port/path.

#include <string>
#include <string_view>

namespace schemist::net {

struct WebSocketUrl {
    std::string host;
    std::string port = "443";
    std::string target = "/";  // the path, and what stands behind '?'

    // As it was written. The part behind '?' may hold a secret and is left out.
    std::string text() const;
    // host, or host:port where the port is not that of HTTPS.
    std::string authority() const;
    bool operator==(const WebSocketUrl&) const = default;
};

// Throws Error (configuration). Without TLS there is none: passwords would be readable on the way.
WebSocketUrl parse_websocket_url(std::string_view text, const std::string& source);

}  // namespace schemist::net
