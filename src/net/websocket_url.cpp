#include "net/websocket_url.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::net {

namespace {

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           text.find_first_not_of("0123456789") == std::string_view::npos &&
           std::stoi(std::string(text)) > 0 && std::stoi(std::string(text)) <= 65535;
}

}  // namespace

std::string WebSocketUrl::text() const {
    return fmt::format("wss://{}{}", authority(), target.substr(0, target.find('?')));
}

std::string WebSocketUrl::authority() const {
    const bool is_ipv6 = host.find(':') != std::string::npos;
    return fmt::format("{}{}", is_ipv6 ? "[" + host + "]" : host, port == "443" ? "" : ":" + port);
}

WebSocketUrl parse_websocket_url(std::string_view text, const std::string& source) {
    const auto wrong = [&](std::string_view why) {
        return Error(fmt::format("the URL of the WebSocket is not understood: {}", why))
            .at(source)
            .hint("write it as wss://host/path, or wss://host:port/path")
            .exit_code(ExitCode::configuration);
    };
    constexpr std::string_view scheme = "wss://";
    if (!text.starts_with(scheme)) {
        throw wrong("it does not begin with wss://");
    }
    if (std::any_of(text.begin(), text.end(),
                    [](unsigned char byte) { return byte <= ' ' || byte == '#'; })) {
        throw wrong("it has a blank, a control character or a '#'");
    }
    text.remove_prefix(scheme.size());
    const std::size_t end = text.find_first_of("/?");
    std::string_view authority = text.substr(0, end);
    if (authority.find('@') != std::string_view::npos) {
        throw wrong("user and password belong into the database URL");
    }
    WebSocketUrl url;
    if (end != std::string_view::npos) {
        url.target = (text[end] == '?' ? "/" : "") + std::string(text.substr(end));
    }
    if (authority.starts_with('[')) {
        const std::size_t bracket = authority.find(']');
        if (bracket == std::string_view::npos) {
            throw wrong("a '[' has no ']'");
        }
        url.host = authority.substr(1, bracket - 1);
        authority.remove_prefix(bracket + 1);
    } else {
        url.host = authority.substr(0, authority.find(':'));
        authority.remove_prefix(url.host.size());
    }
    if (url.host.empty()) {
        throw wrong("it has no host");
    }
    if (!authority.empty()) {
        if (authority.front() != ':' || !is_port(authority.substr(1))) {
            throw wrong("its port is not a number from 1 to 65535");
        }
        url.port = authority.substr(1);
    }
    return url;
}

}  // namespace schemist::net
