#pragma once
// The connections of a run: one that holds the lock and does nothing else, and one that works.

#include "runner/executor.hpp"
#include "runner/runner.hpp"
#include "runner/watcher.hpp"

#include <memory>
#include <optional>
#include <string>

namespace schemist {

namespace postgresql {
class Connection;
class LeasedLock;
}  // namespace postgresql

// Where RunOptions::connect is not set, and on SQLite, there is one connection alone: it works, and every step takes
// the lock for itself.
class Session {
  public:
    // `given` is the first connection; it must outlive the session, and is as it was at the end of it.
    Session(Connection& given, const JournalTable& table, const RunOptions& options, Watcher& watcher,
            Reporter& reporter);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    // The one that works. Before the lock is taken it is the given one.
    Connection& connection();
    Executor& executor() { return *executor_; }
    std::string description() const { return given_.description(); }

    // Whether steps may run. False: somebody else holds the lock.
    bool try_lock();
    bool ready() const { return ready_; }
    // On a connection of its own.
    bool holds_lock() const { return lock_ != nullptr; }

    // Throws Error (lock) when the lease has run out meanwhile; false when the connection with the lock was cut.
    bool confirm_lock();

    // Gives up the lock, and makes lost connections anew. Throws Error when that cannot be done.
    void recover();

    // True when a connection that was lost can be made again.
    bool can_recover() const { return static_cast<bool>(options_.connect); }

    // No second connection is to be had from the pooler: a lock cannot be held while a statement runs alone.
    bool starved() const { return starved_; }

    void unlock() noexcept;

  private:
    Connection& first();
    postgresql::Connection* native_first();
    bool open_worker();
    void use(Connection& connection, bool lock_is_held);

    Connection& given_;
    const JournalTable& table_;
    const RunOptions& options_;
    Watcher& watcher_;
    Reporter& reporter_;
    std::unique_ptr<Connection> replacement_;  // of the given one
    std::unique_ptr<postgresql::LeasedLock> lock_;
    std::unique_ptr<Connection> worker_;
    std::unique_ptr<Executor> executor_;
    bool ready_ = false;
    bool starved_ = false;
};

}  // namespace schemist
