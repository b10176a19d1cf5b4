#pragma once
// What the threads of the program see of a tunnel.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <stop_token>
#include <string>

namespace schemist::net {

class TunnelState {
  public:
    void first_opened();
    void first_failed(const std::string& reason);
    // A client that may have written something, and its end.
    void client_came();
    void client_went();

    // Whether the first WebSocket is open before it fails, the time is up, or it is to stop.
    bool wait_for_first(std::chrono::milliseconds longest, std::stop_token stop);
    void wait_for_clients(std::chrono::milliseconds longest);
    // Of the first WebSocket; empty: it did not fail.
    std::string failure() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    bool first_is_open_ = false;
    std::string failure_;
    std::size_t clients_ = 0;
};

}  // namespace schemist::net
