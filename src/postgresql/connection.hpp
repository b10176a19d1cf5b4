#pragma once
// The connection to a PostgreSQL server: libpq, held thinly.

#include "postgresql/result.hpp"
#include "postgresql/transport.hpp"

#include <schemist/connection.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct pg_conn;
struct pg_cancel;

namespace schemist::net {
class Tunnel;
}

namespace schemist::postgresql {

// What the server says beside results: RAISE NOTICE, "does not exist, skipping".
struct Notice {
    std::string text;  // with detail and hint
    bool is_warning = false;
};

class Connection final : public schemist::Connection {
  public:
    struct Attempt {
        std::chrono::milliseconds longest{0};  // besides connect_timeout; zero: that alone counts
        std::stop_token stop = {};
        Way way = {};
        std::function<void(const std::string&)> notice = {};  // told when a WebSocket is taken from now on
    };

    // One attempt. Throws Error as connect_failure() makes it; ExitCode::interrupted when it was to stop.
    static std::unique_ptr<Connection> open(const std::string& conninfo_or_url, const Attempt& attempt);
    static std::unique_ptr<Connection> open(const std::string& conninfo_or_url) {
        return open(conninfo_or_url, Attempt{});
    }

    // Why nothing can be written here, for people; empty when it can. No round trip where it can: the server says so when
    // a connection begins.
    std::string read_only_reason();

    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection() override;

    DialectName dialect() const override { return DialectName::postgresql; }
    Rows query(std::string_view sql, std::span<const Value> parameters = {}) override;
    Rows run_script(std::string_view sql) override;
    bool in_transaction() const override;
    void cancel() noexcept override;
    void abandon() noexcept override;
    std::string description() const override { return description_; }
    bool alive() const override;

    // Sends a script as one message, and hands over the result of each statement that gives rows as soon as it is there. An
    // error skips the rest.
    void each_result(const std::string& script, const std::function<void(const Result&)>& take);

    // 150020 for 15.20.
    int server_version() const;

    // What the server said of its own accord; false where something between keeps it back.
    bool is_superuser() const;

    // The server's process of this connection.
    int process() const;

    // Where NOTICE and WARNING messages go; nowhere, unless it is set.
    void on_notice(std::function<void(const Notice&)> receive) { receive_notice_ = std::move(receive); }

    // For what this class does not offer. The connection stays its owner.
    pg_conn* native() const { return connection_.get(); }

  private:
    class Opening;
    struct Finish {
        void operator()(pg_conn* connection) const noexcept;
    };
    struct FreeCancel {
        void operator()(pg_cancel* cancel) const noexcept;
    };

    explicit Connection(pg_conn* connection);
    static std::unique_ptr<Connection> open(Opening& opening);

    // Takes every result of the message that was just sent; throws the first error among them.
    std::vector<Result> collect(std::string_view sql);
    void take_each(std::string_view sql, const std::function<void(Result&&)>& take);
    void end_copy(int status);
    [[noreturn]] void raise(const pg_result* result, std::string_view sql,
                            std::optional<std::size_t> statement = {}) const;
    static void receive_notice(void* self, const pg_result* notice);
    // Without the password.
    std::string masked(std::string_view message) const;

    // What the server said of its own accord before it ended the connection.
    struct LastWords {
        std::string sqlstate;
        std::string text;
    };

    // Another name of the socket, so that abandon() of another thread never meets a number that libpq has closed and
    // somebody else has got.
    class SocketCopy {
      public:
        SocketCopy() = default;
        explicit SocketCopy(int socket);
        SocketCopy(const SocketCopy&) = delete;
        SocketCopy& operator=(const SocketCopy&) = delete;
        SocketCopy& operator=(SocketCopy&& other) noexcept {
            std::swap(socket_, other.socket_);
            return *this;
        }
        ~SocketCopy();
        void shut_down() const noexcept;

      private:
        int socket_ = -1;
    };

    std::unique_ptr<net::Tunnel> tunnel_;  // ends after the connection, whose last words go through it
    SocketCopy socket_;
    std::unique_ptr<pg_conn, Finish> connection_;
    std::unique_ptr<pg_cancel, FreeCancel> cancel_;
    std::string description_;
    std::function<void(const Notice&)> receive_notice_;
    LastWords last_words_;
};

// Of libpq: 150020 for 15.20.
int client_version();

}  // namespace schemist::postgresql
