#include "net/websocket_url.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using schemist::Error;
using schemist::net::parse_websocket_url;
using schemist::net::WebSocketUrl;

TEST_CASE("the parts of a WebSocket's URL") {
    CHECK(parse_websocket_url("wss://db.example.org/v2", "x") ==
          WebSocketUrl{"db.example.org", "443", "/v2"});
    CHECK(parse_websocket_url("wss://db.example.org", "x") == WebSocketUrl{"db.example.org", "443", "/"});
    CHECK(parse_websocket_url("wss://db.example.org:8443/v1?address=pg:5432", "x") ==
          WebSocketUrl{"db.example.org", "8443", "/v1?address=pg:5432"});
    CHECK(parse_websocket_url("wss://db.example.org?a=b", "x") ==
          WebSocketUrl{"db.example.org", "443", "/?a=b"});
    CHECK(parse_websocket_url("wss://[::1]:1/", "x") == WebSocketUrl{"::1", "1", "/"});
    CHECK(parse_websocket_url("wss://[::1]", "x").text() == "wss://[::1]/");
    CHECK(parse_websocket_url("wss://[::1]:8443/v2", "x").authority() == "[::1]:8443");
    CHECK(parse_websocket_url("wss://h:443/v2", "x").authority() == "h");
}

TEST_CASE("what is shown of it has no query, which may hold a secret") {
    CHECK(parse_websocket_url("wss://h:8443/v1?token=s3cr3t", "x").text() == "wss://h:8443/v1");
    CHECK(parse_websocket_url("wss://h:443/v2", "x").text() == "wss://h/v2");
}

TEST_CASE("what is no URL of a WebSocket, or one without TLS") {
    // OpenSSL would find no name in front of the zero byte, and verify none.
    constexpr std::string_view zero{"wss://\0h/", 9};
    for (const std::string_view text : std::initializer_list<std::string_view>{
             zero, "", "ws://h/v2", "https://h/v2", "h:443", "wss://", "wss:///v2", "wss://:443/",
             "wss://user:s3cr3t@h/", "wss://h:0/", "wss://h:65536/", "wss://h:x/", "wss://h:1:2/",
             "wss://[::1/", "wss://[::1]x/", "wss://h/a b", "wss://h/#a", "wss://h/\r\nX: y"}) {
        CAPTURE(text);
        try {
            parse_websocket_url(text, "SCHEMIST_WEBSOCKET_URL");
            FAIL("taken");
        } catch (const Error& error) {
            CHECK(error.exit_code() == schemist::ExitCode::configuration);
            CHECK(error.where() == "SCHEMIST_WEBSOCKET_URL");
            CHECK(std::string(error.what()).find("s3cr3t") == std::string::npos);
        }
    }
}
