#include "net/tunnel_connection.hpp"

#include <utility>

#include <boost/asio/write.hpp>

namespace schemist::net {

namespace asio = boost::asio;
using boost::system::error_code;

TunnelConnection::TunnelConnection(const WebSocketSettings& settings, asio::io_context& context,
                                   asio::ssl::context& tls, std::shared_ptr<TunnelState> state, bool is_first)
    : state_(std::move(state)),
      remote_(std::make_shared<WebSocket>(settings, context, tls)),
      client_(context),
      is_first_(is_first) {}

TunnelConnection::~TunnelConnection() {
    delivered();
}

void TunnelConnection::open() {
    remote_->open([self = shared_from_this()](const WebSocket::Failure& failure) {
        if (failure) {
            return self->fail(*failure);
        }
        self->is_open_ = true;
        if (self->is_first_) {
            self->state_->first_opened();
        }
        if (self->has_client_) {
            self->forward();
        }
    });
}

void TunnelConnection::take_client(Client client) {
    client_ = std::move(client);
    has_client_ = true;
    state_->client_came();
    counted_ = true;
    if (over_) {
        end();
    } else if (is_open_) {
        forward();
    }
}

void TunnelConnection::forward() {
    read_client();
    read_remote();
}

void TunnelConnection::read_client() {
    client_.async_read_some(asio::buffer(up_),
                            [self = shared_from_this()](error_code failed, std::size_t size) {
                                failed ? self->client_ended() : self->write_remote(size);
                            });
}

void TunnelConnection::write_remote(std::size_t size) {
    remote_->write({up_.data(), size}, [self = shared_from_this()](const WebSocket::Failure& failure) {
        failure ? self->fail(*failure) : self->read_client();
    });
}

void TunnelConnection::read_remote() {
    remote_->read_some(down_,
                       [self = shared_from_this()](const WebSocket::Failure& failure, std::size_t size) {
                           failure ? self->fail(*failure) : self->write_client(size);
                       });
}

// Nothing more is read until it is written, so that a slow client slows the server down.
void TunnelConnection::write_client(std::size_t size) {
    asio::async_write(client_, asio::buffer(down_.data(), size),
                      [self = shared_from_this()](error_code failed, std::size_t) {
                          // What is left for a client that has gone is read for the sake of the closing frame.
                          if (!failed || self->is_closing_) {
                              self->read_remote();
                          }
                      });
}

void TunnelConnection::client_ended() {
    delivered();
    if (over_ || is_closing_) {
        return;
    }
    is_closing_ = true;
    remote_->close([self = shared_from_this()] { self->end(); });
}

void TunnelConnection::fail(const std::string& reason) {
    if (is_first_ && !is_closing_ && !over_) {
        state_->first_failed(reason.empty() ? "the other end closed it" : reason);
    }
    end();
}

void TunnelConnection::end() {
    over_ = true;
    error_code ignored;
    client_.close(ignored);
    remote_->cut();
    delivered();
}

void TunnelConnection::delivered() {
    if (std::exchange(counted_, false)) {
        state_->client_went();
    }
}

}  // namespace schemist::net
