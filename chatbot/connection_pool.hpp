// A few database connections that the threads of the service take turns with.
#pragma once

#include <schemist/database.hpp>
#include <schemist/error.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace chat {

struct PoolLimits {
    std::size_t connections = 8;
    // How long to wait for one of them.
    std::chrono::milliseconds wait{5000};
    // A connection that was idle for longer is asked whether it still lives: servers that sleep, restart or
    // fail over tell nobody.
    std::chrono::milliseconds trusted_idle{2000};
    // How long run() tries again while the database is away.
    std::chrono::milliseconds patience{10'000};
};

struct PoolStatistics {
    std::size_t limit = 0;
    std::size_t in_use = 0;
    std::size_t idle = 0;
    std::size_t waiting = 0;        // for a connection
    std::uint64_t opened = 0;       // since the start, as all that follow
    std::uint64_t refused = 0;      // could not be opened
    std::uint64_t lost = 0;         // were found dead
    std::uint64_t tried_again = 0;  // pieces of work
};

// Whether trying again later may help: the connection was lost or cannot be had, the server restarts or lacks
// resources, others hold locks.
bool passes_by_itself(const schemist::Error& error);

class ConnectionPool {
  public:
    using Open = std::function<std::unique_ptr<schemist::Database>()>;

    class Lease {
      public:
        Lease(Lease&& other) noexcept = default;
        Lease& operator=(Lease&&) = delete;
        ~Lease();
        schemist::Database& operator*() const { return *database_; }
        schemist::Database* operator->() const { return database_.get(); }

      private:
        friend class ConnectionPool;
        Lease(ConnectionPool& pool, std::unique_ptr<schemist::Database> database)
            : pool_(&pool), database_(std::move(database)) {}
        ConnectionPool* pool_;
        std::unique_ptr<schemist::Database> database_;
    };

    // Connects when a connection is first needed. The pool must outlive its leases.
    explicit ConnectionPool(Open open, PoolLimits limits = {});

    // Throws schemist::Error with ExitCode::unreachable when none becomes free in time, or none can be
    // opened.
    Lease lease();

    // What `work` gives for a connection. When it fails for a reason that passes by itself, it is tried again with another
    // connection: after a lost connection nobody knows whether it took effect, so it must be right to do it twice.
    template <class Work>
    auto run(const Work& work) {
        const auto until = Clock::now() + limits_.patience;
        for (int attempt = 1;; ++attempt) {
            try {
                const Lease database = lease();
                return work(*database);
            } catch (const schemist::Error& error) {
                if (!passes_by_itself(error) || Clock::now() >= until) {
                    throw;
                }
            }
            pause_before(attempt);
        }
    }

    PoolStatistics statistics() const;

  private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        std::unique_ptr<schemist::Database> database;
        Clock::time_point since;
    };

    std::unique_ptr<schemist::Database> open();
    void give_back(std::unique_ptr<schemist::Database> database) noexcept;
    bool still_lives(Idle& idle) const noexcept;
    void pause_before(int attempt);

    Open open_;
    PoolLimits limits_;
    mutable std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<Idle> idle_;
    PoolStatistics statistics_;
};

}  // namespace chat
