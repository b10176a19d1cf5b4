// So many requests a minute, and no more, of each client.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace chat {

// Each client has a bucket of tokens that fills again by and by. The time is given, so that a test need not wait.
class RateLimit {
  public:
    using Clock = std::chrono::steady_clock;

    // 0: any number.
    explicit RateLimit(std::size_t per_minute) : per_minute_(per_minute) {}

    // Nothing when the request may be carried out; else after how long the next one may come.
    std::optional<std::chrono::seconds> refuses(const std::string& client, Clock::time_point now);
    std::size_t clients() const;

  private:
    struct Bucket {
        double tokens;
        Clock::time_point filled;
    };
    double tokens_at(const Bucket& bucket, Clock::time_point now) const;
    void forget_full_buckets(Clock::time_point now);

    std::size_t per_minute_;
    mutable std::mutex mutex_;
    std::map<std::string, Bucket> buckets_;
    std::size_t forget_at_ = 1024;
};

}  // namespace chat
