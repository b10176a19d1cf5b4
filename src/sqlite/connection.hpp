#pragma once
// A connection to one SQLite database file, over libsqlite3.

#include <schemist/connection.hpp>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace schemist::sqlite {

struct Options {
    bool read_only = false;
    bool foreign_keys = true;  // off for migrations: a table that is rebuilt must not cascade to its children
    int busy_timeout_milliseconds = 5000;
    std::string journal_mode;  // "wal", "delete", ...; empty: as the file has it
};

class Connection final : public schemist::Connection {
  public:
    // A path, or ":memory:". The file is created when it is not there, unless read_only.
    static std::unique_ptr<Connection> open(const std::string& path, const Options& options = {});

    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    DialectName dialect() const override { return DialectName::sqlite; }
    Rows query(std::string_view sql, std::span<const Value> parameters = {}) override;
    Rows run_script(std::string_view sql) override;
    bool in_transaction() const override;
    void cancel() noexcept override;
    void abandon() noexcept override { cancel(); }
    std::string description() const override { return path_; }
    bool alive() const override { return true; }

    // For what the interface has no word for: sqlite3_backup, hooks. Owned by this object.
    sqlite3* handle() const { return handle_; }

  private:
    Connection(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}

    void configure(const Options& options);
    void set_journal_mode(const std::string& mode);
    Rows run(sqlite3_stmt* statement, std::size_t offset, std::size_t number = 0);
    [[noreturn]] void fail(int code, std::size_t offset, std::size_t statement = 0);

    std::string path_;
    sqlite3* handle_;
};

}  // namespace schemist::sqlite
