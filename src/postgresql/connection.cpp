#include "postgresql/connection.hpp"

#include "postgresql/conninfo.hpp"
#include "postgresql/failure.hpp"
#include "postgresql/newer_syntax.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <exception>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace schemist::postgresql {
namespace {

constexpr int minimum_server_version = 140000;

std::string trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    return std::string(text);
}

// The text form that PostgreSQL reads for a parameter; nothing for NULL.
struct ToParameter {
    std::optional<std::string> operator()(std::monostate) const { return std::nullopt; }
    std::optional<std::string> operator()(bool value) const { return value ? "t" : "f"; }
    std::optional<std::string> operator()(std::int64_t value) const { return std::to_string(value); }
    std::optional<std::string> operator()(double value) const {
        if (std::isnan(value)) {
            return "NaN";
        }
        if (std::isinf(value)) {
            return value > 0 ? "Infinity" : "-Infinity";
        }
        return fmt::format("{}", value);
    }
    std::optional<std::string> operator()(const std::string& value) const {
        if (value.find('\0') != std::string::npos) {
            throw Error("a text for PostgreSQL cannot contain a zero byte").sqlstate("22021");
        }
        return value;
    }
    std::optional<std::string> operator()(const Bytes& value) const {
        std::string text = "\\x";
        text.reserve(2 + 2 * value.size());
        for (const std::byte byte : value) {
            fmt::format_to(std::back_inserter(text), "{:02x}", static_cast<unsigned>(byte));
        }
        return text;
    }
};

// The server counts characters from one; Error wants bytes from zero.
std::optional<std::size_t> byte_position(const char* position, std::string_view sql) {
    if (position == nullptr) {
        return std::nullopt;
    }
    std::size_t characters = 0;
    const std::string_view text = position;
    if (std::from_chars(text.data(), text.data() + text.size(), characters).ec != std::errc{} ||
        characters == 0) {
        return std::nullopt;
    }
    std::size_t offset = 0;
    for (--characters; characters > 0 && offset < sql.size(); --characters) {
        do {
            ++offset;
        } while (offset < sql.size() && (static_cast<unsigned char>(sql[offset]) & 0xC0U) == 0x80U);
    }
    return offset;
}

Rows to_rows(const Result& result) {
    Rows rows;
    for (std::size_t column = 0; column < result.width(); ++column) {
        rows.columns.emplace_back(PQfname(result.get(), static_cast<int>(column)));
    }
    rows.rows.reserve(result.size());
    for (std::size_t row = 0; row < result.size(); ++row) {
        std::vector<Value>& cells = rows.rows.emplace_back();
        cells.reserve(result.width());
        for (std::size_t column = 0; column < result.width(); ++column) {
            cells.push_back(result.is_null(row, column) ? Value{} : Value{result.string(row, column)});
        }
    }
    const std::string_view affected = PQcmdTuples(result.get());
    std::from_chars(affected.data(), affected.data() + affected.size(), rows.affected);
    return rows;
}

bool gives_rows(const Result& result) {
    return PQresultStatus(result.get()) == PGRES_TUPLES_OK;
}

std::string describe(PGconn* connection) {
    const auto text = [](const char* value) { return std::string(value == nullptr ? "" : value); };
    std::string host = text(PQhost(connection));
    if (!host.empty() && host.front() == '/') {
        host = "socket " + host;
    }
    return fmt::format("{}:{}/{} as {}", host, text(PQport(connection)), text(PQdb(connection)),
                       text(PQuser(connection)));
}

// libpq offers no SQLSTATE of a refused connection, but writes it into a verbose message: "FATAL:  28P01:
// ...".
std::string sqlstate_of(std::string_view message) {
    const auto is_state = [](std::string_view word) {
        return std::ranges::all_of(word,
                                   [](char c) { return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); });
    };
    for (std::size_t at = message.rfind(":  "); at != std::string_view::npos && at + 9 < message.size();
         at = at == 0 ? std::string_view::npos : message.rfind(":  ", at - 1)) {
        if (message[at + 8] == ':' && is_state(message.substr(at + 3, 5))) {
            return std::string(message.substr(at + 3, 5));
        }
    }
    return {};
}

// The message without what the verbose form adds for developers of the server.
std::string for_people(std::string_view message, const std::string& sqlstate) {
    std::string text = trimmed(message.substr(0, message.find("\nLOCATION:")));
    if (const std::size_t found = text.find(sqlstate + ": ");
        !sqlstate.empty() && found != std::string::npos) {
        text.erase(found, sqlstate.size() + 2);
    }
    return text;
}

[[noreturn]] void raise_connect_failure(PGconn* connection, std::string_view reason) {
    const std::string_view raw = reason.empty() ? std::string_view(PQerrorMessage(connection)) : reason;
    const std::string sqlstate = sqlstate_of(raw);
    const char* password = PQpass(connection);
    const std::string message = mask(for_people(raw, sqlstate), password == nullptr ? "" : password);
    if (PQconnectionNeedsPassword(connection) != 0) {
        throw connect_failure("no password supplied", {});
    }
    throw connect_failure(message, sqlstate);
}

std::chrono::seconds connect_timeout(const ConnectionOptions& options) {
    const auto found = options.find("connect_timeout");
    const auto hosts = options.find("host");
    int seconds = 20;
    if (found != options.end()) {
        std::from_chars(found->second.data(), found->second.data() + found->second.size(), seconds);
    }
    const auto several = hosts == options.end() ? 0 : std::ranges::count(hosts->second, ',');
    // As libpq itself: zero waits for ever, for which a day will do.
    return seconds <= 0 ? std::chrono::hours(24) : std::chrono::seconds(seconds * (1 + several));
}

// A wish to stop is looked for so often.
constexpr std::chrono::milliseconds longest_poll{100};

// As PQconnectdbParams does, but with a verbose message on failure, which only this way can be asked for in
// time.
void finish_connecting(PGconn* connection, std::chrono::milliseconds timeout, const std::stop_token& stop) {
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    const auto deadline = std::chrono::steady_clock::now() + timeout;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK) {
        if (status == PGRES_POLLING_FAILED || PQstatus(connection) == CONNECTION_BAD) {
            raise_connect_failure(connection, {});
        }
        if (stop.stop_requested()) {
            throw Error("stopped on request while connecting")
                .state("nothing was changed")
                .exit_code(ExitCode::interrupted);
        }
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
        if (left.count() <= 0) {
            raise_connect_failure(connection, fmt::format("no answer within {} seconds",
                                                          std::chrono::ceil<std::chrono::seconds>(timeout).count()));
        }
        pollfd socket{PQsocket(connection),
                      static_cast<short>(status == PGRES_POLLING_READING ? POLLIN : POLLOUT), 0};
        const auto wait = stop.stop_possible() ? std::min(left, longest_poll) : left;
        if (::poll(&socket, 1, static_cast<int>(wait.count())) > 0) {
            status = PQconnectPoll(connection);
        }
    }
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
}

std::chrono::milliseconds longest_attempt(const ConnectionOptions& options, const Connection::Attempt& attempt) {
    const std::chrono::milliseconds timeout = connect_timeout(options);
    return attempt.longest.count() > 0 ? std::min(timeout, attempt.longest) : timeout;
}

}  // namespace

void Connection::Finish::operator()(pg_conn* connection) const noexcept {
    PQfinish(connection);
}

void Connection::FreeCancel::operator()(pg_cancel* cancel) const noexcept {
    PQfreeCancel(cancel);
}

Connection::Connection(pg_conn* connection) : connection_(connection) {}

Connection::~Connection() = default;

std::unique_ptr<Connection> Connection::open(const std::string& conninfo_or_url, const Attempt& attempt) {
    ConnectionOptions options = parse_connection_options(conninfo_or_url);
    add_defaults(options);
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : options) {
        keywords.push_back(keyword.c_str());
        values.push_back(value.c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    std::unique_ptr<Connection> connection(
        new Connection(PQconnectStartParams(keywords.data(), values.data(), 0)));
    if (!connection->connection_) {
        throw std::bad_alloc();
    }
    PQsetNoticeProcessor(connection->native(), &Connection::receive_notice, connection.get());
    finish_connecting(connection->native(), longest_attempt(options, attempt), attempt.stop);
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

void Connection::receive_notice(void* self, const char* message) {
    const auto& receive = static_cast<Connection*>(self)->receive_notice_;
    if (receive) {
        receive(trimmed(message));
    }
}

std::string Connection::read_only_reason() const {
    const auto is_on = [&](const char* parameter) {
        const char* value = PQparameterStatus(native(), parameter);
        return value != nullptr && std::string_view(value) == "on";
    };
    if (is_on("in_hot_standby")) {
        return "the server is a standby: it only reads until it is promoted";
    }
    return is_on("default_transaction_read_only") ? "transactions are read-only here (default_transaction_read_only)"
                                                  : std::string{};
}

int Connection::server_version() const {
    return PQserverVersion(native());
}

int client_version() {
    return PQlibVersion();
}

int Connection::process() const {
    return PQbackendPID(native());
}

bool Connection::alive() const {
    return PQstatus(native()) == CONNECTION_OK;
}

bool Connection::in_transaction() const {
    const PGTransactionStatusType status = PQtransactionStatus(native());
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR || status == PQTRANS_ACTIVE;
}

void Connection::cancel() noexcept {
    if (cancel_) {
        std::array<char, 256> message{};
        PQcancel(cancel_.get(), message.data(), static_cast<int>(message.size()));
    }
}

void Connection::abandon() noexcept {
    socket_.shut_down();
}

Connection::SocketCopy::SocketCopy(int socket) : socket_(::fcntl(socket, F_DUPFD_CLOEXEC, 0)) {}

Connection::SocketCopy::~SocketCopy() {
    if (socket_ >= 0) {
        ::close(socket_);
    }
}

void Connection::SocketCopy::shut_down() const noexcept {
    if (socket_ >= 0) {
        ::shutdown(socket_, SHUT_RDWR);
    }
}

void Connection::raise(const pg_result* result, std::string_view sql,
                       std::optional<std::size_t> statement) const {
    const auto field = [&](int code) {
        const char* value = result == nullptr ? nullptr : PQresultErrorField(result, code);
        return std::string(value == nullptr ? "" : value);
    };
    const char* password = PQpass(native());
    std::string message = field(PG_DIAG_MESSAGE_PRIMARY);
    if (message.empty()) {
        message = trimmed(PQerrorMessage(native()));
    }
    if (const std::string detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty()) {
        message += "\n  detail: " + detail;
    }
    if (const std::string context = field(PG_DIAG_CONTEXT); !context.empty()) {
        message += "\n  context: " + context;
    }
    const std::string sqlstate = field(PG_DIAG_SQLSTATE);
    const auto position = byte_position(
        result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION), sql);
    if (position && sqlstate == "42601") {
        const std::string reason = newer_syntax(sql, *position, server_version() / 10000);
        message = reason.empty() ? message : reason;
    }
    Error error(mask(std::move(message), password == nullptr ? "" : password));
    error.sqlstate(sqlstate).hint(field(PG_DIAG_MESSAGE_HINT));
    if (position) {
        error.position(*position);
    }
    if (statement && alive()) {
        error.statement(*statement);
    }
    if (!alive()) {
        error.at(description_).exit_code(ExitCode::unreachable);
    }
    throw error;
}

// A script cannot feed or read a COPY from here; the protocol must be led out of it or nothing else works any
// more.
void Connection::end_copy(int status) {
    if (status == PGRES_COPY_OUT) {
        char* line = nullptr;
        while (PQgetCopyData(native(), &line, 0) > 0) {
            PQfreemem(line);
        }
    } else {
        PQputCopyEnd(native(), "COPY FROM STDIN has no data here");
    }
}

void Connection::take_each(std::string_view sql, const std::function<void(Result&&)>& take) {
    std::optional<Result> failure;
    std::exception_ptr refusal;  // the rest must be taken all the same
    std::size_t finished = 0;  // statements before the failure
    for (PGresult* raw = PQgetResult(native()); raw != nullptr; raw = PQgetResult(native())) {
        Result result(raw);
        switch (PQresultStatus(raw)) {
            case PGRES_TUPLES_OK:
            case PGRES_COMMAND_OK:
            case PGRES_EMPTY_QUERY:
                finished += failure ? 0 : 1;
                try {
                    if (!refusal) {
                        take(std::move(result));
                    }
                } catch (...) {
                    refusal = std::current_exception();
                }
                break;
            case PGRES_COPY_IN:
            case PGRES_COPY_OUT:
            case PGRES_COPY_BOTH:
                end_copy(PQresultStatus(raw));
                break;
            default:
                if (!failure) {
                    failure = std::move(result);
                }
        }
        if (!alive()) {
            break;
        }
    }
    if (failure) {
        raise(failure->get(), sql, finished);
    }
    if (!alive()) {
        raise(nullptr, sql);
    }
    if (refusal) {
        std::rethrow_exception(refusal);
    }
}

std::vector<Result> Connection::collect(std::string_view sql) {
    std::vector<Result> results;
    take_each(sql, [&](Result&& result) { results.push_back(std::move(result)); });
    return results;
}

Rows Connection::query(std::string_view sql, std::span<const Value> parameters) {
    std::vector<std::optional<std::string>> texts;
    texts.reserve(parameters.size());
    for (const Value& parameter : parameters) {
        texts.push_back(std::visit(ToParameter{}, parameter));
    }
    std::vector<const char*> values;
    values.reserve(texts.size());
    for (const auto& text : texts) {
        values.push_back(text ? text->c_str() : nullptr);
    }
    const std::string command(sql);
    if (PQsendQueryParams(native(), command.c_str(), static_cast<int>(values.size()), nullptr, values.data(),
                          nullptr, nullptr, 0) == 0) {
        raise(nullptr, sql);
    }
    const std::vector<Result> results = collect(sql);
    return results.empty() ? Rows{} : to_rows(results.back());
}

void Connection::each_result(const std::string& script, const std::function<void(const Result&)>& take) {
    if (PQsendQuery(native(), script.c_str()) == 0) {
        raise(nullptr, script);
    }
    take_each(script, [&](Result&& result) {
        if (gives_rows(result)) {
            take(result);
        }
    });
}

Rows Connection::run_script(std::string_view sql) {
    const std::string script(sql);
    if (PQsendQuery(native(), script.c_str()) == 0) {
        raise(nullptr, sql);
    }
    const std::vector<Result> all = collect(sql);
    const auto last = std::find_if(all.rbegin(), all.rend(), gives_rows);
    if (last != all.rend()) {
        return to_rows(*last);
    }
    return all.empty() ? Rows{} : to_rows(all.back());
}

}  // namespace schemist::postgresql
