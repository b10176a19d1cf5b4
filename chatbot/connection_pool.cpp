#include "connection_pool.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace chat {

ConnectionPool::Lease::~Lease() {
    if (database_) {
        pool_->give_back(std::move(database_));
    }
}

ConnectionPool::ConnectionPool(Open open, PoolLimits limits) : open_(std::move(open)), limits_(limits) {}

ConnectionPool::Lease ConnectionPool::lease() {
    std::unique_lock lock(mutex_);
    if (!freed_.wait_for(lock, limits_.wait, [this] { return in_use_ < limits_.connections; })) {
        throw schemist::Error(
            fmt::format("all {} connections to the database are in use", limits_.connections))
            .hint("try again, or set CHAT_DATABASE_CONNECTIONS to more")
            .exit_code(schemist::ExitCode::unreachable);
    }
    ++in_use_;
    try {
        while (!idle_.empty()) {
            Idle idle = std::move(idle_.back());
            idle_.pop_back();
            lock.unlock();
            if (still_lives(idle)) {
                return {*this, std::move(idle.database)};
            }
            idle.database.reset();
            lock.lock();
        }
        if (lock.owns_lock()) {
            lock.unlock();
        }
        return {*this, open_()};
    } catch (...) {
        give_back(nullptr);
        throw;
    }
}

bool ConnectionPool::still_lives(Idle& idle) const noexcept {
    if (Clock::now() - idle.since < limits_.trusted_idle) {
        return true;
    }
    try {
        idle.database->connection().query("SELECT 1");
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

void ConnectionPool::give_back(std::unique_ptr<schemist::Database> database) noexcept {
    const bool usable =
        database && database->connection().alive() && !database->connection().in_transaction();
    const bool lost = database && !database->connection().alive();
    std::vector<Idle> suspects;
    {
        const std::lock_guard lock(mutex_);
        --in_use_;
        if (lost) {
            // What broke this one has probably broken the others.
            suspects.swap(idle_);
        } else if (usable) {
            idle_.push_back({std::move(database), Clock::now()});
        }
    }
    freed_.notify_one();
}

}  // namespace chat
