// What is sent again, by clients or by the service itself, is stored once; and a database that goes away and comes back.
#include "chatbot_process.hpp"
#include "connection_pool.hpp"
#include "support/own_server.hpp"
#include "support/tcp_proxy.hpp"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::ChatbotProcess;
using chat::test::Document;
using chat::test::EmptyDatabase;
using chat::test::environment_for;
using chat::test::HttpAnswer;
using chat::test::RunningService;
using schemist::test::OwnServer;
using schemist::test::TcpProxy;

namespace {

HttpAnswer say_with_key(httplib::Client client, const std::string& key, const Document& body) {
    return chat::test::to_http_answer(
        client.Post("/api/chat", {{"Idempotency-Key", key}}, body.dump(), "application/json"));
}

bool replayed(const HttpAnswer& answer) {
    return answer.headers.count("Idempotency-Replayed") == 1;
}

}  // namespace

TEST_CASE("a request that comes again with its key gets the stored answer, and stores nothing") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const Document hello{{"user_id", 7}, {"message", "Hello"}, {"metadata", {{"n", 1}}}};
        const auto first = say_with_key(service.client(), "a", hello);
        REQUIRE(first.status == 201);
        CHECK_FALSE(replayed(first));
        for (int i = 0; i < 3; ++i) {
            const auto again = say_with_key(service.client(), "a", hello);
            CHECK(again.status == 201);
            CHECK(again.body == first.body);
            CHECK(replayed(again));
        }
        const Document more{
            {"user_id", 7}, {"message", "Hello"}, {"conversation_id", first.body["conversation_id"]}};
        const auto second = say_with_key(service.client(), "b", more);
        CHECK(second.status == 200);
        CHECK(say_with_key(service.client(), "b", more).body == second.body);
        CHECK(database.number("SELECT count(*) FROM messages") == 4);
        // A key is its user's.
        CHECK(say_with_key(service.client(), "a", {{"user_id", 8}, {"message", "Hello"}}).status == 201);
        CHECK(database.number("SELECT count(*) FROM messages") == 6);
    }
}

TEST_CASE("a key stands for one request") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    const auto first = say_with_key(service.client(), "a", {{"user_id", 7}, {"message", "Hello"}});
    const std::string before = database.contents();
    const Document& id = first.body["conversation_id"];
    for (const Document& other : {Document{{"user_id", 7}, {"message", "Hello!"}},
                                  Document{{"user_id", 7}, {"message", "Hello"}, {"role", "tool"}},
                                  Document{{"user_id", 7}, {"message", "Hello"}, {"conversation_id", id}},
                                  Document{{"user_id", 7}, {"message", "Hello"}, {"metadata", {{"n", 1}}}}}) {
        CAPTURE(other.dump());
        const auto refused = say_with_key(service.client(), "a", other);
        CHECK(refused.status == 422);
        CHECK(refused.body["error"]["field"] == "Idempotency-Key");
    }
    CHECK(say_with_key(service.client(), std::string(129, 'k'), {{"user_id", 7}, {"message", "x"}}).status ==
          400);
    CHECK(say_with_key(service.client(), "k k", {{"user_id", 7}, {"message", "x"}}).status == 400);
    CHECK(database.contents() == before);
}

TEST_CASE("a key goes with its conversation") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    const auto first = say_with_key(service.client(), "a", {{"user_id", 7}, {"message", "Hello"}});
    CHECK(
        service.remove("/api/conversations/" + first.body["conversation_id"].dump() + "?user_id=7").status ==
        200);
    CHECK(database.number("SELECT count(*) FROM exchange_keys") == 0);
    CHECK(say_with_key(service.client(), "a", {{"user_id", 7}, {"message", "Hello"}}).status == 201);
}

TEST_CASE("two replicas that get the same request at once store it once") {
    const EmptyDatabase database(Backend::postgresql);
    ChatbotProcess one(environment_for(database.url()));
    ChatbotProcess two(environment_for(database.url()));
    one.wait_until_ready();
    two.wait_until_ready();
    for (int round = 0; round < 20; ++round) {
        const std::string key = "round " + std::to_string(round);
        const std::string shown = "round-" + std::to_string(round);
        const Document hello{{"user_id", 7}, {"message", key}};
        auto other = std::async(std::launch::async, [&] { return say_with_key(two.client(), shown, hello); });
        const auto mine = say_with_key(one.client(), shown, hello);
        const auto theirs = other.get();
        CHECK(mine.status == 201);
        CHECK(theirs.status == 201);
        CHECK(mine.body == theirs.body);
    }
    CHECK(database.number("SELECT count(*) FROM messages") == 40);
    CHECK(database.number("SELECT count(*) FROM conversations") == 20);
}

TEST_CASE("a connection that is lost around the commit costs nothing, and doubles nothing") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    const std::string url = server.url(proxy.port());
    ChatbotProcess chatbot(environment_for(url));
    chatbot.wait_until_ready();
    const auto first = chatbot.say("the first");
    REQUIRE(first.status == 201);
    for (const TcpProxy::Moment moment : {TcpProxy::Moment::before, TcpProxy::Moment::after}) {
        CAPTURE(static_cast<int>(moment));
        const std::string before = server.value("SELECT count(*) FROM messages");
        proxy.hold(moment, "COMMIT");
        auto said = std::async(std::launch::async, [&] { return chatbot.say("once"); });
        proxy.wait_until_held();
        proxy.cut();
        proxy.resume();
        CHECK(said.get().status == 201);
        CHECK(std::stoi(server.value("SELECT count(*) FROM messages")) == std::stoi(before) + 2);
    }
    CHECK(server.value("SELECT count(*) FROM messages WHERE content = 'once'") == "2");
    CHECK(chatbot.get("/metrics").text.find("chatbot_database_retries_total 0") == std::string::npos);
}

TEST_CASE("a deletion whose answer from the database got lost is still told as done") {
    const OwnServer server;
    TcpProxy proxy(server.port());
    ChatbotProcess chatbot(environment_for(server.url(proxy.port())));
    chatbot.wait_until_ready();
    const std::string path =
        "/api/conversations/" + chatbot.say("gone soon").body["conversation_id"].dump() + "?user_id=1";
    proxy.hold(TcpProxy::Moment::after, "DELETE");
    auto deleted = std::async(std::launch::async,
                              [&] { return chat::test::to_http_answer(chatbot.client().Delete(path)); });
    proxy.wait_until_held();
    proxy.cut();
    proxy.resume();
    CHECK(deleted.get().status == 200);
    CHECK(server.value("SELECT count(*) FROM conversations") == "0");
    CHECK(chat::test::to_http_answer(chatbot.client().Delete(path)).status == 404);
}

TEST_CASE("a restart of the server costs no request, whether the connections were idle or not") {
    // Else the server itself may lose what it has acknowledged, when it crashes.
    OwnServer server(OwnServer::Options{{"synchronous_commit=on"}});
    ChatbotProcess chatbot(environment_for(server.url()));
    chatbot.wait_until_ready();
    CHECK(chatbot.say("before").status == 201);
    server.restart();
    CHECK(chatbot.say("after a restart").status == 201);
    server.restart(OwnServer::Stop::immediate);
    CHECK(chatbot.say("after a crash").status == 201);
    // While it is away a request waits.
    server.stop();
    auto waiting = std::async(std::launch::async, [&] { return chatbot.say("while it is away"); });
    CHECK(waiting.wait_for(std::chrono::milliseconds(300)) == std::future_status::timeout);
    server.start();
    CHECK(waiting.get().status == 201);
    CHECK(server.value("SELECT count(*) FROM messages") == "8");
}

TEST_CASE("when the database stays away, the client is told to come again, and readiness stays") {
    OwnServer server;
    ChatbotProcess chatbot(environment_for(server.url(), {{{"CHAT_DATABASE_PATIENCE", "1"}}}));
    chatbot.wait_until_ready();
    server.stop();
    const auto refused = chatbot.say("nobody there");
    CHECK(refused.status == 503);
    CHECK(refused.headers.count("Retry-After") == 1);
    CHECK(chatbot.get("/ready").status == 200);
    server.start();
    CHECK(chatbot.say("back").status == 201);
    CHECK(server.value("SELECT count(*) FROM messages") == "2");
}
