#pragma once
// SIGINT and SIGTERM as a wish to stop.

#include <csignal>
#include <stop_token>
#include <thread>

namespace schemist::cli {

// While it lives the two signals ask to stop; a second one ends the process at once. It must be made before other
// threads are, which would get the signals otherwise.
class StopOnSignal {
  public:
    StopOnSignal();
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;
    ~StopOnSignal();

    std::stop_token token() const { return stop_.get_token(); }

  private:
    void wait_for_signals();

    std::stop_source stop_;
    sigset_t before_{};
    std::thread thread_;
};

// The signal that asked to stop; 0: none did.
int stopped_by() noexcept;

}  // namespace schemist::cli
