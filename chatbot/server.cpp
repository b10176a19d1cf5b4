#include "server.hpp"

#include "threads.hpp"
#include "token.hpp"

#include <schemist/error.hpp>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <httplib.h>

namespace chat {

namespace {

constexpr int waiting_connections = 512;
constexpr std::size_t discarded_at_most = 4 * 1024 * 1024;
// Less goes into one packet anyway.
constexpr std::size_t worth_compressing = 1400;

// What httplib refuses by itself, it refuses without a body.
Problem refused(int status) {
    switch (status) {
        case 413:
            return {413, "body", fmt::format("the body is larger than {} bytes", largest_body)};
        case 414:
            return {414, "", "the path is too long"};
        case 404:
            return {404, "", "there is nothing under this path"};
        default:
            return {status, "", status < 500 ? "the request is malformed" : "the request failed"};
    }
}

// The body, however it was encoded. Somewhat more is read than is kept, since a client that is still sending
// when the connection closes would not see the answer.
Result<std::string> read_body(const httplib::Request& request, const httplib::Response& response,
                              const httplib::ContentReader& reader) {
    // httplib would wait for the end of the connection.
    if (!request.has_header("Content-Length") && !request.has_header("Transfer-Encoding")) {
        return std::string();
    }
    std::string body;
    std::size_t size = 0;
    const auto receive = [&](const char* data, std::size_t length) {
        size += length;
        if (size <= largest_body) {
            body.append(data, length);
        }
        return size <= discarded_at_most;
    };
    if (request.is_multipart_form_data()) {
        reader([](const httplib::MultipartFormData&) { return true; }, receive);
        return Problem{400, "body", "a JSON object is expected, not a form"};
    }
    const bool complete = reader(receive);
    if (size > largest_body || response.status == 413) {
        return refused(413);
    }
    return complete ? Result<std::string>(std::move(body)) : Problem{400, "body", "the body cannot be read"};
}

void write(const Answer& answer, httplib::Response& response) {
    response.status = answer.status;
    for (const auto& [name, value] : answer.headers) {
        response.set_header(name, value);
    }
    if (!answer.stream) {
        response.set_content(answer.body, answer.content_type);
        return;
    }
    response.set_chunked_content_provider(
        answer.content_type, [stream = answer.stream](std::size_t, httplib::DataSink& sink) {
            stream([&sink](std::string_view text) {
                return sink.is_writable() && sink.write(text.data(), text.size());
            });
            sink.done();
            return true;
        });
}

// httplib would use brotli where the client takes it, whatever the size, at the level that is meant for files which are
// compressed once: a second for a few hundred kilobytes. What it asks is the header, in a request of its own that is not
// constant.
void choose_compression(const httplib::Request& request, std::size_t size) {
    constexpr const char* name = "Accept-Encoding";
    const bool gzip =
        size >= worth_compressing && request.get_header_value(name).find("gzip") != std::string::npos;
    auto& headers = const_cast<httplib::Headers&>(request.headers);
    headers.erase(name);
    if (gzip) {
        headers.emplace(name, "gzip");
    }
}

Request from(const httplib::Request& request, std::string body) {
    Request result{request.method, request.path, request.params, std::move(body)};
    for (const auto& [name, value] : request.headers) {
        result.headers.emplace(name, value);
    }
    result.client = request.remote_addr;
    return result;
}

// httplib's own threads are all there from the beginning, and stay.
class RequestThreads : public httplib::TaskQueue {
  public:
    explicit RequestThreads(std::size_t most) : threads_(fewest, most) {}
    void enqueue(std::function<void()> job) override { threads_.run(std::move(job)); }
    void shutdown() override { threads_.finish(); }

  private:
    static constexpr std::size_t fewest = 4;
    Threads threads_;
};

schemist::Error cannot_listen(const std::string& host, int port, int reason) {
    schemist::Error error(fmt::format("cannot listen on {}:{}: {}", host, port,
                                      reason == 0 ? "the address is not known here" : std::strerror(reason)));
    error.exit_code(schemist::ExitCode::configuration);
    if (reason == EADDRINUSE) {
        return error.hint(
            fmt::format("another program has the port: end it, or set PORT to a free one, for example "
                        "PORT={} (PORT=0 takes any)",
                        port + 1));
    }
    return error.hint(
        "set HOST to an address of this computer (0.0.0.0 is all of them), and PORT to a port above 1023");
}

}  // namespace

class Server::Listener : public httplib::Server {
  public:
    Listener(std::size_t threads, chat::Server::Handler handler) : handler_(std::move(handler)) {
        const auto respond = [this](const httplib::Request& request, Request received,
                                    httplib::Response& response) {
            const Answer given = handler_(std::move(received));
            choose_compression(request, given.body.size());
            write(given, response);
        };
        const auto without_body = [respond](const httplib::Request& request, httplib::Response& response) {
            respond(request, from(request, ""), response);
        };
        const auto with_body = [respond](const httplib::Request& request, httplib::Response& response,
                                         const httplib::ContentReader& reader) {
            auto body = read_body(request, response, reader);
            Request received = from(request, body ? *body : std::string());
            if (!body) {
                received.unreadable = body.problem();
            }
            respond(request, std::move(received), response);
        };
        Get(".*", without_body);
        Options(".*", without_body);
        Post(".*", with_body);
        Put(".*", with_body);
        Patch(".*", with_body);
        Delete(".*", with_body);
        set_error_handler([](const httplib::Request& request, httplib::Response& response) {
            if (response.body.empty() && !response.content_provider_ && response.status != 304) {
                Answer answer = to_answer(refused(response.status));
                answer.headers.emplace_back("X-Request-Id", random_name());
                choose_compression(request, answer.body.size());
                write(answer, response);
            }
        });
        set_payload_max_length(largest_body);
        // A connection that is kept open keeps a thread from those that ask.
        set_keep_alive_max_count(1);
        set_tcp_nodelay(true);
        // httplib would set SO_REUSEPORT, with which two services could have the same port and half of the
        // requests.
        set_socket_options([](socket_t socket) {
            const int yes = 1;
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        });
        new_task_queue = [threads] { return new RequestThreads(threads); };
    }

    ~Listener() override { finish(); }
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    void bind(const std::string& host, int port) {
        errno = 0;
        const bool bound = port == 0 ? (port_ = bind_to_any_port(host)) > 0 : bind_to_port(host, port);
        if (!bound) {
            throw cannot_listen(host, port, errno);
        }
        port_ = port == 0 ? port_ : port;
        // httplib lets only five connections wait.
        ::listen(svr_sock_, waiting_connections);
    }

    void start() {
        thread_ = std::thread([this] {
            listen_after_bind();
            const std::lock_guard lock(mutex_);
            ended_ = true;
            changed_.notify_all();
        });
        // Before it listens, there is nothing that could be stopped.
        while (!is_running()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    bool finish_within(std::chrono::milliseconds limit) {
        if (!thread_.joinable()) {
            return true;
        }
        stop_accepting();
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, limit, [this] { return ended_; });
    }

    void finish() {
        if (thread_.joinable()) {
            stop_accepting();
            thread_.join();
        }
    }

    int port() const { return port_; }

  private:
    // httplib's stop() takes the socket away, and without it whatever waits for a thread is dropped, and a stream ends
    // where it is. So only accept() is made to fail, and what has been accepted is answered.
    void stop_accepting() {
        if (!stopping_.exchange(true)) {
            ::shutdown(svr_sock_, SHUT_RDWR);
        }
    }

    chat::Server::Handler handler_;
    int port_ = 0;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool ended_ = false;
    std::atomic<bool> stopping_ = false;
};

Server::Server(const std::string& host, int port, std::size_t threads, Handler handler)
    : listener_(std::make_unique<Listener>(threads, std::move(handler))) {
    listener_->bind(host, port);
}

Server::~Server() = default;

int Server::port() const {
    return listener_->port();
}

void Server::start() {
    listener_->start();
}

bool Server::stop(std::chrono::milliseconds limit) {
    return listener_->finish_within(limit);
}

}  // namespace chat
