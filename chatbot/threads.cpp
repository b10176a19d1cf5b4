#include "threads.hpp"

#include <utility>

#include <malloc.h>

namespace chat {

Threads::Threads(std::size_t least, std::size_t most, std::chrono::milliseconds patience)
    : least_(least), most_(most), patience_(patience) {}

Threads::~Threads() {
    finish();
}

void Threads::run(std::function<void()> job) {
    std::list<std::thread> ended;
    {
        const std::lock_guard lock(mutex_);
        jobs_.push_back(std::move(job));
        ended.swap(ended_);
        if (jobs_.size() > idle_ && threads_.size() < most_) {
            threads_.emplace_front();
            // It takes the lock before it looks at itself.
            threads_.front() = std::thread([this, self = threads_.begin()] { work(self); });
        }
    }
    changed_.notify_one();
    for (std::thread& thread : ended) {
        thread.join();
    }
}

void Threads::work(std::list<std::thread>::iterator self) {
    std::unique_lock lock(mutex_);
    while (true) {
        ++idle_;
        const bool woken =
            changed_.wait_for(lock, patience_, [this] { return !jobs_.empty() || finishing_; });
        --idle_;
        if (!jobs_.empty()) {
            const auto job = std::move(jobs_.front());
            jobs_.pop_front();
            lock.unlock();
            job();
            lock.lock();
        } else if (finishing_ || (!woken && threads_.size() > least_)) {
            ended_.splice(ended_.end(), threads_, self);
            const bool last = threads_.size() <= least_ && !finishing_;
            changed_.notify_all();
            if (last) {
                // A rush is over: what it needed is given back to the system.
                lock.unlock();
                malloc_trim(0);
            }
            return;
        }
    }
}

void Threads::finish() {
    std::list<std::thread> ended;
    {
        std::unique_lock lock(mutex_);
        finishing_ = true;
        changed_.notify_all();
        changed_.wait(lock, [this] { return threads_.empty(); });
        ended.swap(ended_);
    }
    for (std::thread& thread : ended) {
        thread.join();
    }
}

std::size_t Threads::count() const {
    const std::lock_guard lock(mutex_);
    return threads_.size();
}

}  // namespace chat
