#include "rate_limit.hpp"

#include <algorithm>
#include <cmath>

namespace chat {

double RateLimit::tokens_at(const Bucket& bucket, Clock::time_point now) const {
    const std::chrono::duration<double> passed = now - bucket.filled;
    const auto most = static_cast<double>(per_minute_);
    return std::min(most, bucket.tokens + passed.count() * most / 60);
}

std::optional<std::chrono::seconds> RateLimit::refuses(const std::string& client, Clock::time_point now) {
    if (per_minute_ == 0) {
        return std::nullopt;
    }
    const std::lock_guard lock(mutex_);
    if (buckets_.size() >= forget_at_) {
        forget_full_buckets(now);
    }
    Bucket& bucket =
        buckets_.try_emplace(client, Bucket{static_cast<double>(per_minute_), now}).first->second;
    bucket.tokens = tokens_at(bucket, now);
    bucket.filled = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return std::nullopt;
    }
    const double missing = (1 - bucket.tokens) * 60 / static_cast<double>(per_minute_);
    return std::chrono::seconds(static_cast<std::int64_t>(std::ceil(missing)));
}

// A full bucket is like none. The bound grows with those that are not, so that this is not done at every request.
void RateLimit::forget_full_buckets(Clock::time_point now) {
    for (auto bucket = buckets_.begin(); bucket != buckets_.end();) {
        const bool full = tokens_at(bucket->second, now) >= static_cast<double>(per_minute_);
        bucket = full ? buckets_.erase(bucket) : std::next(bucket);
    }
    forget_at_ = std::max<std::size_t>(1024, buckets_.size() * 2);
}

std::size_t RateLimit::clients() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

}  // namespace chat
