#include "sqlite/connection.hpp"

#include "sqlite/lexer.hpp"

#include <schemist/error.hpp>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace schemist::sqlite {
namespace {

struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

struct Prepared {
    Statement statement;  // null when the text holds nothing but white space and comments
    std::size_t length;   // of the text that it took
};

ExitCode exit_code_of(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return ExitCode::lock;
        case SQLITE_PERM:
        case SQLITE_AUTH:
        case SQLITE_READONLY:
        case SQLITE_NOTADB:
            return ExitCode::configuration;
        case SQLITE_CANTOPEN:
            return ExitCode::unreachable;
        default:
            return ExitCode::failed;
    }
}

std::string hint_for(int code) {
    switch (code & 0xff) {
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return "another connection holds the lock of the database; wait until it is done, or allow more "
                   "time";
        case SQLITE_READONLY:
        case SQLITE_PERM:
            return "give this user the right to write the file and the folder it is in";
        case SQLITE_NOTADB:
            return "check the path: the file is no SQLite database, or it is encrypted";
        case SQLITE_CORRUPT:
            return "run PRAGMA integrity_check, and restore a backup";
        case SQLITE_FULL:
            return "make room on the disk";
        default:
            return {};
    }
}

Error open_failure(const std::string& path, sqlite3* handle, int code) {
    const int system_error = handle == nullptr ? 0 : sqlite3_system_errno(handle);
    std::string reason = handle == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(handle);
    if (system_error != 0) {
        reason += fmt::format(": {}", std::strerror(system_error));
    }
    Error error(fmt::format("cannot open the database: {}", reason));
    error.at(path).exit_code(ExitCode::unreachable);
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (system_error == EACCES || system_error == EPERM || system_error == EROFS) {
        error.exit_code(ExitCode::configuration).hint("give this user the right to read and write the file");
    } else if (!folder.empty() && !std::filesystem::exists(folder, ignored)) {
        error.hint(fmt::format("create the folder {}", folder.string()));
    } else {
        error.hint("check the path");
    }
    return error;
}

Value read_cell(sqlite3_stmt* statement, int column) {
    switch (sqlite3_column_type(statement, column)) {
        case SQLITE_INTEGER:
            return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
        case SQLITE_FLOAT:
            return sqlite3_column_double(statement, column);
        case SQLITE_TEXT: {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
            return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
        }
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement, column));
            return Bytes(bytes, bytes + sqlite3_column_bytes(statement, column));
        }
        default:
            return std::monostate{};
    }
}

int bind_value(sqlite3_stmt* statement, int index, const Value& value) {
    struct Bind {
        sqlite3_stmt* statement;
        int index;
        int operator()(std::monostate) const { return sqlite3_bind_null(statement, index); }
        int operator()(bool flag) const { return sqlite3_bind_int(statement, index, flag ? 1 : 0); }
        int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, index, number); }
        int operator()(double number) const { return sqlite3_bind_double(statement, index, number); }
        int operator()(const std::string& text) const {
            return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                                       SQLITE_UTF8);
        }
        int operator()(const Bytes& bytes) const {
            // A null pointer would bind NULL, so an empty blob needs a call of its own.
            return bytes.empty()
                       ? sqlite3_bind_zeroblob(statement, index, 0)
                       : sqlite3_bind_blob64(statement, index, bytes.data(), bytes.size(), SQLITE_STATIC);
        }
    };
    return std::visit(Bind{statement, index}, value);
}

void bind_all(sqlite3_stmt* statement, std::span<const Value> parameters) {
    const auto wrong = [](std::string what) {
        return Error(std::move(what)).at("parameters of a statement").exit_code(ExitCode::internal);
    };
    const int expected = sqlite3_bind_parameter_count(statement);
    if (static_cast<std::size_t>(expected) != parameters.size()) {
        throw wrong(fmt::format("the statement has {} parameters, {} values were given", expected,
                                parameters.size()));
    }
    for (std::size_t number = 1; number <= parameters.size(); ++number) {
        const std::string name = fmt::format("${}", number);
        const int index = sqlite3_bind_parameter_index(statement, name.c_str());
        if (index == 0) {
            throw wrong(fmt::format("the statement has no parameter {}", name));
        }
        if (bind_value(statement, index, parameters[number - 1]) != SQLITE_OK) {
            throw wrong(fmt::format("the value of {} cannot be bound", name));
        }
    }
}

}  // namespace

std::unique_ptr<Connection> Connection::open(const std::string& path, const Options& options) {
    const int flags =
        (options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE) |
        SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
    // SQLite gives a handle also when it fails, and it must be closed.
    std::unique_ptr<Connection> connection(new Connection(path, handle));
    if (code != SQLITE_OK) {
        throw open_failure(path, handle, code);
    }
    connection->configure(options);
    return connection;
}

Connection::~Connection() {
    sqlite3_close_v2(handle_);
}

void Connection::configure(const Options& options) {
    sqlite3_busy_timeout(handle_, options.busy_timeout_milliseconds);
    // A misspelt column in double quotes must be an error, never a string.
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    sqlite3_db_config(handle_, SQLITE_DBCONFIG_ENABLE_FKEY, options.foreign_keys ? 1 : 0, nullptr);
    try {
        // The file is opened only now: one that is no database is to be reported here.
        query("PRAGMA schema_version");
        if (!options.journal_mode.empty()) {
            set_journal_mode(options.journal_mode);
        }
    } catch (Error& error) {
        error.at(path_);
        throw;
    }
}

void Connection::set_journal_mode(const std::string& mode) {
    const std::string set = query("PRAGMA journal_mode = " + string_literal(mode)).text(0, 0);
    // SQLite does not complain, it keeps the mode that it has; in memory there is only one.
    if (!equal_ignoring_case(set, mode) && set != "memory") {
        throw Error(fmt::format("the journal mode cannot be '{}', it stays '{}'", mode, set))
            .hint("use wal, delete, truncate or persist")
            .exit_code(ExitCode::configuration);
    }
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(handle_) == 0;
}

void Connection::cancel() noexcept {
    sqlite3_interrupt(handle_);
}

void Connection::fail(int code, std::size_t offset, std::size_t statement) {
    Error error(sqlite3_errmsg(handle_));
    error.exit_code(exit_code_of(code)).hint(hint_for(code));
    if (const int position = sqlite3_error_offset(handle_); position >= 0) {
        error.position(offset + static_cast<std::size_t>(position));
    }
    throw error.statement(statement);
}

Rows Connection::run(sqlite3_stmt* statement, std::size_t offset, std::size_t number) {
    const std::int64_t changes_before = sqlite3_total_changes64(handle_);
    Rows result;
    const int columns = sqlite3_column_count(statement);
    for (int column = 0; column < columns; ++column) {
        result.columns.emplace_back(sqlite3_column_name(statement, column));
    }
    int code = 0;
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        auto& row = result.rows.emplace_back();
        row.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            row.push_back(read_cell(statement, column));
        }
    }
    if (code != SQLITE_DONE) {
        fail(code, offset, number);
    }
    // sqlite3_changes keeps the number of an earlier statement when this one changed nothing.
    if (sqlite3_total_changes64(handle_) != changes_before) {
        result.affected = sqlite3_changes64(handle_);
    }
    return result;
}

namespace {

Prepared prepare(sqlite3* handle, std::string_view sql, int& code) {
    sqlite3_stmt* statement = nullptr;
    const char* tail = sql.data();
    code = sqlite3_prepare_v2(handle, sql.data(), static_cast<int>(sql.size()), &statement, &tail);
    return {Statement(statement), static_cast<std::size_t>(tail - sql.data())};
}

}  // namespace

Rows Connection::query(std::string_view sql, std::span<const Value> parameters) {
    int code = SQLITE_OK;
    const Prepared prepared = prepare(handle_, sql, code);
    if (code != SQLITE_OK) {
        fail(code, 0);
    }
    if (prepared.statement == nullptr) {
        throw Error("there is no statement in the text").exit_code(ExitCode::internal);
    }
    const Prepared second = prepare(handle_, sql.substr(prepared.length), code);
    if (code != SQLITE_OK || second.statement != nullptr) {
        throw Error("there is more than one statement in the text")
            .position(prepared.length)
            .exit_code(ExitCode::internal);
    }
    bind_all(prepared.statement.get(), parameters);
    return run(prepared.statement.get(), 0);
}

Rows Connection::run_script(std::string_view sql) {
    Rows result;
    std::size_t offset = 0;
    std::size_t statement = 0;
    while (offset < sql.size()) {
        int code = SQLITE_OK;
        const Prepared prepared = prepare(handle_, sql.substr(offset), code);
        if (code != SQLITE_OK) {
            fail(code, offset, statement);
        }
        if (prepared.statement != nullptr) {
            Rows rows = run(prepared.statement.get(), offset, statement);
            ++statement;
            if (!rows.columns.empty()) {
                result = std::move(rows);
            }
        }
        offset += prepared.length;
    }
    return result;
}

}  // namespace schemist::sqlite
