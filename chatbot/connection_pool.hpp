// A few database connections that the threads of the service take turns with.
#pragma once

#include <schemist/database.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
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
};

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

  private:
    using Clock = std::chrono::steady_clock;
    struct Idle {
        std::unique_ptr<schemist::Database> database;
        Clock::time_point since;
    };

    void give_back(std::unique_ptr<schemist::Database> database) noexcept;
    bool still_lives(Idle& idle) const noexcept;

    Open open_;
    PoolLimits limits_;
    std::mutex mutex_;
    std::condition_variable freed_;
    std::vector<Idle> idle_;
    std::size_t in_use_ = 0;
};

}  // namespace chat
