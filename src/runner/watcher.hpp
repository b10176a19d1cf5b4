#pragma once
// What a run does about the world while its own thread waits for the database.

#include <schemist/connection.hpp>
#include <schemist/reporter.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace schemist {

// What the worker is at.
enum class Work {
    step,        // in a transaction: may be cancelled at once
    alone,       // a statement outside of one: better let it end
    cleaning,    // what must end, or the next run has to do it
    connecting,  // the first words with a server: broken off when they take too long
};

struct WatcherSettings {
    std::stop_token stop = {};
    std::chrono::milliseconds stop_grace = std::chrono::seconds(8);
    // How long the work may take without a word.
    std::chrono::milliseconds quiet = std::chrono::seconds(10);
    // What the worker waits for, for people; called by the watcher's thread.
    std::function<std::string()> observe = {};
};

// Has a thread of its own: cancels the work when the run is to stop or its lock is gone, and says from time to
// time what long work waits for.
class Watcher {
  public:
    Watcher(WatcherSettings settings, Reporter& reporter);
    Watcher(const Watcher&) = delete;
    Watcher& operator=(const Watcher&) = delete;
    ~Watcher();

    // The worker is at it while this lives. No cancellation arrives after it.
    class Watched {
      public:
        Watched(Watcher& watcher, Connection& worker, Work work, std::string what);
        Watched(const Watched&) = delete;
        Watched& operator=(const Watched&) = delete;
        ~Watched();

      private:
        Watcher& watcher_;
    };

    // Any thread may say so. `expired`: somebody else may hold it already, so that there is no time to ask the
    // server to cancel.
    void lock_lost(bool expired);
    void lock_held();

    bool stopped() const { return settings_.stop.stop_requested(); }

    // False when the run is to stop.
    bool sleep(std::chrono::milliseconds duration);

  private:
    using Clock = std::chrono::steady_clock;

    void begin(Connection& worker, Work work, std::string what);
    void end();
    void run();
    // When there is something to do about the work, besides its end; with the mutex held.
    std::optional<Clock::time_point> cancel_from() const;
    void cancel(Clock::time_point since);
    void say_what_it_waits_for(std::unique_lock<std::mutex>& guard);

    WatcherSettings settings_;
    Reporter& reporter_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    Connection* worker_ = nullptr;
    Work work_ = Work::step;
    std::string what_;
    std::size_t number_ = 0;  // of the work, so that a late word is not said of the next
    Clock::time_point since_{};
    Clock::time_point next_word_{};
    Clock::time_point next_cancel_{};
    std::optional<Clock::time_point> stop_since_;
    std::optional<Clock::time_point> lost_since_;
    bool expired_ = false;
    bool ending_ = false;
    bool is_speaking_ = false;
    std::thread thread_;
    // Last, so that it is gone before what it touches.
    std::optional<std::stop_callback<std::function<void()>>> on_stop_;
};

}  // namespace schemist
