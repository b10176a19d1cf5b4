// Who may do what: tokens, owners, and how much of it.
#include "running_service.hpp"
#include "token.hpp"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::Document;
using chat::test::EmptyDatabase;
using chat::test::HttpAnswer;
using chat::test::RunningService;

namespace {

const std::string secret = "0123456789abcdef0123456789abcdef";

chat::Settings with_tokens() {
    chat::Settings settings;
    settings.authentication.secret = secret;
    return settings;
}

std::string token_of(std::int32_t user, std::chrono::seconds valid = std::chrono::hours(1)) {
    return chat::make_token(
        user, std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) + valid, secret);
}

// Somebody who asks with a token.
class Client {
  public:
    Client(const RunningService& service, const std::string& token) : client_(service.client()) {
        client_.set_bearer_token_auth(token);
    }
    HttpAnswer get(const std::string& path) { return chat::test::to_http_answer(client_.Get(path)); }
    HttpAnswer say(const Document& body) {
        return chat::test::to_http_answer(client_.Post("/api/chat", body.dump(), "application/json"));
    }
    HttpAnswer rename(const std::string& path, const Document& body) {
        return chat::test::to_http_answer(client_.Patch(path, body.dump(), "application/json"));
    }
    HttpAnswer remove(const std::string& path) { return chat::test::to_http_answer(client_.Delete(path)); }

  private:
    httplib::Client client_;
};

std::string path_of(const HttpAnswer& said) {
    return "/api/conversations/" + said.body.at("conversation_id").dump();
}

}  // namespace

TEST_CASE("a token says who the user is, and user_id may be left out") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        const RunningService service(database, with_tokens());
        Client anna(service, token_of(7));
        CHECK(anna.get("/api/session").body["user_id"] == 7);
        CHECK(anna.get("/api/session").body["authentication"] == "token");
        const auto said = anna.say({{"message", "Hello"}});
        REQUIRE(said.status == 201);
        CHECK(said.body["message"]["user_id"] == 7);
        CHECK(anna.say({{"message", "Hello"}, {"user_id", 7}}).status == 201);
        CHECK(anna.get("/api/conversations").body["conversations"].size() == 2);
        CHECK(anna.get(path_of(said)).body["messages"].size() == 2);
        CHECK(anna.rename(path_of(said), {{"title", "Mine"}}).status == 200);
        CHECK(anna.remove(path_of(said)).status == 200);
    }
}

TEST_CASE("nobody but its owner reads or changes a conversation") {
    const EmptyDatabase database(Backend::postgresql);
    const RunningService service(database, with_tokens());
    Client anna(service, token_of(7));
    Client eve(service, token_of(8));
    const auto said = anna.say({{"message", "A secret"}});
    const std::string before = database.contents();
    const auto id = said.body.at("conversation_id").get<int>();

    CHECK(eve.get("/api/conversations").body["conversations"].empty());
    CHECK(eve.get(path_of(said)).status == 404);
    CHECK(eve.rename(path_of(said), {{"title", "Stolen"}}).status == 404);
    CHECK(eve.remove(path_of(said)).status == 404);
    CHECK(eve.say({{"message", "Let me in"}, {"conversation_id", id}}).status == 404);
    // Also not by the name of somebody else.
    CHECK(eve.get("/api/conversations?user_id=7").status == 403);
    CHECK(eve.get(path_of(said) + "?user_id=7").status == 403);
    CHECK(eve.rename(path_of(said), {{"title", "Stolen"}, {"user_id", 7}}).status == 403);
    CHECK(eve.remove(path_of(said) + "?user_id=7").status == 403);
    const auto refused = eve.say({{"message", "Let me in"}, {"conversation_id", id}, {"user_id", 7}});
    CHECK(refused.status == 403);
    CHECK(refused.body["error"]["field"] == "user_id");
    CHECK(database.contents() == before);
}

TEST_CASE("without a valid token nothing is answered") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, with_tokens());
    const std::string other_secret = chat::make_token(7, chat::Seconds(std::chrono::seconds(4'000'000'000)),
                                                      "another secret of another service");
    for (const std::string& token : {std::string(), std::string("x"), other_secret,
                                     token_of(7, std::chrono::seconds(-1)), token_of(7) + "x"}) {
        CAPTURE(token);
        Client stranger(service, token);
        for (const HttpAnswer& refused :
             {stranger.get("/api/session"), stranger.get("/api/conversations?user_id=7"),
              stranger.say({{"user_id", 7}, {"message", "Hello"}}), stranger.get("/api/conversations/1"),
              stranger.remove("/api/conversations/1")}) {
            CHECK(refused.status == 401);
            CHECK(refused.headers.find("WWW-Authenticate")->second == "Bearer realm=\"chat\"");
        }
    }
    CHECK(service.get("/api/conversations").status == 401);
    CHECK(database.contents().empty());
    // These are for everybody.
    for (const char* path :
         {"/", "/health", "/ready", "/api/migrations/status", "/metrics", "/openapi.json"}) {
        CAPTURE(path);
        CHECK(service.get(path).status == 200);
    }
}

TEST_CASE("without a secret the service is ready, and says what nobody can chat for") {
    const EmptyDatabase database(Backend::sqlite);
    chat::Settings settings;
    settings.host = "127.0.0.1";
    settings.port = 0;
    settings.database_url = database.url();
    schemist::MigrateOptions migration = chat::compiled_in_migration();
    migration.url = database.url();
    chat::Application application(settings, migration, chat::test::quiet_log());
    application.start();
    application.wait_until_ready();
    httplib::Client client(application.url());
    // A token that anybody could sign.
    client.set_bearer_token_auth(chat::make_token(7, chat::Seconds(std::chrono::seconds(4'000'000'000)), ""));
    CHECK(client.Get("/ready")->status == 200);
    const auto refused = chat::test::to_http_answer(client.Get("/api/session"));
    CHECK(refused.status == 503);
    CHECK(refused.text.find("CHAT_TOKEN_SECRET") != std::string::npos);
    CHECK(client.Post("/api/chat", R"({"user_id":7,"message":"x"})", "application/json")->status == 503);
    CHECK(database.contents().empty());
}

TEST_CASE("in development mode a token changes nothing") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    Client anna(service, token_of(7));
    CHECK(anna.get("/api/session").body["authentication"] == "development");
    CHECK(anna.get("/api/session").body["user_id"].is_null());
    CHECK(anna.say({{"message", "Hello"}}).status == 400);
    CHECK(anna.say({{"message", "Hello"}, {"user_id", 8}}).status == 201);
}

TEST_CASE("a user who asks too much has to wait, and the others have not") {
    const EmptyDatabase database(Backend::sqlite);
    chat::Settings settings = with_tokens();
    settings.limits.requests_per_minute = 5;
    const RunningService service(database, settings);
    Client anna(service, token_of(7));
    for (int i = 0; i < 5; ++i) {
        CHECK(anna.get("/api/conversations").status == 200);
    }
    const auto refused = anna.say({{"message", "Hello"}});
    CHECK(refused.status == 429);
    const int wait = std::stoi(refused.headers.find("Retry-After")->second);
    CHECK(wait >= 1);
    CHECK(wait <= 12);
    Client bert(service, token_of(8));
    CHECK(bert.get("/api/conversations").status == 200);
    CHECK(service.get("/ready").status == 200);
    // Who guesses tokens counts by the address.
    Client stranger(service, "guess");
    int status = 0;
    for (int i = 0; i < 6; ++i) {
        status = stranger.get("/api/session").status;
    }
    CHECK(status == 429);
    CHECK(bert.get("/api/conversations").status == 200);
    CHECK(service.get("/metrics").text.find("chatbot_requests_refused_total{reason=\"rate\"} 2") !=
          std::string::npos);
}

TEST_CASE("behind a proxy the client is whom the proxy names, and nobody else can say so") {
    const EmptyDatabase database(Backend::sqlite);
    for (const bool behind_proxy : {false, true}) {
        CAPTURE(behind_proxy);
        chat::Settings settings;
        settings.limits.requests_per_minute = 2;
        settings.platform.behind_proxy = behind_proxy;
        const RunningService service(database, settings);
        const auto ask = [&](const std::string& forwarded) {
            const auto answer =
                service.client().Get("/api/conversations?user_id=1", {{"X-Forwarded-For", forwarded}});
            REQUIRE(answer);
            return answer->status;
        };
        CHECK(ask("1.1.1.1, 10.0.0.1") == 200);
        CHECK(ask("2.2.2.2, 10.0.0.1") == 200);
        CHECK(ask("3.3.3.3, 10.0.0.1") == 429);
        CHECK(ask("1.1.1.1, 10.0.0.2") == (behind_proxy ? 200 : 429));
    }
}

TEST_CASE("every answer has the request's id, the client's own when it can be written down") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    const auto id_for = [&](const char* path, const std::string& given) {
        const auto answer = service.client().Get(path, {{"X-Request-Id", given}});
        REQUIRE(answer);
        return answer->get_header_value("X-Request-Id");
    };
    for (const char* path : {"/", "/ready", "/api/conversations?user_id=1", "/nothing", "/api/chat"}) {
        CAPTURE(path);
        CHECK(id_for(path, "abc-1.2_3:4/5+6=") == "abc-1.2_3:4/5+6=");
        CHECK(id_for(path, "a b").size() == 32);
        CHECK(id_for(path, "").size() == 32);
        CHECK(id_for(path, std::string(129, 'x')).size() == 32);
    }
    const auto too_large = service.post("/api/chat", std::string(200'000, 'x'));
    CHECK(too_large.status == 413);
    CHECK(too_large.headers.count("X-Request-Id") == 1);
}

TEST_CASE("metrics can want a token") {
    const EmptyDatabase database(Backend::sqlite);
    chat::Settings settings;
    settings.metrics_token = "only-prometheus";
    const RunningService service(database, settings);
    CHECK(service.get("/metrics").status == 401);
    Client prometheus(service, "only-prometheus");
    const auto metrics = prometheus.get("/metrics");
    CHECK(metrics.status == 200);
    for (const char* line :
         {"chatbot_requests_total{method=\"GET\",route=\"/metrics\",status=\"401\"} 1",
          "chatbot_migration_state{state=\"ready\"} 1", "chatbot_database_connections{state=\"in_use\"} 0",
          "chatbot_migration_revisions_applied 2"}) {
        CAPTURE(line);
        CHECK(metrics.text.find(line) != std::string::npos);
    }
}
