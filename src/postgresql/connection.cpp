#include "postgresql/connection.hpp"

#include "net/tunnel.hpp"
#include "postgresql/conninfo.hpp"
#include "postgresql/failure.hpp"
#include "postgresql/newer_syntax.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <libpq-fe.h>
#include <sys/socket.h>
#include <unistd.h>

namespace schemist::postgresql {
namespace {

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
            throw Error("a text for PostgreSQL cannot contain a zero byte")
                .hint("pass binary data as Bytes")
                .sqlstate("22021");
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

}  // namespace

void Connection::Finish::operator()(pg_conn* connection) const noexcept {
    PQfinish(connection);
}

void Connection::FreeCancel::operator()(pg_cancel* cancel) const noexcept {
    PQfreeCancel(cancel);
}

Connection::Connection(pg_conn* connection) : connection_(connection) {}

Connection::~Connection() = default;

void Connection::receive_notice(void* self, const pg_result* notice) {
    auto* connection = static_cast<Connection*>(self);
    const std::string text = connection->masked(trimmed(PQresultErrorMessage(notice)));
    const char* sqlstate = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
    if (sqlstate != nullptr && ends_connection(sqlstate)) {
        connection->last_words_ = {sqlstate, text};
    }
    if (connection->receive_notice_) {
        const auto field = [&](int code) {
            const char* value = PQresultErrorField(notice, code);
            return std::string(value == nullptr ? "" : value);
        };
        std::string said = field(PG_DIAG_MESSAGE_PRIMARY);
        for (const int more : {PG_DIAG_MESSAGE_DETAIL, PG_DIAG_MESSAGE_HINT}) {
            said += field(more).empty() ? "" : "; " + field(more);
        }
        connection->receive_notice_(
            {connection->masked(said), field(PG_DIAG_SEVERITY_NONLOCALIZED) == "WARNING"});
    }
}

std::string Connection::read_only_reason() {
    const auto is_off = [&](const char* parameter) {
        const char* value = PQparameterStatus(native(), parameter);
        return value != nullptr && std::string_view(value) == "off";
    };
    if (is_off("in_hot_standby") && is_off("default_transaction_read_only")) {
        return {};
    }
    // A pooler repeats what the server said to the first who came, or nothing.
    const Rows now = query(
        "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('default_transaction_read_only')");
    if (now.text(0, 0) == "t") {
        return "the server is a standby: it only reads until it is promoted";
    }
    return now.text(0, 1) == "on" ? "transactions are read-only here (default_transaction_read_only)" : "";
}

bool Connection::is_superuser() const {
    const char* said = PQparameterStatus(connection_.get(), "is_superuser");
    return said != nullptr && std::string_view(said) == "on";
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

std::string Connection::masked(std::string_view message) const {
    const char* password = PQpass(native());
    return mask(message, password == nullptr ? "" : password);
}

void Connection::raise(const pg_result* result, std::string_view sql,
                       std::optional<std::size_t> statement) const {
    const auto field = [&](int code) {
        const char* value = result == nullptr ? nullptr : PQresultErrorField(result, code);
        return std::string(value == nullptr ? "" : value);
    };
    std::string message = field(PG_DIAG_MESSAGE_PRIMARY);
    std::string sqlstate = field(PG_DIAG_SQLSTATE);
    if (message.empty()) {
        message = trimmed(PQerrorMessage(native()));
    }
    // Of a server that crashes only a warning is left, and libpq does not count it as the reason.
    if (!alive() && sqlstate.empty() && !last_words_.sqlstate.empty()) {
        sqlstate = last_words_.sqlstate;
        message += "\n  before that: " + last_words_.text;
    }
    if (const std::string reason = tunnel_ ? tunnel_->failure() : ""; !alive() && !reason.empty()) {
        message += "\n  of the WebSocket: " + reason;
    }
    if (const std::string detail = field(PG_DIAG_MESSAGE_DETAIL); !detail.empty()) {
        message += "\n  detail: " + detail;
    }
    if (const std::string context = field(PG_DIAG_CONTEXT); !context.empty()) {
        message += "\n  context: " + context;
    }
    const auto position = byte_position(
        result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION), sql);
    if (position && sqlstate == "42601") {
        const std::string reason = newer_syntax(sql, *position, server_version() / 10000);
        message = reason.empty() ? message : reason;
    }
    Error error(masked(message));
    error.sqlstate(std::move(sqlstate)).hint(field(PG_DIAG_MESSAGE_HINT));
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
    std::size_t finished = 0;    // statements before the failure
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
