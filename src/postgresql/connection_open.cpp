// One attempt to connect: as PQconnectdbParams makes it, but it can be stopped, and a failure has its SQLSTATE.

#include "net/tunnel.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/conninfo.hpp"
#include "postgresql/failure.hpp"
#include "postgresql/host_lookup.hpp"
#include "schema/text.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <random>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <libpq-fe.h>
#include <poll.h>

namespace schemist::postgresql {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr int minimum_server_version = 140000;
// A wish to stop is looked for so often.
constexpr milliseconds longest_poll{50};
// Enough for two lost packets. A server that sleeps is not meant: its proxy takes the connection at once.
constexpr milliseconds patience_with_tcp{4000};

Error no_answer(milliseconds timeout) {
    return connect_failure(
        fmt::format("no answer within {} seconds", std::chrono::ceil<std::chrono::seconds>(timeout).count()),
        {});
}

// As libpq reads it: for each host, and zero waits for ever, for which a day will do.
milliseconds connect_timeout(const ConnectionOptions& options) {
    const auto found = options.find("connect_timeout");
    const auto hosts = options.find("host");
    int seconds = 20;
    if (found != options.end()) {
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
    }
    const auto several = hosts == options.end() ? 0 : std::ranges::count(hosts->second, ',');
    return seconds <= 0 ? std::chrono::hours(24) : std::chrono::seconds(seconds * (1 + several));
}

// The system's own, where the URL or libpq's variable does not say otherwise.
std::string authorities_of(const ConnectionOptions& options) {
    const auto given = options.find("sslrootcert");
    const char* variable = std::getenv("PGSSLROOTCERT");
    const std::string file = given != options.end() ? given->second : variable == nullptr ? "" : variable;
    return file == "system" ? "" : file;
}

// Nobody can guess it, so that nobody else can be there already.
std::string new_tunnel_host() {
    std::random_device random;
    return fmt::format("@schemist-{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

}  // namespace

// One attempt by one way.
class Connection::Opening {
  public:
    Opening(ConnectionOptions options, const Attempt& attempt)
        : options_(std::move(options)), attempt_(attempt), start_(Clock::now()), timeout_(longest()) {}

    // The server has not even said that it is there after so long: the way to it is closed.
    void expect_sign_of_life(milliseconds patience) { patience_ = patience; }
    bool heard_of_server() const { return heard_; }

    // libpq looks names up while nobody can stop it.
    void look_up_host() {
        const auto host = options_.find("host");
        const bool may_end_early = attempt_.stop.stop_possible() || attempt_.longest.count() > 0;
        const bool has_address = options_.contains("hostaddr") || options_.contains("service") ||
                                 std::getenv("PGHOSTADDR") != nullptr || std::getenv("PGSERVICE") != nullptr;
        if (!may_end_early || has_address || host == options_.end() || !is_host_name(host->second)) {
            return;
        }
        host_ = host->second;
        addresses_ = look_up(host_);
        options_["hostaddr"] = fmt::format("{}", fmt::join(addresses_, ","));
        options_["host"] =
            fmt::format("{}", fmt::join(std::vector<std::string>(addresses_.size(), host_), ","));
        timeout_ = longest();
    }

    void open_tunnel(const net::WebSocketUrl& url) {
        url_ = url.text();
        host_ = options_.contains("host") ? options_["host"] : url.host;
        const std::string port = options_.contains("port") ? options_["port"] : "5432";
        const bool same_host = url.host == host_ && options_.contains("hostaddr");
        const std::string host = new_tunnel_host();
        net::TunnelSettings settings{url, {},           authorities_of(options_), tunnel_socket_name(host),
                                     {},  attempt_.stop};
        try {
            settings.addresses = same_host                ? comma_list(options_["hostaddr"])
                                 : is_host_name(url.host) ? look_up(url.host)
                                                          : std::vector<std::string>{url.host};
            settings.longest = left();
            tunnel_ = std::make_unique<net::Tunnel>(settings);
        } catch (const net::TunnelFailure& failure) {
            if (attempt_.stop.stop_requested()) {
                throw stopped_while_connecting();
            }
            throw connect_failure(fmt::format("WebSocket {}: {}", url_, failure.what()), {});
        }
        server_ = fmt::format("{}:{}", host_, port);
        options_ = through_tunnel(std::move(options_), host);
    }

    PGconn* start() const {
        std::vector<const char*> keywords;
        std::vector<const char*> values;
        for (const auto& [keyword, value] : options_) {
            keywords.push_back(keyword.c_str());
            values.push_back(value.c_str());
        }
        keywords.push_back(nullptr);
        values.push_back(nullptr);
        return PQconnectStartParams(keywords.data(), values.data(), 0);
    }

    void finish(PGconn* connection) {
        // Only in the verbose form is there an SQLSTATE.
        PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
        PostgresPollingStatusType status = PGRES_POLLING_WRITING;
        while (status != PGRES_POLLING_OK) {
            if (status == PGRES_POLLING_FAILED || PQstatus(connection) == CONNECTION_BAD) {
                throw failure_of(connection);
            }
            if (attempt_.stop.stop_requested()) {
                throw stopped_while_connecting();
            }
            const bool is_reaching = PQstatus(connection) == CONNECTION_STARTED && patience_.count() > 0;
            const milliseconds timeout = is_reaching ? std::min(patience_, timeout_) : timeout_;
            if (left(timeout).count() <= 0) {
                throw no_answer(timeout);
            }
            heard_ = heard_ || has_answered(connection);
            pollfd socket{PQsocket(connection),
                          static_cast<short>(status == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
            const milliseconds wait =
                attempt_.stop.stop_possible() ? std::min(left(timeout), longest_poll) : left(timeout);
            if (::poll(&socket, 1, static_cast<int>(wait.count())) > 0) {
                status = PQconnectPoll(connection);
            }
        }
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    }

    std::unique_ptr<net::Tunnel> take_tunnel() { return std::move(tunnel_); }

    std::string describe(PGconn* connection) const {
        const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
        std::string server = server_;
        if (server.empty()) {
            const std::string host = text(PQhost(connection));
            server = fmt::format("{}{}:{}", host.starts_with('/') ? "socket " : "", host,
                                 text(PQport(connection)));
        }
        return fmt::format("{}/{} as {}{}", server, text(PQdb(connection)), text(PQuser(connection)),
                           url_.empty() ? "" : " through " + url_);
    }

  private:
    static bool has_answered(PGconn* connection) {
        const ConnStatusType status = PQstatus(connection);
        return PQsslInUse(connection) != 0 || status == CONNECTION_AUTH_OK || status == CONNECTION_SETENV ||
               status == CONNECTION_CHECK_WRITABLE;
    }

    std::vector<std::string> look_up(const std::string& host) const {
        const auto addresses = addresses_of(host, left(), attempt_.stop);
        if (!addresses) {
            throw connect_failure(
                fmt::format("could not translate host name \"{}\" to address: no answer within {} seconds",
                            host, std::chrono::ceil<std::chrono::seconds>(timeout_).count()),
                {});
        }
        return *addresses;
    }

    Error failure_of(PGconn* connection) const {
        if (PQconnectionNeedsPassword(connection) != 0) {
            return connect_failure("no password supplied", {});
        }
        const char* password = PQpass(connection);
        VerboseMessage message = read_verbose(PQerrorMessage(connection));
        const auto rename = [&](const std::string& shown, const std::string& better) {
            if (const std::size_t at = message.text.find(shown); at != std::string::npos) {
                message.text.replace(at, shown.size(), better);
            }
        };
        // libpq names only the address where it was given one, and only the socket of a tunnel.
        for (const std::string& address : addresses_) {
            rename(fmt::format("server at \"{}\"", address),
                   fmt::format("server at \"{}\" ({})", host_, address));
        }
        if (tunnel_) {
            rename(fmt::format("server on socket \"@{}\"", tunnel_socket_name(options_.at("host"))),
                   fmt::format("server at \"{}\" through WebSocket {}", host_, url_));
            if (const std::string reason = tunnel_->failure(); message.sqlstate.empty() && !reason.empty()) {
                message.text += "\n\tof the WebSocket: " + reason;
            }
        }
        return connect_failure(mask(message.text, password == nullptr ? "" : password), message.sqlstate);
    }

    milliseconds longest() const {
        const milliseconds timeout = connect_timeout(options_);
        return attempt_.longest.count() > 0 ? std::min(timeout, attempt_.longest) : timeout;
    }
    milliseconds left() const { return left(timeout_); }
    milliseconds left(milliseconds timeout) const {
        return std::chrono::ceil<milliseconds>(start_ + timeout - Clock::now());
    }

    ConnectionOptions options_;
    std::string host_;  // that was looked up
    std::vector<std::string> addresses_;
    std::string url_;     // of the WebSocket
    std::string server_;  // behind it
    std::unique_ptr<net::Tunnel> tunnel_;
    const Attempt& attempt_;
    Clock::time_point start_;
    milliseconds timeout_;
    milliseconds patience_{0};
    bool heard_ = false;
};

std::unique_ptr<Connection> Connection::open(Opening& opening) {
    std::unique_ptr<Connection> connection(new Connection(opening.start()));
    if (!connection->connection_) {
        throw std::bad_alloc();
    }
    PQsetNoticeReceiver(connection->native(), &Connection::receive_notice, connection.get());
    opening.finish(connection->native());
    connection->tunnel_ = opening.take_tunnel();
    connection->description_ = opening.describe(connection->native());
    connection->cancel_.reset(PQgetCancel(connection->native()));
    connection->socket_ = SocketCopy(PQsocket(connection->native()));
    if (connection->server_version() < minimum_server_version) {
        throw Error(fmt::format("the server is PostgreSQL {}; Schemist needs 14 or newer",
                                PQparameterStatus(connection->native(), "server_version")))
            .at(connection->description_)
            .hint("upgrade the server")
            .exit_code(ExitCode::configuration);
    }
    return connection;
}

std::unique_ptr<Connection> Connection::open(const std::string& conninfo_or_url, const Attempt& attempt) {
    ConnectionOptions options = parse_connection_options(conninfo_or_url);
    add_defaults(options);
    const std::optional<net::WebSocketUrl> websocket = websocket_for(options, attempt.way);
    std::string why;  // TCP does not do
    if (attempt.way.transport != Transport::websocket && !(websocket && remembered_websocket(options))) {
        Opening direct(options, attempt);
        direct.expect_sign_of_life(websocket ? patience_with_tcp : milliseconds(0));
        try {
            direct.look_up_host();
            return open(direct);
        } catch (const Error& error) {
            if (!websocket || direct.heard_of_server() || !error.sqlstate().empty() ||
                classify(error) != FailureClass::connect_transient) {
                throw;
            }
            why = reason_of(error);
        }
    }
    Opening opening(options, attempt);
    try {
        opening.open_tunnel(*websocket);
    } catch (const Error& error) {
        forget_websocket(options);
        if (why.empty() || error.exit_code() == ExitCode::interrupted) {
            throw;
        }
        throw connect_failure(fmt::format("{}; {}", why, reason_of(error)), {});
    }
    if (remember_websocket(options, *websocket) && attempt.notice) {
        attempt.notice(fmt::format("{}going through WebSocket {} from now on", why.empty() ? "" : why + "; ",
                                   websocket->text()));
    }
    return open(opening);
}

}  // namespace schemist::postgresql
