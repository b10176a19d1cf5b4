// What is counted, and how Prometheus reads it.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>

namespace chat {

// Times of one route, in buckets as a Prometheus histogram has them.
struct Histogram {
    static constexpr std::array<double, 11> bounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                   0.1,   0.5,    1,     5,    10};
    std::array<std::uint64_t, bounds.size() + 1> counts{};
    double sum = 0;

    void add(double seconds);
};

class RequestMetrics {
  public:
    // Any thread may call these.
    void answered(std::string_view method, std::string_view route, int status,
                  std::chrono::duration<double> took);
    void refused(std::string_view reason);
    // The lines of all of them.
    std::string text() const;

  private:
    mutable std::mutex mutex_;
    std::map<std::tuple<std::string, std::string, int>, std::uint64_t> answered_;
    std::map<std::string, Histogram, std::less<>> took_;
    std::map<std::string, std::uint64_t, std::less<>> refused_;
};

// The two lines that introduce a metric, and one with a value.
std::string metric_header(std::string_view name, std::string_view type, std::string_view help);
std::string metric(std::string_view name, double value);
std::string metric(std::string_view name, std::string_view labels, double value);

}  // namespace chat
