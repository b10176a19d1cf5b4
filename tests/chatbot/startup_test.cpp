// The program while it starts, as a platform, an operator and nine other replicas see it.
#include "chatbot_process.hpp"
#include "postgresql/connection.hpp"
#include "support/own_server.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <future>
#include <list>
#include <string>
#include <thread>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::ChatbotProcess;
using chat::test::Document;
using chat::test::EmptyDatabase;
using chat::test::Environment;
using chat::test::environment_for;
using chat::test::HttpAnswer;
using chat::test::with_password;

namespace {

const std::string first_revision = "eb1bfd995e44";
const std::string revision = "f2e7105d7b51";
const std::string token = "opens-sesame";
const Environment with_token{{"MIGRATIONS_TOKEN", token}};
const Environment patient{{"SCHEMIST_LOCK_TIMEOUT", "60s"}};

// Makes the first step of every migration wait inside of the server: a table of the same name is being made.
class Obstacle {
  public:
    explicit Obstacle(const EmptyDatabase& database) : database_(database.open()) {
        database_->connection().run_script("BEGIN; CREATE TABLE conversations (id integer)");
    }
    void remove() { database_->connection().run_script("ROLLBACK"); }

  private:
    std::unique_ptr<schemist::Database> database_;
};

std::string tables(const EmptyDatabase& database) {
    return std::to_string(database.number(
        "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname IN ('conversations', 'messages')"));
}

// Until a step waits for the obstacle.
void wait_until_stuck(const EmptyDatabase& database) {
    schemist::test::wait_until("the step to wait in the server", [&] {
        return database.number(
                   "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = "
                   "current_database()") > 0;
    });
}

HttpAnswer run(ChatbotProcess& chatbot) {
    return chatbot.post("/api/migrations/run", token);
}

}  // namespace

TEST_CASE("during a long migration the program lives, tells where it is, and becomes ready") {
    const EmptyDatabase database(Backend::postgresql);
    Obstacle obstacle(database);
    ChatbotProcess chatbot(
        environment_for(with_password(database.url()), {patient, with_token, {{"CHAT_STARTUP_LIMIT", "2"}}}));
    wait_until_stuck(database);
    for (const char* path : {"/", "/health"}) {
        CAPTURE(path);
        CHECK(chatbot.get(path).status == 200);
        if (std::string(path) == "/health") {
            CHECK(chatbot.get(path).body["state"] == "migrating");
        }
        CHECK(chatbot.head(path).status == 200);
    }
    const auto progress = chatbot.get("/ready");
    CHECK(progress.status == 503);
    CHECK(progress.body["state"] == "migrating");
    CHECK(progress.body["revision"] == first_revision);
    CHECK(progress.body["expected_revision"] == revision);
    CHECK(progress.body["current_revision"].is_null());
    CHECK(progress.body["step"] == 1);
    CHECK(progress.body["steps"] == 1);
    CHECK(chatbot.head("/ready").status == 503);
    CHECK(chatbot.say("too early").status == 503);
    const auto status = chatbot.get("/api/migrations/status").body;
    CHECK(status["expected_revision"] == revision);
    CHECK(status["needs_migration"] == true);
    CHECK(status["database_ready"] == false);
    CHECK(run(chatbot).status == 409);
    chatbot.wait_for_output("warning     not ready yet");

    obstacle.remove();
    chatbot.wait_until_ready();
    CHECK(chatbot.head("/ready").status == 200);
    CHECK(chatbot.get("/ready").body["current_revision"] == revision);
    CHECK(chatbot.get("/api/migrations/status").body["database_ready"] == true);
    CHECK(chatbot.say("Hello").status == 201);
    CHECK(run(chatbot).status == 200);
}

TEST_CASE(
    "a signal during the migration ends the program with 128 and its number, and nothing is half done") {
    for (const int signal : {SIGTERM, SIGINT}) {
        CAPTURE(signal);
        const EmptyDatabase database(Backend::postgresql);
        Obstacle obstacle(database);
        ChatbotProcess chatbot(environment_for(with_password(database.url()), {patient}));
        wait_until_stuck(database);
        chatbot.signal(signal);
        CHECK(chatbot.wait() == 128 + signal);
        CHECK_FALSE(chatbot.printed("ready at"));
        obstacle.remove();
        CHECK(tables(database) == "0");
        CHECK(database.number(
                  "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid "
                  "FROM pg_database WHERE datname = current_database())") == 0);
        ChatbotProcess next(environment_for(with_password(database.url())));
        next.wait_until_ready();
        CHECK(next.say("Hello").status == 201);
    }
}

TEST_CASE("a signal stops also --migrate-only") {
    const EmptyDatabase database(Backend::postgresql);
    Obstacle obstacle(database);
    ChatbotProcess chatbot(environment_for(database.url(), {patient}), {"--migrate-only"});
    wait_until_stuck(database);
    chatbot.signal(SIGTERM);
    CHECK(chatbot.wait() == 143);
    obstacle.remove();
    CHECK(tables(database) == "0");
}

TEST_CASE("one that waits for another tells for whom, and a migration on request does not wait") {
    const EmptyDatabase database(Backend::postgresql);
    ChatbotProcess idle(
        environment_for(database.url(), {with_token, {{"SCHEMIST_MIGRATE_ON_START", "never"}}}));
    idle.wait_until_ready();
    Obstacle obstacle(database);
    ChatbotProcess first(environment_for(database.url(), {patient}));
    wait_until_stuck(database);
    ChatbotProcess second(environment_for(database.url(), {with_token}));
    second.wait_until("waiting");
    const auto progress = second.get("/ready");
    CHECK(progress.status == 503);
    CHECK_FALSE(progress.body["message"].is_null());
    CHECK(second.get("/health").status == 200);

    for (ChatbotProcess* chatbot : {&idle, &second}) {
        const auto refused = run(*chatbot);
        CHECK(refused.status == 409);
        CHECK(refused.body["success"] == false);
        CHECK(refused.body["applied_migrations"] == Document::array());
        CHECK_FALSE(refused.body["error"].is_null());
    }
    ChatbotProcess third(environment_for(database.url()));
    third.wait_until("waiting");
    third.signal(SIGTERM);
    CHECK(third.wait() == 143);

    obstacle.remove();
    first.wait_until_ready();
    second.wait_until_ready();
    CHECK(first.printed("migrated    2 revisions"));
    CHECK(second.printed("migrated    nothing to do"));
    CHECK(run(idle).status == 200);
}

TEST_CASE("one migration on request at a time, and a signal interrupts it") {
    const EmptyDatabase database(Backend::postgresql);
    ChatbotProcess chatbot(
        environment_for(database.url(), {with_token, patient, {{"SCHEMIST_MIGRATE_ON_START", "never"}}}));
    chatbot.wait_until_ready();
    Obstacle obstacle(database);
    auto first = std::async(std::launch::async, [&chatbot] { return run(chatbot); });
    wait_until_stuck(database);
    const auto second = run(chatbot);
    CHECK(second.status == 409);
    CHECK(second.body["error"] == "this process is migrating the database already");
    CHECK(chatbot.get("/ready").status == 200);

    chatbot.signal(SIGTERM);
    const auto interrupted = first.get();
    CHECK(interrupted.status == 500);
    CHECK(interrupted.body["success"] == false);
    CHECK(chatbot.wait() == 143);
    obstacle.remove();
    CHECK(tables(database) == "0");
}

TEST_CASE("a first signal lets a running request end, and a second one does not") {
    const EmptyDatabase database(Backend::sqlite);
    std::atomic<int> asked{0};
    std::atomic<bool> may_answer{false};
    httplib::Server endpoint;
    endpoint.Post("/v1/chat/completions", [&](const httplib::Request&, httplib::Response& response) {
        ++asked;
        schemist::test::wait_until("the endpoint to answer", [&] { return may_answer.load(); });
        response.set_content(R"({"choices":[{"message":{"content":"Here I am."}}]})", "application/json");
    });
    const int port = endpoint.bind_to_any_port("127.0.0.1");
    std::thread listener([&endpoint] { endpoint.listen_after_bind(); });
    const Environment slow{{"CHAT_API_URL", "http://127.0.0.1:" + std::to_string(port) + "/v1"},
                           {"CHAT_API_KEY", "key"},
                           {"CHAT_MODEL", "slow"}};
    for (const bool again : {false, true}) {
        CAPTURE(again);
        may_answer = false;
        asked = 0;
        ChatbotProcess chatbot(environment_for(database.url(), {slow}));
        chatbot.wait_until_ready();
        auto said = std::async(std::launch::async, [&chatbot] { return chatbot.say("Hello"); });
        schemist::test::wait_until("the endpoint to be asked", [&] { return asked == 1; });
        chatbot.signal(SIGTERM);
        chatbot.wait_for_output("stopping");
        CHECK(chatbot.running());
        if (again) {
            chatbot.signal(SIGTERM);
            CHECK(chatbot.wait() == 143);
            CHECK_THROWS(said.get());
        }
        may_answer = true;
        if (!again) {
            CHECK(said.get().status == 201);
            CHECK(chatbot.wait() == 0);
        }
    }
    CHECK(database.number("SELECT count(*) FROM messages") == 2);
    endpoint.stop();
    listener.join();
}

TEST_CASE("ten at once on an empty database all become ready, and each revision was applied by one of them") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        std::list<ChatbotProcess> chatbots;
        for (int i = 0; i < 10; ++i) {
            chatbots.emplace_back(environment_for(database.url()));
        }
        for (ChatbotProcess& chatbot : chatbots) {
            chatbot.wait_until_ready();
            CHECK(chatbot.say("Hello").status == 201);
        }
        const auto that_printed = [&chatbots](const std::string& text) {
            return std::count_if(chatbots.begin(), chatbots.end(),
                                 [&](const ChatbotProcess& chatbot) { return chatbot.printed(text); });
        };
        const auto applied_both = that_printed("migrated    2 revisions");
        const auto applied_one = that_printed("migrated    1 revision in");
        CHECK(2 * applied_both + applied_one == 2);
        // SQLite has no lock that outlives a transaction, so two of them may take turns there.
        CHECK((applied_both == 1 || backend == Backend::sqlite));
        CHECK(database.number("SELECT count(*) FROM schemist_journal") == 2);
        CHECK(database.number("SELECT count(*) FROM conversations") == 10);
        for (const ChatbotProcess& chatbot : chatbots) {
            chatbot.signal(SIGTERM);
        }
        for (ChatbotProcess& chatbot : chatbots) {
            CHECK(chatbot.wait() == 0);
        }
    }
}

TEST_CASE("a start whose two URLs lead to two databases fails, and names both") {
    const EmptyDatabase migrated(Backend::postgresql);
    const EmptyDatabase used(Backend::postgresql);
    const Environment two =
        environment_for(with_password(used.url()), {{{"DIRECT_URL", with_password(migrated.url())}}});
    const auto must_fail = [&two] {
        ChatbotProcess chatbot(two);
        CHECK(chatbot.wait() == 2);
        CHECK(chatbot.printed("DATABASE_URL and DIRECT_URL lead to two databases"));
        CHECK_FALSE(chatbot.printed("ready at"));
    };
    SUBCASE("an empty one") {
        must_fail();
    }
    SUBCASE("one with the same revisions") {
        ChatbotProcess other(environment_for(used.url()), {"--migrate-only"});
        REQUIRE(other.wait() == 0);
        must_fail();
    }
    SUBCASE("and is no mistake when both lead to the same") {
        ChatbotProcess chatbot(environment_for(used.url(), {{{"DIRECT_URL", used.url() + "&keepalives=1"}}}));
        chatbot.wait_until_ready();
        ChatbotProcess again(environment_for(used.url() + "&keepalives=1", {{{"DIRECT_URL", used.url()}}}));
        again.wait_until_ready();
    }
}

TEST_CASE("a database in memory is refused, since every connection would have another one") {
    ChatbotProcess chatbot(environment_for("sqlite://"));
    CHECK(chatbot.wait() == 2);
    CHECK(chatbot.printed("every connection to DATABASE_URL leads to a database of its own"));
}

TEST_CASE("a role that may not read the journal is a warning") {
    const EmptyDatabase database(Backend::postgresql);
    const std::string role = "chatbot_without_journal_" + std::to_string(getpid());
    ChatbotProcess owner(environment_for(database.url()), {"--migrate-only"});
    REQUIRE(owner.wait() == 0);
    database.open()->connection().run_script(
        "CREATE ROLE " + role +
        " LOGIN; GRANT SELECT, INSERT, UPDATE, DELETE ON conversations, messages, exchange_keys TO " + role);
    std::string url = database.url();
    url.replace(url.find("schemist@"), 8, role);
    {
        ChatbotProcess chatbot(environment_for(url, {{{"DIRECT_URL", database.url()}}}));
        chatbot.wait_until_ready();
        CHECK(chatbot.printed("may not read the journal"));
        CHECK(chatbot.say("Hello").status == 201);
    }
    database.open()->connection().run_script("DROP OWNED BY " + role + "; DROP ROLE " + role);
}

TEST_CASE("what happens to a start that fails is said by SCHEMIST_MIGRATE_ON_FAILURE") {
    schemist::test::OwnServer server;
    server.stop();
    const auto hurried = [&server](const std::string& on_failure) {
        return environment_for(
            server.url(),
            {with_token, {{"SCHEMIST_CONNECT_DEADLINE", "1"}, {"SCHEMIST_MIGRATE_ON_FAILURE", on_failure}}});
    };

    SUBCASE("exit") {
        ChatbotProcess chatbot(hurried("exit"));
        CHECK(chatbot.wait() == 3);
    }
    SUBCASE("hold, until the database is there") {
        ChatbotProcess chatbot(hurried("hold"));
        chatbot.wait_until("failed");
        const auto held = chatbot.get("/ready");
        CHECK(held.status == 503);
        CHECK_FALSE(held.body["error"].is_null());
        CHECK(chatbot.get("/health").status == 200);
        CHECK(chatbot.get("/api/migrations/status").body["database_ready"] == false);
        server.start();
        chatbot.wait_until_ready();
        CHECK(chatbot.get("/ready").body["error"].is_null());
        CHECK(chatbot.say("Hello").status == 201);
    }
    SUBCASE("hold, until it is asked to stop") {
        ChatbotProcess chatbot(hurried("hold"));
        chatbot.wait_until("failed");
        chatbot.signal(SIGTERM);
        CHECK(chatbot.wait() == 143);
    }
    SUBCASE("serve") {
        ChatbotProcess chatbot(hurried("serve"));
        chatbot.wait_until_ready();
        CHECK(chatbot.get("/ready").body["state"] == "failed");
        CHECK_FALSE(chatbot.get("/ready").body["error"].is_null());
        CHECK(chatbot.say("Hello").status == 503);
        server.start();
        CHECK(run(chatbot).status == 200);
        CHECK(chatbot.say("Hello").status == 201);
        CHECK(chatbot.get("/api/migrations/status").body["database_ready"] == true);
    }
}

TEST_CASE("a start that is held becomes ready by a migration on request, once its cause is gone") {
    const EmptyDatabase database(Backend::postgresql);
    database.open()->connection().run_script("CREATE TABLE conversations (id text)");
    ChatbotProcess chatbot(environment_for(
        with_password(database.url()),
        {with_token, {{"SCHEMIST_MIGRATE_ON_FAILURE", "hold"}, {"SCHEMIST_ADOPT", "never"}}}));
    chatbot.wait_until("failed");
    CHECK(chatbot.get("/ready").status == 503);
    const auto failed = run(chatbot);
    CHECK(failed.status == 500);
    CHECK(failed.body["success"] == false);
    CHECK(failed.body["error"].get<std::string>().find("conversations") != std::string::npos);
    database.open()->connection().run_script("DROP TABLE conversations");
    const auto done = run(chatbot);
    CHECK(done.status == 200);
    CHECK(done.body["applied_migrations"] == Document::array({first_revision, revision}));
    chatbot.wait_until_ready();
    CHECK(chatbot.get("/ready").body["state"] == "ready");
    CHECK(chatbot.get("/ready").body["error"].is_null());
    CHECK(chatbot.say("Hello").status == 201);
    chatbot.signal(SIGTERM);
    CHECK(chatbot.wait() == 0);
}
