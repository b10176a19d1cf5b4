// The database on its way to being ready: migrated when the program starts, or on request, and what can be told of it.
#pragma once

#include "connection_pool.hpp"

#include <schemist/migrate.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace chat {

// What came of a migration on request.
struct RequestedRun {
    enum class Result {
        done,
        busy,  // another process migrates, or this one does
        failed,
    };
    Result result = Result::done;
    std::vector<std::string> applied;  // by it, also when it failed later
    std::string error;
};

class Startup {
  public:
    // The pool must outlive it; `source` names the variable that its URL comes from.
    Startup(schemist::MigrateOptions options, ConnectionPool& pool, std::string source);

    // Before anything else is asked.
    void begin();
    // Returns when requests can be answered: the database is migrated, and the application's own connections lead to
    // it. Throws what ended the start. Once.
    schemist::MigrationReport wait();

    // What runs is interrupted, on request or not. Any thread may ask.
    void request_stop() { stop_.request_stop(); }
    bool stopping() const { return stop_.stop_requested(); }
    // A migration has ended because of it.
    bool interrupted() const { return interrupted_; }

    // These may be called by several threads at once.
    bool ready() const { return ready_; }
    schemist::StartupStatus status() const;
    // What the start has done; nothing before it is ready.
    std::optional<schemist::MigrationReport> report() const;
    // What the database's journal says now. Throws schemist::Error when the database cannot be asked.
    schemist::MigrationStatus look() const;
    // Waits for nobody: the request would.
    RequestedRun run();

  private:
    schemist::MigrationReport result_of_migration();
    ConnectionPool::Lease first_lease() const;
    bool stopped_within(std::chrono::milliseconds pause) const;
    void require_same_database(const schemist::MigrationReport& report) const;

    schemist::MigrateOptions options_;
    ConnectionPool& pool_;
    std::string source_;
    std::stop_source stop_;
    std::mutex running_;
    std::atomic<bool> ready_ = false;
    std::atomic<bool> interrupted_ = false;
    mutable std::mutex mutex_;
    std::optional<schemist::MigrationReport> report_;
    std::optional<schemist::MigrationReport> requested_report_;  // of a run while the start was held
    std::unique_ptr<schemist::MigrationOnStart> migration_;
};

}  // namespace chat
