#pragma once
/// \file
/// The narrow layer through which everything outside of the backends talks with a database.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace schemist {

using Bytes = std::vector<std::byte>;

/// One SQL value as a backend takes or gives it. PostgreSQL gives everything but NULL as text
/// (`std::string`); SQLite gives its own storage classes. A codec of a C++ type understands both.
using Value = std::variant<std::monostate, bool, std::int64_t, double, std::string, Bytes>;

inline bool is_null(const Value& value) {
    return value.index() == 0;
}

/// The result of one statement, held in memory.
struct Rows {
    std::vector<std::string> columns;
    std::vector<std::vector<Value>> rows;
    std::int64_t affected = 0;  ///< rows that the statement inserted, changed or deleted

    bool empty() const { return rows.empty(); }
    std::size_t size() const { return rows.size(); }
    /// The cell as text; NULL is the empty string. Throws std::out_of_range for a wrong index.
    std::string text(std::size_t row, std::size_t column) const;
    /// The cell as an integer. Throws Error when it is none.
    std::int64_t integer(std::size_t row, std::size_t column) const;
};

enum class DialectName { postgresql, sqlite };

std::string_view to_string(DialectName dialect);

/// One connection to one database. Not thread-safe: one thread at a time.
///
/// Every function throws Error; one that comes from a server carries its SQLSTATE and, where the server names
/// one, the position in the text that was sent. No password is ever part of a message.
class Connection {
  public:
    virtual ~Connection() = default;

    virtual DialectName dialect() const = 0;

    /// Runs one statement with parameters written `$1`, `$2`, ... on both backends.
    virtual Rows query(std::string_view sql, std::span<const Value> parameters = {}) = 0;

    /// Runs any number of statements in one round trip, in order, and gives the rows of the last one that had
    /// any. On PostgreSQL this is one simple-protocol message: an error skips the rest.
    virtual Rows run_script(std::string_view sql) = 0;

    virtual bool in_transaction() const = 0;

    /// Asks the server to cancel what is running. Another thread may call it.
    virtual void cancel() noexcept = 0;

    /// Breaks the connection off without asking the server, so that what waits for it ends with an error at once,
    /// also when the server no longer answers. Another thread may call it. (SQLite has no server: what runs is
    /// interrupted.)
    virtual void abandon() noexcept = 0;

    /// Where it is connected to, for people: host, port, database, user; never a password.
    virtual std::string description() const = 0;

    /// False once the connection is known to be lost.
    virtual bool alive() const = 0;
};

}  // namespace schemist
