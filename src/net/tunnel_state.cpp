#include "net/tunnel_state.hpp"

#include <utility>

namespace schemist::net {

void TunnelState::first_opened() {
    const std::lock_guard guard(mutex_);
    first_is_open_ = true;
    changed_.notify_all();
}

void TunnelState::first_failed(const std::string& reason) {
    const std::lock_guard guard(mutex_);
    failure_ = reason;
    changed_.notify_all();
}

void TunnelState::client_came() {
    const std::lock_guard guard(mutex_);
    ++clients_;
}

void TunnelState::client_went() {
    const std::lock_guard guard(mutex_);
    --clients_;
    changed_.notify_all();
}

bool TunnelState::wait_for_first(std::chrono::milliseconds longest, std::stop_token stop) {
    std::unique_lock guard(mutex_);
    changed_.wait_for(guard, std::move(stop), longest, [&] { return first_is_open_ || !failure_.empty(); });
    return first_is_open_;
}

void TunnelState::wait_for_clients(std::chrono::milliseconds longest) {
    std::unique_lock guard(mutex_);
    changed_.wait_for(guard, longest, [&] { return clients_ == 0; });
}

std::string TunnelState::failure() const {
    const std::lock_guard guard(mutex_);
    return failure_;
}

}  // namespace schemist::net
