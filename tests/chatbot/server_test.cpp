// HTTP as clients see it: what is accepted is answered, and what is long is compressed.
#include "running_service.hpp"
#include "support/process.hpp"

#include <condition_variable>
#include <future>
#include <mutex>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::EmptyDatabase;
using chat::test::RunningService;

namespace {

// Clients that have sent half of their body, and send the rest when they are told to.
class SlowClients {
  public:
    ~SlowClients() { go_on(); }

    std::future<httplib::Result> post(const RunningService& service, std::string body) {
        return std::async(std::launch::async, [this, &service, body = std::move(body)] {
            const auto send = [&](std::size_t offset, std::size_t, httplib::DataSink& sink) {
                const std::size_t half = body.size() / 2;
                if (offset > 0) {
                    wait();
                    return sink.write(body.data() + half, body.size() - half);
                }
                return sink.write(body.data(), half);
            };
            return service.client().Post("/api/chat", body.size(), send, "application/json");
        });
    }
    std::size_t waiting() {
        const std::lock_guard lock(mutex_);
        return waiting_;
    }
    void go_on() {
        const std::lock_guard lock(mutex_);
        go_on_ = true;
        changed_.notify_all();
    }

  private:
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.wait(lock, [this] { return go_on_; });
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t waiting_ = 0;
    bool go_on_ = false;
};

}  // namespace

TEST_CASE("a stream that was accepted before the chatbot was to stop is sent to its end") {
    const EmptyDatabase database(Backend::sqlite);
    RunningService service(database);
    SlowClients clients;
    auto answer = clients.post(service, R"({"user_id":7,"message":"Hello","stream":true})");
    schemist::test::wait_until("half of the request to be sent", [&] { return clients.waiting() == 1; });
    // Connections are accepted in their order.
    CHECK(service.get("/health").status == 200);
    CHECK_FALSE(service.application().stop(std::chrono::milliseconds(1)));
    CHECK_FALSE(service.client().Get("/health"));
    clients.go_on();
    const auto result = answer.get();
    REQUIRE(result);
    CHECK(result->status == 200);
    CHECK(result->body.find("event: done") != std::string::npos);
    CHECK(service.application().stop());
    CHECK(database.number("SELECT count(*) FROM messages") == 2);
}

TEST_CASE("requests that wait for a thread are answered when the chatbot is to stop") {
    const EmptyDatabase database(Backend::sqlite);
    chat::Settings settings;
    settings.limits.concurrent_requests = 1;
    RunningService service(database, settings);
    SlowClients clients;
    // More than there are threads for probes and requests.
    std::vector<std::future<httplib::Result>> answers;
    for (int i = 0; i < 30; ++i) {
        answers.push_back(clients.post(service, R"({"user_id":7,"message":"Hello"})"));
    }
    schemist::test::wait_until("30 requests to be sent by half", [&] { return clients.waiting() == 30; });
    // All of them are accepted: nobody is left who waits for that.
    auto last = std::async(std::launch::async, [&] { return service.client().Get("/health"); });
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK_FALSE(service.application().stop(std::chrono::milliseconds(1)));
    clients.go_on();
    for (auto& answer : answers) {
        const auto result = answer.get();
        REQUIRE(result);
        CHECK((result->status == 201 || result->status == 503));
    }
    CHECK(last.get()->status == 200);
    CHECK(service.application().stop());
}

TEST_CASE("what is long is compressed for clients that take it, and never by brotli") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    const httplib::Headers takes{{"Accept-Encoding", "br, gzip"}};
    const auto page = service.client().Get("/chat.js", takes);
    REQUIRE(page);
    CHECK(page->get_header_value("Content-Encoding") == "gzip");
    CHECK(page->get_header_value("Vary") == "Accept-Encoding");
    CHECK(page->body == service.client().Get("/chat.js", {{"Accept-Encoding", "identity"}})->body);
    const auto health = service.client().Get("/health", takes);
    REQUIRE(health);
    CHECK_FALSE(health->has_header("Content-Encoding"));
    CHECK_FALSE(
        service.client().Get("/chat.js", {{"Accept-Encoding", "br"}})->has_header("Content-Encoding"));
}
