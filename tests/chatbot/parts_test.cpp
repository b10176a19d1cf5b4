// The small parts of the service, each by itself.
#include "gate.hpp"
#include "keys_in_use.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "rate_limit.hpp"
#include "threads.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace std::chrono_literals;
using Level = chat::Log::Level;
using Format = chat::Log::Format;

TEST_CASE("a bucket of requests empties, and fills again by and by") {
    chat::RateLimit limit(60);
    const auto start = chat::RateLimit::Clock::now();
    for (int i = 0; i < 60; ++i) {
        CHECK_FALSE(limit.refuses("anna", start));
    }
    CHECK(limit.refuses("anna", start) == 1s);
    CHECK_FALSE(limit.refuses("bert", start));
    CHECK(limit.refuses("anna", start + 900ms) == 1s);
    CHECK_FALSE(limit.refuses("anna", start + 1s));
    CHECK(limit.refuses("anna", start + 1s));
    // It never holds more than a minute's worth.
    for (int i = 0; i < 60; ++i) {
        CHECK_FALSE(limit.refuses("anna", start + 1h));
    }
    CHECK(limit.refuses("anna", start + 1h));
    chat::RateLimit slow(1);
    CHECK_FALSE(slow.refuses("anna", start));
    CHECK(slow.refuses("anna", start) == 60s);
    chat::RateLimit none(0);
    for (int i = 0; i < 1000; ++i) {
        CHECK_FALSE(none.refuses("anna", start));
    }
}

TEST_CASE("clients that ask no more are forgotten") {
    chat::RateLimit limit(60);
    auto now = chat::RateLimit::Clock::now();
    for (int i = 0; i < 20'000; ++i) {
        now += 10ms;
        CHECK_FALSE(limit.refuses("client " + std::to_string(i), now));
    }
    CHECK(limit.clients() < 5000);
}

TEST_CASE("a line of the log is for people or for programs") {
    const std::vector<chat::Field> fields{
        {"path", "/a \"b\""}, {"status", std::int64_t{200}}, {"duration_ms", 1.25}};
    CHECK(chat::log_line(Format::text, Level::info, "T", "request", "GET", fields) ==
          "request     GET path=/a \"b\" status=200 duration_ms=1.2");
    const auto line = nlohmann::json::parse(
        chat::log_line(Format::json, Level::error, "T", "error", "two\nlines \xFF", fields));
    CHECK(line["time"] == "T");
    CHECK(line["level"] == "error");
    CHECK(line["event"] == "error");
    CHECK(line["message"] == "two\nlines \xEF\xBF\xBD");
    CHECK(line["path"] == "/a \"b\"");
    CHECK(line["status"] == 200);
    CHECK(chat::log_line(Format::json, Level::info, "T", "a", "two\nlines", {}).find('\n') ==
          std::string::npos);
}

TEST_CASE("a request's route has no ids in it") {
    CHECK(chat::route_of("/api/conversations/17") == "/api/conversations/{id}");
    CHECK(chat::route_of("/api/conversations") == "/api/conversations");
    CHECK(chat::route_of("/") == "/");
    CHECK(chat::route_of("/api/chat") == "/api/chat");
    CHECK(chat::route_of("/etc/passwd") == "other");
    CHECK(chat::route_of("") == "other");
}

TEST_CASE("a histogram counts each time once, and its buckets add up") {
    chat::RequestMetrics metrics;
    metrics.answered("GET", "/x", 200, 1ms);
    metrics.answered("GET", "/x", 200, 20ms);
    metrics.answered("GET", "/x", 500, 1min);
    const std::string text = metrics.text();
    for (const char* line : {"chatbot_requests_total{method=\"GET\",route=\"/x\",status=\"200\"} 2\n",
                             "chatbot_requests_total{method=\"GET\",route=\"/x\",status=\"500\"} 1\n",
                             "chatbot_request_duration_seconds_bucket{route=\"/x\",le=\"0.001\"} 1\n",
                             "chatbot_request_duration_seconds_bucket{route=\"/x\",le=\"0.01\"} 1\n",
                             "chatbot_request_duration_seconds_bucket{route=\"/x\",le=\"0.025\"} 2\n",
                             "chatbot_request_duration_seconds_bucket{route=\"/x\",le=\"10\"} 2\n",
                             "chatbot_request_duration_seconds_bucket{route=\"/x\",le=\"+Inf\"} 3\n",
                             "chatbot_request_duration_seconds_count{route=\"/x\"} 3\n",
                             "chatbot_request_duration_seconds_sum{route=\"/x\"} 60.021\n"}) {
        CAPTURE(line);
        CHECK(text.find(line) != std::string::npos);
    }
}

TEST_CASE("a key has one holder at a time") {
    chat::KeysInUse keys;
    {
        const auto first = keys.take(7, "a");
        CHECK(first);
        CHECK_FALSE(keys.take(7, "a"));
        CHECK(keys.take(8, "a"));
        CHECK(keys.take(7, "b"));
        chat::KeysInUse::Hold moved = keys.take(7, "c");
        const chat::KeysInUse::Hold elsewhere = std::move(moved);
        CHECK_FALSE(keys.take(7, "c"));
    }
    CHECK(keys.take(7, "a"));
    CHECK(keys.take(7, "c"));
}

TEST_CASE("threads come as jobs come, up to the most, and go when there is nothing to do") {
    std::mutex mutex;
    std::condition_variable changed;
    int running = 0;
    bool may_end = false;
    std::atomic<int> done{0};
    chat::Threads threads(1, 4, 50ms);
    CHECK(threads.count() == 0);
    for (int i = 0; i < 10; ++i) {
        threads.run([&] {
            std::unique_lock lock(mutex);
            ++running;
            changed.notify_all();
            changed.wait(lock, [&] { return may_end; });
            ++done;
        });
    }
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return running == 4; });
    }
    CHECK(threads.count() == 4);
    CHECK(done == 0);
    {
        const std::lock_guard lock(mutex);
        may_end = true;
    }
    changed.notify_all();
    while (done < 10 || threads.count() > 1) {
        std::this_thread::sleep_for(1ms);
    }
    // The one that is left still works, and the others come again.
    for (int i = 0; i < 100; ++i) {
        threads.run([&] { ++done; });
    }
    threads.finish();
    CHECK(done == 110);
    CHECK(threads.count() == 0);
}
