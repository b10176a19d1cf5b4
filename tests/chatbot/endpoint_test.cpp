#include "running_service.hpp"

#include <mutex>
#include <thread>

#include <doctest/doctest.h>
#include <httplib.h>

using chat::test::Backend;
using chat::test::Document;
using chat::test::EmptyDatabase;
using chat::test::RunningService;

namespace {

// An OpenAI-compatible endpoint that answers as it is told, and keeps what it was asked.
class FakeEndpoint {
  public:
    FakeEndpoint() {
        server_.Post("/v1/chat/completions",
                     [this](const httplib::Request& request, httplib::Response& response) {
                         std::unique_lock lock(mutex_);
                         last_body_ = Document::parse(request.body);
                         last_authorization_ = request.get_header_value("Authorization");
                         response.status = status_;
                         response.set_content(answer_, "application/json");
                         const auto delay = delay_;
                         lock.unlock();
                         std::this_thread::sleep_for(delay);
                     });
        port_ = server_.bind_to_any_port("127.0.0.1");
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    FakeEndpoint(const FakeEndpoint&) = delete;
    FakeEndpoint& operator=(const FakeEndpoint&) = delete;
    ~FakeEndpoint() {
        server_.stop();
        thread_.join();
    }

    void answer(int status, std::string body, std::chrono::milliseconds delay = {}) {
        const std::lock_guard lock(mutex_);
        status_ = status;
        answer_ = std::move(body);
        delay_ = delay;
    }
    Document last_body() {
        const std::lock_guard lock(mutex_);
        return last_body_;
    }
    std::string last_authorization() {
        const std::lock_guard lock(mutex_);
        return last_authorization_;
    }

    chat::Settings settings() const {
        chat::Settings settings;
        auto& endpoint = settings.endpoint.emplace();
        endpoint.url = "http://127.0.0.1:" + std::to_string(port_) + "/v1";
        endpoint.key = "k3y-of-the-test";
        endpoint.model = "small";
        endpoint.system_prompt = "Be kind.";
        endpoint.connect_timeout = std::chrono::seconds(1);
        endpoint.answer_timeout = std::chrono::seconds(1);
        return settings;
    }

  private:
    httplib::Server server_;
    std::thread thread_;
    std::mutex mutex_;
    int port_ = 0;
    int status_ = 200;
    std::string answer_;
    std::chrono::milliseconds delay_{0};
    Document last_body_;
    std::string last_authorization_;
};

std::string completion(const std::string& content) {
    return Document{{"model", "small-1"},
                    {"choices", Document::array({{{"index", 0},
                                                  {"message", {{"role", "assistant"}, {"content", content}}},
                                                  {"finish_reason", "stop"}}})}}
        .dump();
}

}  // namespace

TEST_CASE("the endpoint is asked with the conversation, and its answer is stored") {
    FakeEndpoint endpoint;
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, endpoint.settings());
    endpoint.answer(200, completion("Gr\xC3\xBC\xC3\x9F Gott!"));
    const auto first = service.say(7, "Hello");
    REQUIRE(first.status == 201);
    CHECK(first.body["reply"]["content"] == "Gr\xC3\xBC\xC3\x9F Gott!");
    CHECK(first.body["reply"]["metadata"] == Document{{"model", "small-1"}, {"finish_reason", "stop"}});
    CHECK(endpoint.last_authorization() == "Bearer k3y-of-the-test");
    CHECK(endpoint.last_body() == Document::parse(R"({"model":"small","messages":[
        {"role":"system","content":"Be kind."},{"role":"user","content":"Hello"}]})"));

    endpoint.answer(200, completion("Fine."));
    const auto id = first.body["conversation_id"].get<std::int32_t>();
    REQUIRE(service.say(7, "How are you?", id).status == 200);
    const auto messages = endpoint.last_body()["messages"];
    REQUIRE(messages.size() == 4);
    CHECK(messages[1]["content"] == "Hello");
    CHECK(messages[2]["role"] == "assistant");
    CHECK(messages[3]["content"] == "How are you?");

    for (int i = 0; i < 15; ++i) {
        REQUIRE(service.say(7, "number " + std::to_string(i), id).status == 200);
    }
    const auto recent = endpoint.last_body()["messages"];
    CHECK(recent.size() == 21);
    CHECK(recent[0]["role"] == "system");
    CHECK(recent[20]["content"] == "number 14");
}

TEST_CASE("when the endpoint fails the client is told, and nothing is stored") {
    FakeEndpoint endpoint;
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, endpoint.settings());
    endpoint.answer(200, completion("Hi."));
    const auto id = service.say(7, "Hello").body["conversation_id"].get<std::int32_t>();
    const std::string before = database.contents();

    const auto fails = [&](const std::string& reason) {
        for (const auto& answer : {service.say(7, "again", id), service.say(7, "anew")}) {
            CHECK(answer.status == 502);
            CHECK(answer.body["error"]["field"].is_null());
            const auto message = answer.body["error"]["message"].get<std::string>();
            CAPTURE(message);
            CHECK(message.find(reason) != std::string::npos);
            CHECK(message.find("k3y-of-the-test") == std::string::npos);
        }
        CHECK(database.contents() == before);
    };
    endpoint.answer(401, R"({"error":{"message":"Incorrect API key: k3y-of-the-test"}})");
    fails("status 401: Incorrect API key: ***");
    endpoint.answer(500, "<html>oops</html>");
    fails("status 500");
    endpoint.answer(200, "not json");
    fails("no chat completion");
    endpoint.answer(200, completion(""));
    fails("empty");
    endpoint.answer(200, completion("late"), std::chrono::milliseconds(1500));
    fails("could not be asked");

    endpoint.answer(200, completion("Back again."));
    CHECK(service.say(7, "again", id).status == 200);
}

TEST_CASE("an endpoint that is not there is a 502") {
    const EmptyDatabase database(Backend::sqlite);
    chat::Settings settings;
    {
        const FakeEndpoint gone;
        settings = gone.settings();
    }
    const RunningService service(database, settings);
    CHECK(service.say(7, "Hello").status == 502);
    CHECK(database.contents().empty());
}

TEST_CASE("slow answers hold no connection to the database") {
    FakeEndpoint endpoint;
    const EmptyDatabase database(Backend::sqlite);
    chat::Settings settings = endpoint.settings();
    settings.connections = 1;
    const RunningService service(database, settings);
    endpoint.answer(200, completion("slow"), std::chrono::milliseconds(500));
    std::thread slow([&] { CHECK(service.say(7, "Hello").status == 201); });
    // It must be waiting for its answer while the others read.
    while (endpoint.last_body().is_null()) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    CHECK(service.get("/api/conversations?user_id=7").body["conversations"].empty());
    slow.join();
    CHECK(service.get("/api/conversations?user_id=7").body["conversations"].size() == 1);
}
