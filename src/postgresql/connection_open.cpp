// One attempt to connect: as PQconnectdbParams makes it, but it can be stopped, and a failure has its SQLSTATE.

#include "postgresql/connection.hpp"
#include "postgresql/conninfo.hpp"
#include "postgresql/failure.hpp"
#include "postgresql/host_lookup.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <charconv>
#include <cstdlib>

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

std::string describe(PGconn* connection) {
    const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
    std::string host = text(PQhost(connection));
    if (!host.empty() && host.front() == '/') {
        host = "socket " + host;
    }
    return fmt::format("{}:{}/{} as {}", host, text(PQport(connection)), text(PQdb(connection)),
                       text(PQuser(connection)));
}

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

class Opening {
  public:
    Opening(ConnectionOptions options, const Connection::Attempt& attempt)
        : options_(std::move(options)), attempt_(attempt), start_(Clock::now()), timeout_(longest()) {}

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
        const auto addresses = addresses_of(host_, left(), attempt_.stop);
        if (!addresses) {
            throw connect_failure(
                fmt::format("could not translate host name \"{}\" to address: no answer within {} seconds",
                            host_, std::chrono::ceil<std::chrono::seconds>(timeout_).count()),
                {});
        }
        addresses_ = *addresses;
        options_["hostaddr"] = fmt::format("{}", fmt::join(addresses_, ","));
        options_["host"] =
            fmt::format("{}", fmt::join(std::vector<std::string>(addresses_.size(), host_), ","));
        timeout_ = longest();
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

    void finish(PGconn* connection) const {
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
            if (left().count() <= 0) {
                throw no_answer(timeout_);
            }
            pollfd socket{PQsocket(connection),
                          static_cast<short>(status == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
            const milliseconds wait = attempt_.stop.stop_possible() ? std::min(left(), longest_poll) : left();
            if (::poll(&socket, 1, static_cast<int>(wait.count())) > 0) {
                status = PQconnectPoll(connection);
            }
        }
        PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    }

  private:
    Error failure_of(PGconn* connection) const {
        if (PQconnectionNeedsPassword(connection) != 0) {
            return connect_failure("no password supplied", {});
        }
        const char* password = PQpass(connection);
        VerboseMessage message = read_verbose(PQerrorMessage(connection));
        // libpq names only the address where it was given one.
        for (const std::string& address : addresses_) {
            const std::string shown = fmt::format("server at \"{}\"", address);
            if (const std::size_t at = message.text.find(shown); at != std::string::npos) {
                message.text.replace(at, shown.size(), fmt::format("server at \"{}\" ({})", host_, address));
            }
        }
        return connect_failure(mask(message.text, password == nullptr ? "" : password), message.sqlstate);
    }

    milliseconds longest() const {
        const milliseconds timeout = connect_timeout(options_);
        return attempt_.longest.count() > 0 ? std::min(timeout, attempt_.longest) : timeout;
    }
    milliseconds left() const { return std::chrono::ceil<milliseconds>(start_ + timeout_ - Clock::now()); }

    ConnectionOptions options_;
    std::string host_;  // that was looked up
    std::vector<std::string> addresses_;
    const Connection::Attempt& attempt_;
    Clock::time_point start_;
    milliseconds timeout_;
};

}  // namespace

std::unique_ptr<Connection> Connection::open(const std::string& conninfo_or_url, const Attempt& attempt) {
    ConnectionOptions options = parse_connection_options(conninfo_or_url);
    add_defaults(options);
    Opening opening(std::move(options), attempt);
    opening.look_up_host();
    std::unique_ptr<Connection> connection(new Connection(opening.start()));
    if (!connection->connection_) {
        throw std::bad_alloc();
    }
    PQsetNoticeReceiver(connection->native(), &Connection::receive_notice, connection.get());
    opening.finish(connection->native());
    connection->description_ = describe(connection->native());
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

}  // namespace schemist::postgresql
