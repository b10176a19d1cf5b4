// The program as a supervisor sees it: arguments, output, signals and exit status.
#include "chatbot_process.hpp"

#include <csignal>
#include <string>

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
