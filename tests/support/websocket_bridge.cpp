#include "support/websocket_bridge.hpp"

#include <schemist/error.hpp>

#include <array>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <fmt/format.h>

namespace schemist::test {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
namespace websocket = boost::beast::websocket;
using asio::ip::tcp;
using boost::system::error_code;

// An authority, and a certificate that it signed: ca.crt, server.crt, server.key.
void make_certificates(const std::filesystem::path& folder, const WebSocketBridge::Options& options) {
    using enum WebSocketBridge::Certificate;
    const auto openssl = [&](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"});
        run_command({std::move(arguments), folder, {}, false, {}, {}, {}});
    };
    const auto authority = [&](const std::string& name) {
        openssl({"-subj", "/CN=Test authority " + name, "-keyout", name + ".key", "-out", name + ".crt"});
    };
    authority("ca");
    std::string signer = "ca";
    if (options.certificate == of_other_authority) {
        signer = "other";
        authority(signer);
    }
    const std::string host = options.certificate == for_other_host ? "elsewhere.test" : options.host;
    openssl({"-subj", "/CN=" + host, "-addext", "subjectAltName=DNS:" + host, "-addext",
             "basicConstraints=critical,CA:FALSE", "-CA", signer + ".crt", "-CAkey", signer + ".key",
             "-keyout", "server.key", "-out", "server.crt"});
}

}  // namespace

struct WebSocketBridge::Shared {
    class Link;

    Shared(int server, const Options& with, const std::filesystem::path& folder)
        : options(with),
          server_port(server),
          tls(asio::ssl::context::tls_server),
          acceptor(context, {asio::ip::make_address(with.address), static_cast<unsigned short>(with.port)}) {
        tls.use_certificate_chain_file((folder / "server.crt").string());
        tls.use_private_key_file((folder / "server.key").string(), asio::ssl::context::pem);
        accept();
        thread = std::thread([this] { context.run(); });
    }
    ~Shared() {
        context.stop();
        thread.join();
    }

    void accept();
    void for_all(const std::function<void(Link&)>& act) {
        asio::post(context, [this, act] {
            for (const auto& weak : links) {
                if (const auto link = weak.lock()) {
                    act(*link);
                }
            }
        });
    }

    Options options;
    int server_port;
    asio::io_context context{1};
    asio::ssl::context tls;
    tcp::acceptor acceptor;
    std::thread thread;
    std::list<std::weak_ptr<Link>> links;

    std::mutex mutex;
    std::chrono::milliseconds delay{0};
    int refusals = 0;
    int refusal_status = 0;
    int accepted = 0;
    int opened = 0;
    std::string last_request;
};

class WebSocketBridge::Shared::Link : public std::enable_shared_from_this<WebSocketBridge::Shared::Link> {
    // Goes on when it went well; else that was all.
    template <typename Next>
    auto then(Next next) {
        return [self = shared_from_this(), next](error_code failed, std::size_t = 0) {
            failed ? self->cut() : next(*self);
        };
    }

  public:
    Link(Shared& shared, tcp::socket client)
        : shared_(shared),
          client_(std::move(client), shared.tls),
          server_(shared.context),
          timer_(shared.context) {}

    void begin(std::chrono::milliseconds wait) {
        timer_.expires_after(wait);
        timer_.async_wait(then([](Link& link) {
            link.client_.next_layer().async_handshake(
                asio::ssl::stream_base::server, link.then([](Link& secure) {
                    http::async_read(secure.client_.next_layer(), secure.buffer_, secure.request_,
                                     secure.then([](Link& asked) { asked.answer(); }));
                }));
        }));
    }

    void close(int code, const std::string& reason) {
        client_.async_close(websocket::close_reason(static_cast<websocket::close_code>(code), reason),
                            then([](Link& link) { link.cut(); }));
    }

    void freeze() { is_frozen_ = true; }

    void cut() {
        error_code ignored;
        beast::get_lowest_layer(client_).close();
        server_.close(ignored);
    }

  private:
    void answer() {
        int status = 0;
        {
            const std::lock_guard guard(shared_.mutex);
            shared_.last_request =
                fmt::format("{} {} of {}", std::string(request_.method_string()),
                            std::string(request_.target()), std::string(request_[http::field::host]));
            status = shared_.refusals > 0 ? shared_.refusal_status : 0;
            shared_.refusals -= status == 0 ? 0 : 1;
        }
        if (status != 0) {
            refusal_ = {static_cast<http::status>(status), 11};
            refusal_.body() = "no";
            refusal_.prepare_payload();
            http::async_write(client_.next_layer(), refusal_, then([](Link& link) { link.cut(); }));
            return;
        }
        client_.set_option(websocket::stream_base::timeout::suggested(beast::role_type::server));
        client_.binary(true);
        client_.read_message_max(0);
        client_.async_accept(
            request_, then([](Link& link) {
                link.server_.async_connect(
                    {asio::ip::address_v4::loopback(), static_cast<unsigned short>(link.shared_.server_port)},
                    link.then([](Link& both) { both.forward(); }));
            }));
    }

    void forward() {
        {
            const std::lock_guard guard(shared_.mutex);
            ++shared_.opened;
        }
        server_.set_option(tcp::no_delay(true));
        beast::get_lowest_layer(client_).socket().set_option(tcp::no_delay(true));
        read_client();
        read_server();
    }

    void read_client() {
        client_.async_read_some(asio::buffer(up_),
                                [self = shared_from_this()](error_code failed, std::size_t n) {
                                    if (failed) {
                                        return self->cut();
                                    }
                                    if (self->is_frozen_) {
                                        return;
                                    }
                                    asio::async_write(self->server_, asio::buffer(self->up_.data(), n),
                                                      self->then([](Link& link) { link.read_client(); }));
                                });
    }

    void read_server() {
        server_.async_read_some(
            asio::buffer(down_), [self = shared_from_this()](error_code failed, std::size_t n) {
                if (failed) {
                    return self->close(1000, "");
                }
                self->client_.async_write(asio::buffer(self->down_.data(), n),
                                          self->then([](Link& link) { link.read_server(); }));
            });
    }

    Shared& shared_;
    websocket::stream<beast::ssl_stream<beast::tcp_stream>> client_;
    tcp::socket server_;
    asio::steady_timer timer_;
    beast::flat_buffer buffer_;
    http::request<http::string_body> request_;
    http::response<http::string_body> refusal_;
    bool is_frozen_ = false;
    std::array<char, 65536> up_{};
    std::array<char, 65536> down_{};
};

void WebSocketBridge::Shared::accept() {
    acceptor.async_accept([this](error_code failed, tcp::socket client) {
        if (!failed) {
            std::chrono::milliseconds wait{0};
            {
                const std::lock_guard guard(mutex);
                ++accepted;
                wait = delay;
            }
            const auto link = std::make_shared<Link>(*this, std::move(client));
            links.remove_if([](const auto& weak) { return weak.expired(); });
            links.push_back(link);
            link->begin(wait);
        }
        accept();
    });
}

WebSocketBridge::WebSocketBridge(int server_port, const Options& options) {
    make_certificates(folder_.path(), options);
    shared_ = std::make_shared<Shared>(server_port, options, folder_.path());
}

WebSocketBridge::~WebSocketBridge() = default;

int WebSocketBridge::port() const {
    return shared_->acceptor.local_endpoint().port();
}

std::string WebSocketBridge::url() const {
    return fmt::format("wss://localhost:{}/v2", port());
}

std::filesystem::path WebSocketBridge::authority() const {
    return folder_.path() / "ca.crt";
}

int WebSocketBridge::connections() const {
    const std::lock_guard guard(shared_->mutex);
    return shared_->accepted;
}

int WebSocketBridge::websockets() const {
    const std::lock_guard guard(shared_->mutex);
    return shared_->opened;
}

std::string WebSocketBridge::last_request() const {
    const std::lock_guard guard(shared_->mutex);
    return shared_->last_request;
}

void WebSocketBridge::delay(std::chrono::milliseconds duration) {
    const std::lock_guard guard(shared_->mutex);
    shared_->delay = duration;
}

void WebSocketBridge::refuse_next(int times, int status) {
    const std::lock_guard guard(shared_->mutex);
    shared_->refusals = times;
    shared_->refusal_status = status;
}

void WebSocketBridge::close_all(int code, const std::string& reason) {
    shared_->for_all([=](Shared::Link& link) { link.close(code, reason); });
}

void WebSocketBridge::cut() {
    shared_->for_all([](Shared::Link& link) { link.cut(); });
}

void WebSocketBridge::freeze() {
    shared_->for_all([](Shared::Link& link) { link.freeze(); });
}

}  // namespace schemist::test
