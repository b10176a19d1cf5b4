#include "metrics.hpp"

#include <fmt/format.h>

namespace chat {

void Histogram::add(double seconds) {
    std::size_t bucket = 0;
    while (bucket < bounds.size() && seconds > bounds[bucket]) {
        ++bucket;
    }
    ++counts[bucket];
    sum += seconds;
}

void RequestMetrics::answered(std::string_view method, std::string_view route, int status,
                              std::chrono::duration<double> took) {
    const std::lock_guard lock(mutex_);
    ++answered_[{std::string(method), std::string(route), status}];
    auto times = took_.find(route);
    if (times == took_.end()) {
        times = took_.emplace(route, Histogram()).first;
    }
    times->second.add(took.count());
}

void RequestMetrics::refused(std::string_view reason) {
    const std::lock_guard lock(mutex_);
    ++refused_[std::string(reason)];
}

std::string RequestMetrics::text() const {
    const std::lock_guard lock(mutex_);
    std::string text = metric_header("chatbot_requests_total", "counter", "Requests that were answered.");
    for (const auto& [key, count] : answered_) {
        const auto& [method, route, status] = key;
        text += metric("chatbot_requests_total",
                       fmt::format(R"(method="{}",route="{}",status="{}")", method, route, status),
                       static_cast<double>(count));
    }
    text += metric_header("chatbot_request_duration_seconds", "histogram",
                          "Time until a request was answered, a stream until its end.");
    for (const auto& [route, times] : took_) {
        std::uint64_t below = 0;
        for (std::size_t i = 0; i < times.counts.size(); ++i) {
            below += times.counts[i];
            const std::string bound =
                i < Histogram::bounds.size() ? fmt::format("{}", Histogram::bounds[i]) : "+Inf";
            text += metric("chatbot_request_duration_seconds_bucket",
                           fmt::format(R"(route="{}",le="{}")", route, bound), static_cast<double>(below));
        }
        const std::string label = fmt::format(R"(route="{}")", route);
        text += metric("chatbot_request_duration_seconds_sum", label, times.sum);
        text += metric("chatbot_request_duration_seconds_count", label, static_cast<double>(below));
    }
    text += metric_header("chatbot_requests_refused_total", "counter",
                          "Requests that were not begun: too many at once, too many of one client.");
    for (const char* reason : {"concurrency", "rate"}) {
        const auto found = refused_.find(reason);
        text += metric("chatbot_requests_refused_total", fmt::format(R"(reason="{}")", reason),
                       found == refused_.end() ? 0 : static_cast<double>(found->second));
    }
    return text;
}

std::string metric_header(std::string_view name, std::string_view type, std::string_view help) {
    return fmt::format("# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

std::string metric(std::string_view name, double value) {
    return fmt::format("{} {}\n", name, value);
}

std::string metric(std::string_view name, std::string_view labels, double value) {
    return fmt::format("{}{{{}}} {}\n", name, labels, value);
}

}  // namespace chat
