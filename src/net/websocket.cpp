// The only file that includes Beast.

#include "net/websocket.hpp"

#include "net/sockets.hpp"
#include "net/tls.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>

namespace schemist::net {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;
using std::chrono::ceil;
using std::chrono::seconds;

// A host has several addresses so that one of them may be dead.
constexpr seconds patience_with_address{4};
constexpr seconds patience_with_close{2};
// In times between pings.
constexpr int longest_silence = 3;
constexpr std::size_t write_buffer_size = 16384;

std::string closing_text(const websocket::close_reason& reason) {
    const bool as_usual =
        reason.code == websocket::close_code::normal || reason.code == websocket::close_code::none;
    return as_usual ? std::string{}
                    : fmt::format("the other end closed it with {} {}", static_cast<int>(reason.code),
                                  std::string(reason.reason.data(), reason.reason.size()));
}

}  // namespace

struct WebSocket::Stream {
    Stream(asio::io_context& context, asio::ssl::context& tls_context) : websocket(context, tls_context) {}

    beast::tcp_stream& tcp() { return beast::get_lowest_layer(websocket); }
    SSL* tls() { return websocket.next_layer().native_handle(); }

    Failure failure(error_code failed) const {
        if (!failed) {
            return std::nullopt;
        }
        if (!given_up_because.empty()) {
            return given_up_because;
        }
        if (failed == websocket::error::closed) {
            return closing_text(websocket.reason());
        }
        return failed == asio::ssl::error::stream_truncated || failed == asio::error::eof
                   ? "it was cut without a closing frame"
                   : failed.message();
    }

    websocket::stream<beast::ssl_stream<beast::tcp_stream>> websocket;
    websocket::response_type response;
    std::string given_up_because;
};

WebSocket::WebSocket(WebSocketSettings settings, asio::io_context& context, asio::ssl::context& tls)
    : settings_(std::move(settings)),
      deadline_(Clock::now() + settings_.longest),
      timer_(context),
      stream_(std::make_unique<Stream>(context, tls)) {}

WebSocket::~WebSocket() = default;

void WebSocket::open(Done done) {
    on_open_ = std::move(done);
    connect(0);
}

void WebSocket::connect(std::size_t number) {
    error_code error;
    const asio::ip::address address = asio::ip::make_address(settings_.addresses[number], error);
    if (error) {
        return fail_opening("no address: " + settings_.addresses[number]);
    }
    // The next address may be of another family, which a socket that is open cannot change to.
    stream_->tcp().socket().close(error);
    const bool is_last = number + 1 == settings_.addresses.size();
    stream_->tcp().expires_at(is_last ? deadline_
                                      : std::min(deadline_, Clock::now() + patience_with_address));
    const auto port = static_cast<std::uint16_t>(std::stoi(settings_.url.port));
    stream_->tcp().async_connect(
        tcp::endpoint(address, port), [self = shared_from_this(), number, is_last](error_code failed) {
            const bool over = is_last || self->is_cut_ || Clock::now() >= self->deadline_;
            if (failed && over) {
                self->fail_opening(failed.message());
            } else if (failed) {
                self->connect(number + 1);
            } else {
                self->begin_tls();
            }
        });
}

void WebSocket::begin_tls() {
    const int socket = stream_->tcp().socket().native_handle();
    close_on_exec(socket);
    notice_a_dead_network(socket);
    if (!expect_host(stream_->tls(), settings_.url.host)) {
        return fail_opening("the host cannot be looked for in a certificate");
    }
    stream_->tcp().expires_at(deadline_);
    stream_->websocket.next_layer().async_handshake(
        asio::ssl::stream_base::client, [self = shared_from_this()](error_code failed) {
            if (!failed) {
                return self->begin_handshake();
            }
            const std::string reason = verify_failure(self->stream_->tls());
            self->fail_opening(reason.empty() ? failed.message() : reason);
        });
}

void WebSocket::begin_handshake() {
    auto& websocket = stream_->websocket;
    // This class has deadlines of its own.
    websocket.set_option({websocket::stream_base::none(), websocket::stream_base::none(), false});
    websocket.set_option(websocket::stream_base::decorator(
        [](websocket::request_type& request) { request.set(beast::http::field::user_agent, "schemist"); }));
    websocket.binary(true);
    websocket.auto_fragment(false);
    websocket.write_buffer_bytes(write_buffer_size);
    websocket.read_message_max(0);
    websocket.control_callback([this](websocket::frame_type, beast::string_view) { silence_ = 0; });
    const std::string host = settings_.url.authority();
    websocket.async_handshake(
        stream_->response, host, settings_.url.target, [self = shared_from_this()](error_code failed) {
            const websocket::response_type& response = self->stream_->response;
            if (failed == websocket::error::upgrade_declined) {
                self->fail_opening(fmt::format("answered HTTP {} {}", response.result_int(),
                                               std::string(response.reason())));
            } else if (failed) {
                self->fail_opening(failed.message());
            } else {
                self->opened();
            }
        });
}

void WebSocket::opened() {
    if (is_cut_) {
        return fail_opening(error_code(asio::error::operation_aborted).message());
    }
    stream_->tcp().expires_never();
    stream_->response = {};
    watch_silence();
    std::exchange(on_open_, nullptr)(std::nullopt);
}

void WebSocket::fail_opening(const std::string& reason) {
    const Done done = std::exchange(on_open_, nullptr);
    done(Clock::now() < deadline_
             ? reason
             : fmt::format("no answer within {} s", ceil<seconds>(settings_.longest).count()));
}

void WebSocket::read_some(std::span<char> into, Read done) {
    is_reading_ = true;
    stream_->websocket.async_read_some(
        asio::buffer(into.data(), into.size()),
        [self = shared_from_this(), done = std::move(done)](error_code failed, std::size_t size) {
            self->is_reading_ = false;
            self->silence_ = 0;
            done(self->stream_->failure(failed), size);
        });
}

void WebSocket::write(std::span<const char> bytes, Done done) {
    stream_->websocket.async_write(
        asio::buffer(bytes.data(), bytes.size()),
        [self = shared_from_this(), done = std::move(done)](error_code failed, std::size_t) {
            done(self->stream_->failure(failed));
        });
}

void WebSocket::close(std::function<void()> done) {
    is_closing_ = true;
    timer_.expires_after(patience_with_close);
    timer_.async_wait([self = shared_from_this()](error_code cancelled) {
        if (!cancelled) {
            self->cut();
        }
    });
    stream_->websocket.async_close(
        websocket::close_code::normal,
        [self = shared_from_this(), done = std::move(done)](error_code) { done(); });
}

void WebSocket::cut() {
    is_cut_ = true;
    timer_.cancel();
    stream_->tcp().close();
}

void WebSocket::watch_silence() {
    timer_.expires_after(settings_.between_pings);
    timer_.async_wait([self = shared_from_this()](error_code cancelled) {
        if (cancelled || self->is_closing_) {
            return;
        }
        // While a slow client holds reading up, the server's answers are not seen.
        if (self->is_reading_ && ++self->silence_ >= longest_silence) {
            const auto silence = ceil<seconds>(self->settings_.between_pings * self->silence_);
            self->stream_->given_up_because = fmt::format("nothing was heard for {} s", silence.count());
            return self->cut();
        }
        if (self->is_reading_ && !self->is_pinging_) {
            self->is_pinging_ = true;
            self->stream_->websocket.async_ping({}, [self](error_code) { self->is_pinging_ = false; });
        }
        self->watch_silence();
    });
}

}  // namespace schemist::net
