// The only file that includes Boost: its headers cost as much time as the rest of a module.

#include "net/tunnel.hpp"

#include "net/sockets.hpp"
#include "net/tls.hpp"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
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
using local = asio::local::stream_protocol;
using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// A host has several addresses so that one of them may be dead.
constexpr std::chrono::seconds patience_with_address{4};
// Whoever cancels a statement waits for it.
constexpr std::chrono::seconds patience_with_cancel{5};
constexpr std::chrono::seconds patience_with_close{2};
constexpr std::chrono::seconds patience_at_end{1};
// In times between pings.
constexpr int longest_silence = 3;
constexpr std::size_t buffer_size = 32768;

// Runs everything of all tunnels, so that nothing below needs a lock but what other threads see. It ends with the program,
// and before OpenSSL does; the tunnels of objects that live even longer find it stopped, but there.
class Network {
  public:
    static Network& get() {
        OPENSSL_init_ssl(0, nullptr);
        struct StopAtExit {
            ~StopAtExit() { network->stop(); }
            Network* network;
        };
        static Network* const network = new Network;
        static const StopAtExit stop_at_exit{network};
        return *network;
    }

    asio::io_context& context() { return context_; }
    bool runs() const { return !context_.stopped(); }

  private:
    Network() : work_(context_.get_executor()) {
        // Signals are for the threads of the program.
        sigset_t all;
        sigset_t before;
        sigfillset(&all);
        pthread_sigmask(SIG_SETMASK, &all, &before);
        thread_ = std::thread([this] { context_.run(); });
        pthread_sigmask(SIG_SETMASK, &before, nullptr);
    }

    void stop() {
        context_.stop();
        thread_.join();
    }

    asio::io_context context_{1};
    asio::executor_work_guard<asio::io_context::executor_type> work_;
    std::thread thread_;
};

}  // namespace

// What other threads and the connections of a tunnel share. It outlives the tunnel while a connection is being closed.
struct Tunnel::Ends : std::enable_shared_from_this<Tunnel::Ends> {
    class Connection;

    explicit Ends(const TunnelSettings& with)
        : settings(with),
          network(Network::get()),
          tls(new_tls_context(with.authorities)),
          acceptor(network.context()) {
        settings.stop = {};
        acceptor.open();
        close_on_exec(acceptor.native_handle());
        acceptor.bind(local::endpoint('\0' + with.local_name));
        acceptor.listen();
    }

    void accept();
    void open_first();
    void close();

    TunnelSettings settings;
    Network& network;
    asio::ssl::context tls;
    local::acceptor acceptor;
    std::weak_ptr<Connection> first;
    bool first_is_taken = false;

    mutable std::mutex mutex;
    std::condition_variable_any changed;
    bool first_is_open = false;
    std::string failure;          // of the first
    std::size_t undelivered = 0;  // connections with clients that may have written something
};

// One WebSocket, and the client's socket whose bytes go through it.
class Tunnel::Ends::Connection : public std::enable_shared_from_this<Tunnel::Ends::Connection> {
  public:
    Connection(std::shared_ptr<Ends> ends, bool is_first)
        : ends_(std::move(ends)),
          is_first_(is_first),
          remote_(ends_->network.context(), ends_->tls),
          client_(ends_->network.context()),
          timer_(ends_->network.context()),
          deadline_(Clock::now() +
                    (is_first ? ends_->settings.longest
                              : std::min<milliseconds>(ends_->settings.longest, patience_with_cancel))) {}

    ~Connection() { delivered(); }

    void open() { connect(0); }

    void take_client(local::socket client) {
        client_ = std::move(client);
        has_client_ = true;
        {
            const std::lock_guard guard(ends_->mutex);
            ++ends_->undelivered;
        }
        counted_ = true;
        if (over_) {
            fail({});
        } else if (is_open_) {
            forward();
        }
    }

    // Nobody will take it.
    void give_up() {
        if (!has_client_) {
            end();
        }
    }

  private:
    beast::tcp_stream& tcp_stream() { return beast::get_lowest_layer(remote_); }
    SSL* tls() { return remote_.next_layer().native_handle(); }

    void connect(std::size_t number) {
        const std::vector<std::string>& addresses = ends_->settings.addresses;
        error_code error;
        const asio::ip::address address = asio::ip::make_address(addresses[number], error);
        const Clock::time_point now = Clock::now();
        if (error) {
            return fail("no address: " + addresses[number]);
        }
        // The next address may be of another family, which a socket that is open cannot change to.
        tcp_stream().socket().close(error);
        const bool is_last = number + 1 == addresses.size();
        tcp_stream().expires_at(is_last ? deadline_ : std::min(deadline_, now + patience_with_address));
        const auto port = static_cast<std::uint16_t>(std::stoi(ends_->settings.url.port));
        tcp_stream().async_connect(tcp::endpoint(address, port),
                                   [self = shared_from_this(), number, is_last](error_code failed) {
                                       if (failed && (is_last || Clock::now() >= self->deadline_)) {
                                           self->fail_opening(failed);
                                       } else if (failed) {
                                           self->connect(number + 1);
                                       } else {
                                           self->begin_tls();
                                       }
                                   });
    }

    void begin_tls() {
        const int socket = tcp_stream().socket().native_handle();
        close_on_exec(socket);
        notice_a_dead_network(socket);
        expect_host(tls(), ends_->settings.url.host);
        tcp_stream().expires_at(deadline_);
        remote_.next_layer().async_handshake(
            asio::ssl::stream_base::client, [self = shared_from_this()](error_code failed) {
                if (!failed) {
                    return self->begin_websocket();
                }
                const std::string reason = verify_failure(self->tls());
                reason.empty() ? self->fail_opening(failed) : self->fail(reason);
            });
    }

    void begin_websocket() {
        const WebSocketUrl& url = ends_->settings.url;
        // This class has deadlines of its own.
        remote_.set_option({websocket::stream_base::none(), websocket::stream_base::none(), false});
        remote_.set_option(websocket::stream_base::decorator([](websocket::request_type& request) {
            request.set(beast::http::field::user_agent, "schemist");
        }));
        remote_.binary(true);
        remote_.auto_fragment(false);
        remote_.write_buffer_bytes(buffer_size / 2);
        remote_.read_message_max(0);
        remote_.control_callback([this](websocket::frame_type, beast::string_view) { silence_ = 0; });
        const std::string host = url.authority();
        remote_.async_handshake(response_, host, url.target, [self = shared_from_this()](error_code failed) {
            if (failed == websocket::error::upgrade_declined) {
                self->fail(fmt::format("answered HTTP {} {}", self->response_.result_int(),
                                       std::string(self->response_.reason())));
            } else if (failed) {
                self->fail_opening(failed);
            } else {
                self->opened();
            }
        });
    }

    void opened() {
        tcp_stream().expires_never();
        is_open_ = true;
        response_ = {};
        if (is_first_) {
            const std::lock_guard guard(ends_->mutex);
            ends_->first_is_open = true;
            ends_->changed.notify_all();
        }
        watch_silence();
        if (has_client_) {
            forward();
        }
    }

    void forward() {
        read_client();
        read_remote();
    }

    void read_client() {
        client_.async_read_some(asio::buffer(up_),
                                [self = shared_from_this()](error_code failed, std::size_t n) {
                                    if (failed) {
                                        self->client_ended();
                                    } else {
                                        self->write_remote(n);
                                    }
                                });
    }

    void write_remote(std::size_t size) {
        remote_.async_write(asio::buffer(up_.data(), size),
                            [self = shared_from_this()](error_code failed, std::size_t) {
                                failed ? self->fail_remote(failed) : self->read_client();
                            });
    }

    void read_remote() {
        is_reading_ = true;
        remote_.async_read_some(asio::buffer(down_),
                                [self = shared_from_this()](error_code failed, std::size_t n) {
                                    self->is_reading_ = false;
                                    self->silence_ = 0;
                                    if (failed) {
                                        self->fail_remote(failed);
                                    } else {
                                        self->write_client(n);
                                    }
                                });
    }

    // Nothing more is read until it is written, so that a slow client slows the server down.
    void write_client(std::size_t size) {
        asio::async_write(client_, asio::buffer(down_.data(), size),
                          [self = shared_from_this()](error_code failed, std::size_t) {
                              // What is left for a client that has gone is read for the sake of the closing frame.
                              if (!failed || self->is_closing_) {
                                  self->read_remote();
                              }
                          });
    }

    void client_ended() {
        delivered();
        if (over_ || is_closing_) {
            return;
        }
        is_closing_ = true;
        timer_.expires_after(patience_with_close);
        timer_.async_wait([self = shared_from_this()](error_code cancelled) {
            if (!cancelled) {
                self->end();
            }
        });
        remote_.async_close(websocket::close_code::normal,
                            [self = shared_from_this()](error_code) { self->end(); });
    }

    void watch_silence() {
        timer_.expires_after(ends_->settings.between_pings);
        timer_.async_wait([self = shared_from_this()](error_code cancelled) {
            if (cancelled || self->over_ || self->is_closing_) {
                return;
            }
            // While a slow client holds reading up, the server's answers are not seen.
            if (self->is_reading_ && ++self->silence_ >= longest_silence) {
                const milliseconds silence = self->ends_->settings.between_pings * self->silence_;
                return self->fail(fmt::format("nothing was heard for {} s",
                                              std::chrono::ceil<std::chrono::seconds>(silence).count()));
            }
            if (self->is_reading_ && !self->is_pinging_) {
                self->is_pinging_ = true;
                self->remote_.async_ping({}, [self](error_code) { self->is_pinging_ = false; });
            }
            self->watch_silence();
        });
    }

    void fail_opening(error_code failed) {
        const bool late = failed == beast::error::timeout || Clock::now() >= deadline_;
        fail(late ? fmt::format("no answer within {} s",
                                std::chrono::ceil<std::chrono::seconds>(ends_->settings.longest).count())
                  : failed.message());
    }

    void fail_remote(error_code failed) {
        if (failed == websocket::error::closed) {
            const websocket::close_reason& reason = remote_.reason();
            const bool as_usual =
                reason.code == websocket::close_code::normal || reason.code == websocket::close_code::none;
            fail(as_usual ? std::string{}
                          : fmt::format("the other end closed it with {} {}", static_cast<int>(reason.code),
                                        std::string(reason.reason.data(), reason.reason.size())));
        } else {
            fail(failed == asio::ssl::error::stream_truncated || failed == asio::error::eof
                     ? "it was cut without a closing frame"
                     : failed.message());
        }
    }

    void fail(const std::string& reason) {
        if (is_first_ && !is_closing_ && !over_) {
            const std::lock_guard guard(ends_->mutex);
            ends_->failure = reason.empty() ? "the other end closed it" : reason;
            ends_->changed.notify_all();
        }
        end();
    }

    void end() {
        over_ = true;
        error_code ignored;
        timer_.cancel();
        client_.close(ignored);
        tcp_stream().close();
        delivered();
    }

    void delivered() {
        if (std::exchange(counted_, false)) {
            const std::lock_guard guard(ends_->mutex);
            --ends_->undelivered;
            ends_->changed.notify_all();
        }
    }

    std::shared_ptr<Ends> ends_;
    bool is_first_;
    websocket::stream<beast::ssl_stream<beast::tcp_stream>> remote_;
    local::socket client_;
    asio::steady_timer timer_;
    Clock::time_point deadline_;
    websocket::response_type response_;
    std::array<char, buffer_size> up_;
    std::array<char, buffer_size> down_;
    int silence_ = 0;  // in times between pings
    bool is_open_ = false;
    bool has_client_ = false;
    bool is_reading_ = false;
    bool is_pinging_ = false;
    bool is_closing_ = false;
    bool over_ = false;
    bool counted_ = false;  // among the undelivered
};

void Tunnel::Ends::open_first() {
    const auto connection = std::make_shared<Connection>(shared_from_this(), true);
    first = connection;
    connection->open();
}

void Tunnel::Ends::accept() {
    acceptor.async_accept([self = shared_from_this()](error_code failed, local::socket client) {
        if (failed == asio::error::operation_aborted) {
            return;
        }
        if (!failed && is_of_this_process(client.native_handle())) {
            close_on_exec(client.native_handle());
            std::shared_ptr<Connection> connection = self->first.lock();
            if (self->first_is_taken || !connection) {
                // Another one, to cancel what the first one does.
                connection = std::make_shared<Connection>(self, false);
                connection->open();
            }
            self->first_is_taken = true;
            connection->take_client(std::move(client));
        }
        self->accept();
    });
}

void Tunnel::Ends::close() {
    asio::post(network.context(), [ends = shared_from_this()] {
        error_code ignored;
        ends->acceptor.close(ignored);
        if (const auto unused = ends->first.lock()) {
            unused->give_up();
        }
    });
}

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
        ends->open_first();
    });
    std::unique_lock guard(ends_->mutex);
    ends_->changed.wait_for(guard, settings.stop, settings.longest + patience_at_end,
                            [&] { return ends_->first_is_open || !ends_->failure.empty(); });
    if (!ends_->first_is_open) {
        const std::string reason = ends_->failure.empty() ? "no answer" : ends_->failure;
        guard.unlock();
        ends_->close();
        throw TunnelFailure(reason);
    }
}

Tunnel::~Tunnel() {
    ends_->close();
    std::unique_lock guard(ends_->mutex);
    if (ends_->network.runs()) {
        ends_->changed.wait_for(guard, patience_at_end, [&] { return ends_->undelivered == 0; });
    }
}

std::string Tunnel::failure() const {
    const std::lock_guard guard(ends_->mutex);
    return ends_->failure;
}

}  // namespace schemist::net
