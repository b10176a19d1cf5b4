#include "net/tunnel.hpp"

#include "net/network.hpp"
#include "net/sockets.hpp"
#include "net/tls.hpp"
#include "net/tunnel_connection.hpp"
#include "net/tunnel_state.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <fmt/format.h>

namespace schemist::net {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using local = asio::local::stream_protocol;

// Whoever cancels a statement waits for it.
constexpr std::chrono::milliseconds patience_with_cancel{5000};
constexpr std::chrono::milliseconds patience_at_end{1000};
constexpr std::chrono::milliseconds pause_without_descriptors{100};

}  // namespace

// It outlives the tunnel while a connection is being closed.
struct Tunnel::Ends : std::enable_shared_from_this<Tunnel::Ends> {
    explicit Ends(const TunnelSettings& settings)
        : target{settings.url, settings.addresses, settings.longest, settings.between_pings},
          network(Network::get()),
          tls(new_tls_context(settings.authorities)),
          acceptor(network.context()) {
        acceptor.open();
        close_on_exec(acceptor.native_handle());
        acceptor.bind(local::endpoint('\0' + settings.local_name));
        acceptor.listen();
    }

    std::shared_ptr<TunnelConnection> open(bool is_first) {
        WebSocketSettings settings = target;
        if (!is_first) {
            settings.longest = std::min(settings.longest, patience_with_cancel);
        }
        auto connection =
            std::make_shared<TunnelConnection>(settings, network.context(), tls, state, is_first);
        connection->open();
        return connection;
    }

    void accept() {
        acceptor.async_accept([self = shared_from_this()](error_code failed, local::socket client) {
            if (failed == asio::error::operation_aborted || !self->acceptor.is_open()) {
                return;
            }
            if (failed) {
                self->accept_later();
                return;
            }
            if (is_of_this_process(client.native_handle())) {
                close_on_exec(client.native_handle());
                self->take(std::move(client));
            }
            self->accept();
        });
    }

    // Mostly there is no free file descriptor, and until one is, each attempt fails at once.
    void accept_later() {
        pause.expires_after(pause_without_descriptors);
        pause.async_wait([self = shared_from_this()](error_code cancelled) {
            if (!cancelled) {
                self->accept();
            }
        });
    }

    void take(local::socket client) {
        std::shared_ptr<TunnelConnection> connection = std::exchange(first, nullptr);
        if (!connection) {
            // To cancel what the first one does.
            connection = open(false);
        }
        connection->take_client(std::move(client));
    }

    void close() {
        asio::post(network.context(), [ends = shared_from_this()] {
            error_code ignored;
            ends->acceptor.close(ignored);
            ends->pause.cancel();
            if (const auto unused = std::exchange(ends->first, nullptr)) {
                unused->end();
            }
        });
    }

    WebSocketSettings target;
    Network& network;
    asio::ssl::context tls;
    local::acceptor acceptor;
    asio::steady_timer pause{network.context()};
    std::shared_ptr<TunnelState> state = std::make_shared<TunnelState>();
    std::shared_ptr<TunnelConnection> first;  // until it has a client
};

Tunnel::Tunnel(const TunnelSettings& settings) {
    if (settings.addresses.empty()) {
        throw TunnelFailure("its host has no address");
    }
    try {
        ends_ = std::make_shared<Ends>(settings);
    } catch (const boost::system::system_error& error) {
        throw TunnelFailure(fmt::format("the tunnel cannot be made: {}", error.code().message()));
    }
    asio::post(ends_->network.context(), [ends = ends_] {
        ends->accept();
        ends->first = ends->open(true);
    });
    if (!ends_->state->wait_for_first(settings.longest + patience_at_end, settings.stop)) {
        ends_->close();
        const std::string reason = ends_->state->failure();
        throw TunnelFailure(reason.empty() ? "no answer" : reason);
    }
}

Tunnel::~Tunnel() {
    ends_->close();
    if (ends_->network.runs()) {
        ends_->state->wait_for_clients(patience_at_end);
    }
}

std::string Tunnel::failure() const {
    return ends_->state->failure();
}

}  // namespace schemist::net
