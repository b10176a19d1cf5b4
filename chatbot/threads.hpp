// Threads that come when they are needed, and go when they are not.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <thread>

namespace chat {

class Threads {
  public:
    // A thread ends when it has had nothing to do for `patience`, unless it is the last of `least`.
    Threads(std::size_t least, std::size_t most,
            std::chrono::milliseconds patience = std::chrono::seconds(10));
    Threads(const Threads&) = delete;
    Threads& operator=(const Threads&) = delete;
    ~Threads();

    // In the order in which they come, as soon as a thread is free.
    void run(std::function<void()> job);
    // Returns when all jobs have been done.
    void finish();
    std::size_t count() const;

  private:
    void work(std::list<std::thread>::iterator self);

    const std::size_t least_;
    const std::size_t most_;
    const std::chrono::milliseconds patience_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::list<std::function<void()>> jobs_;
    std::list<std::thread> threads_;
    std::list<std::thread> ended_;  // to be joined
    std::size_t idle_ = 0;
    bool finishing_ = false;
};

}  // namespace chat
