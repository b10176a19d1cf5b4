#include "runner/watcher.hpp"

#include <algorithm>

namespace schemist {

namespace {

constexpr std::chrono::milliseconds between_cancels{200};
// A server that does not hear of the cancellation in this time is not going to.
constexpr std::chrono::seconds patience_with_cancel{15};
// A pooler that has no connection to give lets its client wait for minutes.
constexpr std::chrono::seconds patience_with_first_words{5};

}  // namespace

Watcher::Watcher(WatcherSettings settings, Reporter& reporter)
    : settings_(std::move(settings)), reporter_(reporter) {
    if (settings_.stop.stop_possible()) {
        on_stop_.emplace(settings_.stop, [this] {
            const std::lock_guard guard(mutex_);
            stop_since_ = Clock::now();
            changed_.notify_all();
        });
    }
}

Watcher::~Watcher() {
    on_stop_.reset();
    {
        const std::lock_guard guard(mutex_);
        ending_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

Watcher::Watched::Watched(Watcher& watcher, Connection& worker, Work work, std::string what)
    : watcher_(watcher) {
    watcher_.begin(worker, work, std::move(what));
}

Watcher::Watched::~Watched() {
    watcher_.end();
}

void Watcher::lock_lost(bool expired) {
    const std::lock_guard guard(mutex_);
    lost_since_ = Clock::now();
    expired_ = expired;
    changed_.notify_all();
}

void Watcher::lock_held() {
    const std::lock_guard guard(mutex_);
    lost_since_.reset();
    expired_ = false;
}

bool Watcher::sleep(std::chrono::milliseconds duration) {
    std::unique_lock guard(mutex_);
    changed_.wait_for(guard, duration, [this] { return stop_since_.has_value(); });
    return !stop_since_;
}

void Watcher::begin(Connection& worker, Work work, std::string what) {
    bool is_urgent = work == Work::connecting;
    {
        const std::lock_guard guard(mutex_);
        worker_ = &worker;
        work_ = work;
        what_ = std::move(what);
        ++number_;
        since_ = Clock::now();
        next_word_ = since_ + settings_.quiet;
        next_cancel_ = since_;
        is_urgent = is_urgent || stop_since_ || lost_since_;
        if (!thread_.joinable() && (settings_.observe || settings_.stop.stop_possible())) {
            thread_ = std::thread([this] { run(); });
        }
    }
    // To wake the thread for every step would cost as much as a small step.
    if (is_urgent) {
        changed_.notify_all();
    }
}

void Watcher::end() {
    std::unique_lock guard(mutex_);
    // Reporters hear of one thing at a time.
    changed_.wait(guard, [this] { return !is_speaking_; });
    worker_ = nullptr;
}

std::optional<Watcher::Clock::time_point> Watcher::cancel_from() const {
    std::optional<Clock::time_point> from;
    if (work_ == Work::cleaning) {
        return from;
    }
    const auto at_the_latest = [&](Clock::time_point time) { from = from ? std::min(*from, time) : time; };
    if (stop_since_) {
        at_the_latest(work_ == Work::alone ? *stop_since_ + settings_.stop_grace : *stop_since_);
    }
    if (lost_since_ && work_ == Work::step) {
        at_the_latest(*lost_since_);
    }
    if (work_ == Work::connecting) {
        at_the_latest(since_ + patience_with_first_words);
    }
    return from;
}

void Watcher::run() {
    std::unique_lock guard(mutex_);
    while (!ending_) {
        if (worker_ == nullptr) {
            changed_.wait_for(guard, settings_.quiet);
            continue;
        }
        const auto from = cancel_from();
        const Clock::time_point next =
            from ? std::min(std::max(*from, next_cancel_), next_word_) : next_word_;
        if (Clock::now() < next) {
            changed_.wait_until(guard, next);
        } else if (from && Clock::now() >= std::max(*from, next_cancel_)) {
            cancel(*from);
        } else {
            say_what_it_waits_for(guard);
        }
    }
}

// With the mutex held, so that the work does not end, and other work begin, before the cancellation is through.
void Watcher::cancel(Clock::time_point since) {
    const Clock::time_point now = Clock::now();
    const bool no_use = work_ == Work::connecting || (expired_ && !stop_since_) ||
                        now - std::max(since, since_) > patience_with_cancel;
    if (no_use) {
        worker_->abandon();
    } else {
        worker_->cancel();
    }
    next_cancel_ = now + between_cancels;
}

void Watcher::say_what_it_waits_for(std::unique_lock<std::mutex>& guard) {
    next_word_ = Clock::now() + settings_.quiet;
    const std::size_t number = number_;
    guard.unlock();
    const std::string waits_for = settings_.observe ? settings_.observe() : std::string{};
    guard.lock();
    if (worker_ != nullptr && number == number_) {
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Clock::now() - since_);
        const RunningStep running{what_, seconds, waits_for};
        is_speaking_ = true;
        // Who hears it may ask the run to stop.
        guard.unlock();
        reporter_.step_running(running);
        guard.lock();
        is_speaking_ = false;
        changed_.notify_all();
    }
}

}  // namespace schemist
