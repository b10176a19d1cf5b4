#include "stop_signals.hpp"

#include <utility>

#include <unistd.h>

namespace chat {

namespace {

sigset_t stop_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

}  // namespace

void block_stop_signals() {
    const sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

StopOnSignal::StopOnSignal(std::function<void()> stop)
    : stop_(std::move(stop)), thread_([this] { wait_for_signals(); }) {}

StopOnSignal::~StopOnSignal() {
    ending_ = true;
    pthread_kill(thread_.native_handle(), SIGTERM);
    thread_.join();
}

void StopOnSignal::wait_for_signals() {
    const sigset_t signals = stop_signals();
    while (true) {
        int signal = 0;
        sigwait(&signals, &signal);
        if (ending_) {
            return;
        }
        if (received_ != 0) {
            _exit(128 + signal);
        }
        received_ = signal;
        stop_();
    }
}

}  // namespace chat
