#include "operations.hpp"

#include "running_service.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::Document;
using chat::test::EmptyDatabase;
using chat::test::RunningService;

namespace {

const std::string first_revision = "eb1bfd995e44";
const std::string revision = "f2e7105d7b51";
const std::string token = "opens-sesame";

chat::Settings with_token() {
    chat::Settings settings;
    settings.migrations_token = token;
    return settings;
}

chat::test::HttpAnswer ask_to_run(const RunningService& service, const std::string& authorization) {
    httplib::Headers headers;
    if (!authorization.empty()) {
        headers.emplace("Authorization", authorization);
    }
    return chat::test::to_http_answer(
        service.client().Post("/api/migrations/run", headers, "", "application/json"));
}

// An application that is still starting.
chat::Settings on_this_computer() {
    chat::Settings settings;
    settings.host = "127.0.0.1";
    settings.port = 0;
    settings.authentication.development = true;
    return settings;
}

schemist::MigrateOptions migration_of(const std::string& url) {
    schemist::MigrateOptions options = chat::compiled_in_migration();
    options.url = url;
    return options;
}

}  // namespace

TEST_CASE("while the database is migrated the program lives, is not ready, and refuses requests at once") {
    const EmptyDatabase database(Backend::sqlite);
    const auto blocker = database.open();
    blocker->connection().run_script("BEGIN EXCLUSIVE");
    chat::Settings settings = on_this_computer();
    settings.database_url = database.url();
    chat::Application application(settings, migration_of(database.url()), chat::test::quiet_log());
    application.start();
    httplib::Client client(application.url());
    for (const char* path : {"/", "/health"}) {
        CAPTURE(path);
        const auto alive = client.Get(path);
        REQUIRE(alive);
        CHECK(alive->status == 200);
        if (std::string(path) == "/health") {
            CHECK(Document::parse(alive->body)["status"] == "ok");
            CHECK(Document::parse(alive->body)["version"].is_string());
        }
        const auto head = client.Head(path);
        REQUIRE(head);
        CHECK(head->status == 200);
        CHECK(head->body.empty());
    }
    const auto not_ready = client.Get("/ready");
    REQUIRE(not_ready);
    CHECK(not_ready->status == 503);
    CHECK(not_ready->has_header("Retry-After"));
    const Document progress = Document::parse(not_ready->body);
    CHECK((progress["state"] == "connecting" || progress["state"] == "waiting"));
    for (const char* field : {"current_revision", "expected_revision", "revision", "step", "steps", "since",
                              "message", "error"}) {
        CAPTURE(field);
        CHECK(progress.contains(field));
    }
    CHECK(client.Head("/ready")->status == 503);
    const auto status = client.Get("/api/migrations/status");
    REQUIRE(status);
    CHECK(status->status == 200);
    CHECK(Document::parse(status->body)["database_ready"] == false);
    CHECK(Document::parse(status->body)["needs_migration"] == true);
    const auto refused = client.Post("/api/chat", R"({"user_id":1,"message":"x"})", "application/json");
    REQUIRE(refused);
    CHECK(refused->status == 503);
    CHECK(refused->has_header("Retry-After"));
    CHECK(client.Get("/nothing")->status == 404);

    blocker->connection().run_script("ROLLBACK");
    CHECK(application.wait_until_ready().applied.size() == 2);
    const auto ready = client.Get("/ready");
    REQUIRE(ready);
    CHECK(ready->status == 200);
    CHECK(Document::parse(ready->body)["state"] == "ready");
    CHECK(Document::parse(ready->body)["current_revision"] == revision);
    CHECK(client.Head("/ready")->status == 200);
    CHECK(client.Post("/api/chat", R"({"user_id":1,"message":"x"})", "application/json")->status == 201);
}

TEST_CASE("a migration that fails is thrown to whoever waits, and nothing is served") {
    chat::Application application(on_this_computer(), migration_of("sqlite:////no/such/folder/chat.db"),
                                  chat::test::quiet_log());
    application.start();
    CHECK_THROWS_AS(application.wait_until_ready(), schemist::Error);
    httplib::Client client(application.url());
    CHECK(client.Get("/health")->status == 200);
    const auto ready = client.Get("/ready");
    REQUIRE(ready);
    CHECK(ready->status == 503);
    CHECK(Document::parse(ready->body)["state"] == "failed");
    CHECK_FALSE(Document::parse(ready->body)["error"].is_null());
    CHECK(client.Get("/api/conversations?user_id=1")->status == 503);
}

TEST_CASE("the status of migrations is what the database says at that moment") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const auto ready = service.get("/api/migrations/status");
        CHECK(ready.status == 200);
        CHECK(ready.body == Document{{"current_revision", revision},
                                     {"expected_revision", revision},
                                     {"needs_migration", false},
                                     {"database_ready", true},
                                     {"pending", Document::array()},
                                     {"unknown", Document::array()},
                                     {"interrupted", false}});
        database.open()->connection().run_script("DELETE FROM schemist_journal");
        const auto changed = service.get("/api/migrations/status").body;
        CHECK(changed["current_revision"].is_null());
        CHECK(changed["expected_revision"] == revision);
        CHECK(changed["needs_migration"] == true);
        CHECK(changed["database_ready"] == false);
        CHECK(changed["pending"] == Document::array({first_revision, revision}));
    }
}

TEST_CASE("the status is told also when the database cannot be asked") {
    auto database = std::make_unique<EmptyDatabase>(Backend::postgresql);
    const RunningService service(*database);
    database.reset();
    const auto status = service.get("/api/migrations/status");
    CHECK(status.status == 200);
    CHECK(status.body["current_revision"] == revision);
    CHECK(status.body["database_ready"] == false);
    CHECK_FALSE(status.body["error"].is_null());
    CHECK(service.get("/health").status == 200);
}

TEST_CASE("probes are answered while all other requests wait for the database") {
    constexpr int most = 20;
    const EmptyDatabase database(Backend::postgresql);
    chat::Settings settings;
    settings.connections = most;
    settings.limits.concurrent_requests = most;
    const RunningService service(database, settings);
    const auto blocker = database.open();
    blocker->connection().run_script("BEGIN; LOCK TABLE conversations IN ACCESS EXCLUSIVE MODE");
    std::atomic<int> answered{0};
    std::vector<std::thread> clients;
    for (int i = 0; i < most; ++i) {
        clients.emplace_back(
            [&] { answered += service.get("/api/conversations?user_id=1").status == 200 ? 1 : 0; });
    }
    schemist::test::wait_until("all requests to wait", [&] {
        return database.number(
                   "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND "
                   "datname = current_database()") == most;
    });
    CHECK(service.get("/health").status == 200);
    CHECK(service.get("/ready").status == 200);
    const auto refused = service.get("/api/conversations?user_id=1");
    CHECK(refused.status == 503);
    CHECK(refused.headers.count("Retry-After") == 1);
    CHECK(answered == 0);
    blocker->connection().run_script("ROLLBACK");
    for (std::thread& client : clients) {
        client.join();
    }
    CHECK(answered == most);
    CHECK(service.get("/api/conversations?user_id=1").status == 200);
}

TEST_CASE("without a token in the environment there is no way to ask for a migration") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    CHECK(ask_to_run(service, "").status == 404);
    CHECK(ask_to_run(service, "Bearer ").status == 404);
    CHECK(service.get("/api/migrations/run").status == 404);
}

TEST_CASE("a migration on request needs the token") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database, with_token());
    for (const std::string wrong : {"", "Bearer wrong", "Basic b3BlbnMtc2VzYW1l"}) {
        const auto refused = ask_to_run(service, wrong);
        CHECK(refused.status == 401);
        CHECK(refused.headers.find("WWW-Authenticate")->second.find("Bearer") == 0);
        CHECK(refused.body.dump().find(token) == std::string::npos);
    }
    const auto read = service.get("/api/migrations/run");
    CHECK(read.status == 405);
    CHECK(read.headers.find("Allow")->second == "POST");
    const auto done = ask_to_run(service, "Bearer " + token);
    CHECK(done.status == 200);
    CHECK(done.body ==
          Document{{"success", true}, {"applied_migrations", Document::array()}, {"error", nullptr}});
}

TEST_CASE("a migration on request applies what the start did not, and tells why it cannot") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        chat::Settings settings = on_this_computer();
        settings.database_url = database.url();
        settings.migrations_token = token;
        schemist::MigrateOptions options = migration_of(database.url());
        options.mode = schemist::MigrateMode::never;
        options.adopt = schemist::AdoptPolicy::never;
        chat::Application application(settings, options, chat::test::quiet_log());
        application.start();
        application.wait_until_ready();
        httplib::Client client(application.url());
        client.set_bearer_token_auth(token);
        const auto run = [&client] { return chat::test::to_http_answer(client.Post("/api/migrations/run")); };
        database.open()->connection().run_script("CREATE TABLE messages (id integer)");
        const auto failed = run();
        CHECK(failed.status == 500);
        CHECK(failed.body["success"] == false);
        CHECK(failed.body["applied_migrations"] == Document::array());
        CHECK(failed.body["error"].get<std::string>().find("messages") != std::string::npos);

        database.open()->connection().run_script("DROP TABLE messages");
        const auto done = run();
        CHECK(done.status == 200);
        CHECK(done.body == Document{{"success", true},
                                    {"applied_migrations", Document::array({first_revision, revision})},
                                    {"error", nullptr}});
        CHECK(database.number("SELECT count(*) FROM messages") == 0);
        application.stop();
    }
}

TEST_CASE("a probe's path takes no other method") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    for (const char* path : {"/", "/health", "/ready", "/api/migrations/status"}) {
        CAPTURE(path);
        const auto refused = service.remove(path);
        CHECK(refused.status == 405);
        CHECK(refused.headers.find("Allow")->second == "GET, HEAD");
    }
}
