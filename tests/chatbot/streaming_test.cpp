// Answers that are streamed, to clients that stay and to those that leave.
#include "running_service.hpp"
#include "support/process.hpp"

#include <condition_variable>
#include <mutex>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::Document;
using chat::test::EmptyDatabase;
using chat::test::RunningService;

namespace {

using Events = std::vector<std::pair<std::string, Document>>;

Events events_in(const std::string& text) {
    Events events;
    std::istringstream lines(text);
    std::string name;
    for (std::string line; std::getline(lines, line);) {
        if (line.rfind("event: ", 0) == 0) {
            name = line.substr(7);
        } else if (line.rfind("data: ", 0) == 0) {
            events.emplace_back(name, Document::parse(line.substr(6)));
        }
    }
    return events;
}

std::string told(const Events& events) {
    std::string text;
    for (const auto& [name, data] : events) {
        text += name == "delta" ? data.at("text").get<std::string>() : "";
    }
    return text;
}

httplib::Result ask_for_stream(const RunningService& service, const Document& body,
                               httplib::Headers headers = {}) {
    Document streamed = body;
    streamed["stream"] = true;
    return service.client().Post("/api/chat", headers, streamed.dump(), "application/json");
}

// An OpenAI-compatible endpoint that streams what it is told to, and waits where it is told to.
class StreamingEndpoint {
  public:
    StreamingEndpoint() {
        server_.Post(
            "/v1/chat/completions", [this](const httplib::Request& request, httplib::Response& response) {
                {
                    const std::lock_guard lock(mutex_);
                    asked_ = Document::parse(request.body);
                }
                response.set_chunked_content_provider(
                    "text/event-stream", [this](std::size_t, httplib::DataSink& sink) { return send(sink); });
            });
        port_ = server_.bind_to_any_port("127.0.0.1");
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running()) {
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }
    StreamingEndpoint(const StreamingEndpoint&) = delete;
    StreamingEndpoint& operator=(const StreamingEndpoint&) = delete;
    ~StreamingEndpoint() {
        go_on();
        server_.stop();
        thread_.join();
    }

    // "wait" is none of the lines: there it waits for go_on().
    void answer(std::vector<std::string> lines) {
        const std::lock_guard lock(mutex_);
        lines_ = std::move(lines);
        may_go_on_ = false;
    }
    void go_on() {
        const std::lock_guard lock(mutex_);
        may_go_on_ = true;
        changed_.notify_all();
    }
    Document asked() {
        const std::lock_guard lock(mutex_);
        return asked_;
    }
    chat::Settings settings() const {
        chat::Settings settings;
        auto& endpoint = settings.endpoint.emplace();
        endpoint.url = "http://127.0.0.1:" + std::to_string(port_) + "/v1";
        endpoint.key = "k3y-of-the-test";
        endpoint.model = "small";
        return settings;
    }

  private:
    bool send(httplib::DataSink& sink) {
        std::unique_lock lock(mutex_);
        const auto lines = lines_;
        for (const std::string& line : lines) {
            if (line == "wait") {
                changed_.wait(lock, [this] { return may_go_on_; });
            } else {
                sink.write(line.data(), line.size());
            }
        }
        sink.done();
        return true;
    }

    httplib::Server server_;
    std::thread thread_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool may_go_on_ = false;
    int port_ = 0;
    Document asked_;
    std::vector<std::string> lines_;
};

std::string piece(const std::string& text) {
    return "data: " +
           Document{{"model", "small-1"}, {"choices", {{{"index", 0}, {"delta", {{"content", text}}}}}}}
               .dump() +
           "\n\n";
}

const std::string last = R"(data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]})"
                         "\n\ndata: [DONE]\n\n";

}  // namespace

TEST_CASE("a stream gives the answer in pieces, and then as a plain request would") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const auto answer = ask_for_stream(service, {{"user_id", 7}, {"message", "Hello"}});
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->get_header_value("Content-Type") == "text/event-stream");
        CHECK(answer->get_header_value("X-Request-Id").size() == 32);
        const Events events = events_in(answer->body);
        REQUIRE(events.size() > 3);
        CHECK(events.back().first == "done");
        const Document& done = events.back().second;
        CHECK(told(events) == done["reply"]["content"].get<std::string>());
        const auto read = service.get("/api/conversations/" + done["conversation_id"].dump() + "?user_id=7")
                              .body["messages"];
        REQUIRE(read.size() == 2);
        CHECK(read[0] == done["message"]);
        CHECK(read[1] == done["reply"]);
        const auto by_header = service.client().Post("/api/chat", {{"Accept", "text/event-stream"}},
                                                     R"({"user_id":7,"message":"Bye"})", "application/json");
        REQUIRE(by_header);
        CHECK(events_in(by_header->body).back().first == "done");
    }
}

TEST_CASE("what is wrong with a request is told without a stream") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    CHECK(ask_for_stream(service, {{"user_id", 7}, {"message", ""}})->status == 422);
    CHECK(ask_for_stream(service, {{"message", "x"}})->status == 400);
    CHECK(ask_for_stream(service, {{"user_id", 7}, {"message", "x"}, {"conversation_id", 99}})->status ==
          404);
    CHECK(service.post("/api/chat", R"({"user_id":7,"message":"x","stream":"yes"})").status == 400);
    CHECK(database.contents().empty());
}

TEST_CASE("an endpoint that streams is heard piece by piece") {
    StreamingEndpoint endpoint;
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, endpoint.settings());
    endpoint.answer({piece("Gr\xC3\xBC"), piece("\xC3\x9F "), "wait", piece("Gott"), last});
    std::string heard;
    std::mutex mutex;
    std::thread client([&] {
        httplib::Request request;
        request.method = "POST";
        request.path = "/api/chat";
        request.body = R"({"user_id":7,"message":"Hello","stream":true})";
        request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
            const std::lock_guard lock(mutex);
            heard.append(data, size);
            return true;
        };
        auto connection = service.client();
        CHECK(connection.send(request));
    });
    const auto told_so_far = [&] {
        const std::lock_guard lock(mutex);
        return told(events_in(heard));
    };
    // The first pieces are here while the endpoint still speaks, and nothing is stored yet.
    schemist::test::wait_until("the first pieces", [&] { return told_so_far() == "Gr\xC3\xBC\xC3\x9F "; });
    CHECK(database.contents().empty());
    endpoint.go_on();
    client.join();
    CHECK(endpoint.asked()["stream"] == true);
    const Events events = events_in(heard);
    CHECK(events.back().first == "done");
    CHECK(events.back().second["reply"]["content"] == "Gr\xC3\xBC\xC3\x9F Gott");
    CHECK(events.back().second["reply"]["metadata"] ==
          Document{{"model", "small-1"}, {"finish_reason", "stop"}});
}

TEST_CASE("when the client leaves in the middle, the answer is made and stored all the same") {
    StreamingEndpoint endpoint;
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, endpoint.settings());
    endpoint.answer({piece("Here "), "wait", piece("I am"), last});
    httplib::Request request;
    request.method = "POST";
    request.path = "/api/chat";
    request.headers = {{"Idempotency-Key", "left"}};
    request.body = R"({"user_id":7,"message":"Hello","stream":true})";
    request.content_receiver = [](const char*, std::size_t, std::uint64_t, std::uint64_t) { return false; };
    auto client = service.client();
    CHECK_FALSE(client.send(request));
    // One that comes again too soon is told to wait.
    const auto early =
        ask_for_stream(service, {{"user_id", 7}, {"message", "Hello"}}, {{"Idempotency-Key", "left"}});
    REQUIRE(early);
    CHECK(early->status == 409);
    CHECK(early->get_header_value("Retry-After") == "1");
    endpoint.go_on();
    schemist::test::wait_until("the exchange to be stored",
                               [&] { return database.number("SELECT count(*) FROM messages") == 2; });
    schemist::test::wait_until("the answer to be had", [&] {
        return ask_for_stream(service, {{"user_id", 7}, {"message", "Hello"}}, {{"Idempotency-Key", "left"}})
                   ->status == 201;
    });
    CHECK(database.number("SELECT count(*) FROM messages") == 2);
    CHECK(database.contents().find("assistant Here I am") != std::string::npos);
}

TEST_CASE("when the endpoint breaks off, the stream ends with an error, and nothing is stored") {
    StreamingEndpoint endpoint;
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, endpoint.settings());
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases{
        {{piece("Half an ans")}, "broke off in the middle"},
        {{piece("Half"), "data: {\"error\":{\"message\":\"out of k3y-of-the-test\"}}\n\n"},
         "broke off: out of ***"},
        {{"data: {nonsense\n\n", last}, "no JSON"},
        {{last}, "empty message"},
        {{": nothing\n\n"}, "broke off in the middle"},
    };
    for (const auto& each : cases) {
        const std::string& reason = each.second;
        CAPTURE(reason);
        endpoint.answer(each.first);
        const auto answer = ask_for_stream(service, {{"user_id", 7}, {"message", "Hello"}});
        REQUIRE(answer);
        CHECK(answer->status == 200);
        const Events events = events_in(answer->body);
        REQUIRE_FALSE(events.empty());
        CHECK(events.back().first == "error");
        CHECK(service.get("/metrics")
                  .text.find(R"(chatbot_requests_total{method="POST",route="/api/chat",status="502"})") !=
              std::string::npos);
        CHECK(events.back().second["error"]["message"].get<std::string>().find(reason) != std::string::npos);
        CHECK(database.contents().empty());
    }
}

TEST_CASE("a streamed answer is cut where the table cuts it, in characters") {
    StreamingEndpoint endpoint;
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, endpoint.settings());
    std::vector<std::string> lines;
    for (int i = 0; i < 101; ++i) {
        std::string text;
        for (int j = 0; j < 100; ++j) {
            text += "\xC3\xBC";
        }
        lines.push_back(piece(text));
    }
    lines.push_back(last);
    endpoint.answer(lines);
    const Events events = events_in(ask_for_stream(service, {{"user_id", 7}, {"message", "Much"}})->body);
    CHECK(events.back().first == "done");
    CHECK(events.back().second["reply"]["metadata"]["cut"] == true);
    CHECK(told(events) == events.back().second["reply"]["content"].get<std::string>());
    CHECK(told(events).size() == 20'000);
}
