#include "cli/stop_on_signal.hpp"

#include <atomic>

#include <unistd.h>

namespace schemist::cli {

namespace {

std::atomic<int> received = 0;

// Ends the waiting thread; nobody else sends it, as it is blocked in every thread.
constexpr int end_of_waiting = SIGUSR2;

sigset_t awaited() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, end_of_waiting);
    return signals;
}

}  // namespace

StopOnSignal::StopOnSignal() {
    const sigset_t signals = awaited();
    pthread_sigmask(SIG_BLOCK, &signals, &before_);
    thread_ = std::thread([this] { wait_for_signals(); });
}

StopOnSignal::~StopOnSignal() {
    pthread_kill(thread_.native_handle(), end_of_waiting);
    thread_.join();
    pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

void StopOnSignal::wait_for_signals() {
    const sigset_t signals = awaited();
    while (true) {
        int signal = 0;
        sigwait(&signals, &signal);
        if (signal == end_of_waiting) {
            return;
        }
        if (received != 0) {
            _exit(128 + signal);
        }
        received = signal;
        stop_.request_stop();
    }
}

int stopped_by() noexcept {
    return received;
}

}  // namespace schemist::cli
