// The program as a supervisor sees it: arguments, output, signals and exit status.
#include "chatbot_process.hpp"

#include <atomic>
#include <csignal>
#include <future>
#include <sstream>
#include <string>
#include <thread>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::ChatbotProcess;
using chat::test::EmptyDatabase;
using chat::test::Environment;
using chat::test::environment_for;

TEST_CASE("help and version need no database") {
    ChatbotProcess help({{"DATABASE_URL", "nonsense"}}, {"--help"});
    CHECK(help.wait() == 0);
    CHECK(help.printed("Usage: chatbot"));
    ChatbotProcess version({{"DATABASE_URL", "nonsense"}}, {"--version"});
    CHECK(version.wait() == 0);
    CHECK(version.printed("chatbot 0."));
}

TEST_CASE("an unknown argument or a wrong setting ends with status 2 and says what to do") {
    ChatbotProcess argument(Environment{}, {"--once"});
    CHECK(argument.wait() == 2);
    CHECK(argument.printed("unknown argument '--once'"));
    ChatbotProcess port(Environment{{"PORT", "many"}});
    CHECK(port.wait() == 2);
    CHECK(port.printed("PORT: 'many'"));
    ChatbotProcess endpoint(Environment{
        {"CHAT_API_URL", "nowhere"}, {"CHAT_API_KEY", "s3cret"}, {"CHAT_MODEL", "m"}, {"PORT", "0"}});
    CHECK(endpoint.wait() == 2);
    CHECK(endpoint.printed("CHAT_API_URL"));
    ChatbotProcess mode(
        environment_for("sqlite:////tmp/never-made.db", {{{"SCHEMIST_MIGRATE_ON_FAILURE", "shrug"}}}));
    CHECK(mode.wait() == 2);
    CHECK(mode.printed("SCHEMIST_MIGRATE_ON_FAILURE: 'shrug' is none of exit, hold, serve"));
}

TEST_CASE("the program migrates, serves, and ends with status 0 when it is asked to stop") {
    for (const int signal : {SIGTERM, SIGINT}) {
        const EmptyDatabase database(Backend::sqlite);
        ChatbotProcess program(environment_for(database.url()));
        program.wait_until_ready();
        CHECK(program.printed("migrated    2 revisions"));
        CHECK(program.say("Hello").status == 201);
        program.signal(signal);
        CHECK(program.wait() == 0);
        CHECK(program.printed("stopping"));
        CHECK(database.number("SELECT count(*) FROM messages") == 2);
    }
}

TEST_CASE("--migrate-only migrates and ends, and a second time finds nothing to do") {
    for (const Backend backend : {Backend::sqlite, Backend::postgresql}) {
        const EmptyDatabase database(backend);
        ChatbotProcess first(environment_for(database.url()), {"--migrate-only"});
        CHECK(first.wait() == 0);
        CHECK(first.printed("migrated    2 revisions"));
        ChatbotProcess second(environment_for(database.url()), {"--migrate-only"});
        CHECK(second.wait() == 0);
        CHECK(second.printed("nothing to do"));
        CHECK(database.number("SELECT count(*) FROM messages") == 0);
    }
}

TEST_CASE("a port that is taken is told, with what to do") {
    const EmptyDatabase database(Backend::sqlite);
    ChatbotProcess first(environment_for(database.url()));
    first.wait_until_ready();
    auto environment = environment_for(database.url());
    environment["PORT"] = first.url().substr(first.url().rfind(':') + 1);
    ChatbotProcess second(environment);
    CHECK(second.wait() == 2);
    CHECK(second.printed("Address already in use"));
    CHECK(second.printed("PORT="));
}

TEST_CASE("a migration that cannot run ends the program with schemist's status, and shows no password") {
    auto environment = environment_for(
        "postgresql://somebody:" + std::string(schemist::test::encoded_password) + "@127.0.0.1:1/nowhere");
    environment["SCHEMIST_CONNECT_DEADLINE"] = "1";
    ChatbotProcess program(environment);
    CHECK(program.wait() == 3);
    CHECK_FALSE(program.printed("ready at"));
}

namespace {

// An endpoint that answers when it is told to.
class SlowEndpoint {
  public:
    SlowEndpoint() {
        server_.Post("/v1/chat/completions", [this](const httplib::Request&, httplib::Response& response) {
            asked_ = true;
            schemist::test::wait_until("the endpoint to answer", [this] { return may_answer_.load(); });
            response.set_content(R"({"choices":[{"message":{"content":"Here I am."}}]})", "application/json");
        });
        port_ = server_.bind_to_any_port("127.0.0.1");
        thread_ = std::thread([this] { server_.listen_after_bind(); });
        while (!server_.is_running()) {
            std::this_thread::yield();
        }
    }
    SlowEndpoint(const SlowEndpoint&) = delete;
    SlowEndpoint& operator=(const SlowEndpoint&) = delete;
    ~SlowEndpoint() {
        answer();
        server_.stop();
        thread_.join();
    }

    Environment environment() const {
        return {{"CHAT_API_URL", "http://127.0.0.1:" + std::to_string(port_) + "/v1"},
                {"CHAT_API_KEY", "key"},
                {"CHAT_MODEL", "slow"}};
    }
    void wait_until_asked() const {
        schemist::test::wait_until("the endpoint to be asked", [this] { return asked_.load(); });
    }
    void answer() { may_answer_ = true; }

  private:
    httplib::Server server_;
    std::thread thread_;
    int port_ = 0;
    std::atomic<bool> asked_ = false;
    std::atomic<bool> may_answer_ = false;
};

}  // namespace

TEST_CASE("requests that do not end in time are broken off, and the status is that of the signal") {
    const EmptyDatabase database(Backend::sqlite);
    SlowEndpoint endpoint;
    ChatbotProcess chatbot(
        environment_for(database.url(), {endpoint.environment(), {{"CHAT_SHUTDOWN_LIMIT", "1"}}}));
    chatbot.wait_until_ready();
    auto said = std::async(std::launch::async, [&] { return chatbot.say("Hello"); });
    endpoint.wait_until_asked();
    chatbot.signal(SIGTERM);
    CHECK(chatbot.wait() == 143);
    CHECK(chatbot.printed("1 requests were not answered within CHAT_SHUTDOWN_LIMIT (1 s)"));
    CHECK_THROWS(said.get());
    CHECK(database.number("SELECT count(*) FROM messages") == 0);
}

TEST_CASE("for the delay before the end requests are answered, and the program is no longer ready") {
    const EmptyDatabase database(Backend::sqlite);
    ChatbotProcess chatbot(environment_for(database.url(), {{{"CHAT_SHUTDOWN_DELAY", "5"}}}));
    chatbot.wait_until_ready();
    chatbot.signal(SIGTERM);
    chatbot.wait_for_output("until then new requests are answered");
    const auto ready = chatbot.get("/ready");
    CHECK(ready.status == 503);
    CHECK(ready.body["state"] == "stopping");
    CHECK(chatbot.get("/health").status == 200);
    CHECK(chatbot.say("still here").status == 201);
    CHECK(chatbot.wait() == 0);
}

TEST_CASE("for programs every line of the log is JSON, also the one that tells why there will be no more") {
    const EmptyDatabase database(Backend::sqlite);
    {
        ChatbotProcess chatbot(environment_for(database.url(), {{{"CHAT_LOG", "json"}}}));
        chatbot.wait_for_output("\"event\":\"ready at\"");
        const std::string output = chatbot.output();
        std::string url;
        std::istringstream lines(output);
        for (std::string line; std::getline(lines, line);) {
            const auto entry = chat::test::Document::parse(line);
            CHECK(entry["level"] == "info");
            url = entry["event"] == "ready at" ? entry["message"].get<std::string>() : url;
        }
        httplib::Client client(url);
        CHECK(client.Get("/api/conversations?user_id=1", {{"X-Request-Id", "mine"}})->status == 200);
        chatbot.wait_for_output("\"route\":\"/api/conversations\"");
        const std::string all = chatbot.output();
        const std::size_t begin = all.rfind('\n', all.find("\"request_id\":\"mine\"")) + 1;
        const auto entry = chat::test::Document::parse(all.substr(begin, all.find('\n', begin) - begin));
        CHECK(entry["event"] == "request");
        CHECK(entry["status"] == 200);
        CHECK(entry["duration_ms"].is_number());
        CHECK(entry["client"] == "127.0.0.1");
    }
    ChatbotProcess wrong(environment_for(database.url(), {{{"CHAT_LOG", "json"}, {"PORT", "x"}}}));
    CHECK(wrong.wait() == 2);
    CHECK(chat::test::Document::parse(wrong.output())["level"] == "error");
}

TEST_CASE("tokens are printed with the service's secret, and let their user in") {
    const EmptyDatabase database(Backend::sqlite);
    const Environment secret{{"CHAT_TOKEN_SECRET", "0123456789abcdef0123456789abcdef"}};
    ChatbotProcess made(secret, {"--token", "7", "2"});
    CHECK(made.wait() == 0);
    std::string token = made.output();
    token.pop_back();
    ChatbotProcess chatbot(environment_for(database.url(), {secret, {{"CHAT_AUTH", "token"}}}));
    chatbot.wait_until_ready();
    auto client = chatbot.client();
    client.set_bearer_token_auth(token);
    const auto session = chat::test::to_http_answer(client.Get("/api/session"));
    CHECK(session.status == 200);
    CHECK(session.body["user_id"] == 7);
    for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--token"},
                                                  {"--token", "0"},
                                                  {"--token", "x"},
                                                  {"--token", "1", "2", "3"}}) {
        ChatbotProcess refused(secret, wrong);
        CHECK(refused.wait() == 2);
    }
    ChatbotProcess without(Environment{}, {"--token", "7"});
    CHECK(without.wait() == 2);
    CHECK(without.printed("CHAT_TOKEN_SECRET"));
}

TEST_CASE("in a Space a missing database ends the start at once, with the place where to set it") {
    ChatbotProcess chatbot(Environment{{"SPACE_ID", "anna/chat"}, {"PORT", "0"}});
    CHECK(chatbot.wait() == 2);
    CHECK(chatbot.printed("Settings, Variables and secrets, New secret, DATABASE_URL"));
}
