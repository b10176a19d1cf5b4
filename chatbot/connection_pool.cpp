#include "connection_pool.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <string_view>
#include <thread>

#include <fmt/format.h>

namespace chat {

bool passes_by_itself(const schemist::Error& error) {
    if (error.exit_code() == schemist::ExitCode::unreachable ||
        error.exit_code() == schemist::ExitCode::lock) {
        return true;
    }
    // Classes of PostgreSQL: connection, serialisation and deadlock, resources, object in use, operator
    // intervention, system.
    const std::string group = error.sqlstate().substr(0, 2);
    constexpr std::array<std::string_view, 6> groups{"08", "40", "53", "55", "57", "58"};
    return std::find(groups.begin(), groups.end(), group) != groups.end();
}

ConnectionPool::Lease::~Lease() {
    if (database_) {
        pool_->give_back(std::move(database_));
    }
}

ConnectionPool::ConnectionPool(Open open, PoolLimits limits) : open_(std::move(open)), limits_(limits) {
    statistics_.limit = limits_.connections;
}

ConnectionPool::Lease ConnectionPool::lease() {
    std::unique_lock lock(mutex_);
    ++statistics_.waiting;
    const bool free =
        freed_.wait_for(lock, limits_.wait, [this] { return statistics_.in_use < limits_.connections; });
    --statistics_.waiting;
    if (!free) {
        throw schemist::Error(
            fmt::format("all {} connections to the database are in use", limits_.connections))
            .hint("try again, or set CHAT_DATABASE_CONNECTIONS to more")
            .exit_code(schemist::ExitCode::unreachable);
    }
    ++statistics_.in_use;
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
            ++statistics_.lost;
        }
        lock.unlock();
        return {*this, open()};
    } catch (...) {
        if (lock.owns_lock()) {
            lock.unlock();
        }
        give_back(nullptr);
        throw;
    }
}

std::unique_ptr<schemist::Database> ConnectionPool::open() {
    try {
        auto database = open_();
        const std::lock_guard lock(mutex_);
        ++statistics_.opened;
        return database;
    } catch (...) {
        const std::lock_guard lock(mutex_);
        ++statistics_.refused;
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
        --statistics_.in_use;
        if (lost) {
            ++statistics_.lost;
            // What broke this one has probably broken the others.
            suspects.swap(idle_);
        } else if (usable) {
            idle_.push_back({std::move(database), Clock::now()});
        }
    }
    freed_.notify_one();
}

// Longer from time to time, and of a random length, so that those who failed together do not come back together.
void ConnectionPool::pause_before(int attempt) {
    {
        const std::lock_guard lock(mutex_);
        ++statistics_.tried_again;
    }
    thread_local std::minstd_rand random(std::random_device{}());
    const int longest = std::min(50 << std::min(attempt, 4), 500);
    std::this_thread::sleep_for(
        std::chrono::milliseconds(std::uniform_int_distribution<int>(longest / 2, longest)(random)));
}

PoolStatistics ConnectionPool::statistics() const {
    const std::lock_guard lock(mutex_);
    PoolStatistics result = statistics_;
    result.idle = idle_.size();
    return result;
}

}  // namespace chat
