// SIGINT and SIGTERM as a wish to stop.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace chat {

// Before the first thread is made: a thread inherits which signals it does not get.
void block_stop_signals();

// Calls `stop` at the first of these signals, and ends the process at a second one, for as long as it lives.
class StopOnSignal {
  public:
    explicit StopOnSignal(std::function<void()> stop);
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal();

    // What a process ends with that the signal has ended; 0 without one.
    int exit_status() const { return received_ == 0 ? 0 : 128 + received_; }

  private:
    void wait_for_signals();

    std::function<void()> stop_;
    std::atomic<int> received_ = 0;
    std::atomic<bool> ending_ = false;
    std::thread thread_;
};

}  // namespace chat
