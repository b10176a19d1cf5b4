#pragma once
// An advisory lock on a connection that does nothing else.

#include "postgresql/connection.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace schemist::postgresql {

// Two 32-bit keys, so that a holder can be found in pg_locks.
struct LockKey {
    std::uint32_t first = 0;
    std::uint32_t second = 0;

    bool operator==(const LockKey&) const = default;
};

// "1, -2": as the functions for advisory locks take it.
std::string lock_arguments(const LockKey& key);

struct LeaseSettings {
    LockKey key;
    // How long the server keeps the lock when nothing is heard of this process.
    std::chrono::milliseconds lease = std::chrono::seconds(60);
    std::string application_name;
};

// Why a lock is gone.
struct LockLoss {
    std::string reason;
    // The lease ran out, so that somebody else may have taken over long ago. False: the connection was cut or
    // the server ended it.
    bool expired = false;
};

// Lives in an open READ COMMITTED transaction which holds no snapshot, so that CREATE INDEX CONCURRENTLY of
// another connection does not wait for it: simple protocol only, and heartbeats that take no snapshot. It works
// through a pooler in transaction mode as well, and dies with the connection.
//
// A thread of its own sends the heartbeats and watches the socket. While it lives, nobody else may use the
// connection.
class LeasedLock {
  public:
    // One attempt, never waited for in the server. Nothing when somebody else holds it; the connection is out of
    // a transaction again then. `on_lost` is called once, by the lock's own thread. The connection must outlive
    // the lock. Throws Error.
    static std::unique_ptr<LeasedLock> try_take(Connection& connection, const LeaseSettings& settings,
                                                std::function<void(const LockLoss&)> on_lost);

    LeasedLock(const LeasedLock&) = delete;
    LeasedLock& operator=(const LeasedLock&) = delete;
    // Releases it. The connection may be used again, if it still lives.
    ~LeasedLock();

    // Nothing while it is held, as far as is known.
    std::optional<LockLoss> loss() const;

    // Asks the server, unless it has answered a moment ago: a process that was stopped for long must not go on
    // with what it believes. The loss is known to loss() when this is false.
    bool confirm();

    // False: what the client knows as its server process is another one, so that a pooler or a proxy stands
    // between.
    bool direct() const { return direct_; }

  private:
    using Clock = std::chrono::steady_clock;

    LeasedLock(Connection& connection, const LeaseSettings& settings, bool direct,
               Clock::time_point confirmed, std::function<void(const LockLoss&)> on_lost);

    void watch();
    bool beat();
    bool wait_for_input(Clock::time_point until);
    bool read_input();
    void lose(std::string reason);
    void wake() const;

    Connection& connection_;
    std::chrono::milliseconds lease_;
    bool direct_;
    std::function<void(const LockLoss&)> on_lost_;
    int wake_ = -1;
    void (*receiver_before_)(void*, const pg_result*) = nullptr;
    // What the server said when it ended the connection.
    std::string last_sqlstate_;
    std::string last_message_;

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::optional<LockLoss> loss_;
    Clock::time_point confirmed_;  // held by the server then, or later
    bool asked_ = false;
    bool ending_ = false;
    Clock::time_point ending_since_{};
    std::thread thread_;
};

}  // namespace schemist::postgresql
