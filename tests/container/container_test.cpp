// The chatbot as a Space runs it: its own namespaces, user 1000, nothing to write to but /tmp and its home, and the
// database somewhere else.
#include "container.hpp"

#include "postgresql/connection.hpp"
#include "support/own_server.hpp"

#include <cstdlib>
#include <string>

#include <doctest/doctest.h>
#include <fmt/format.h>

using schemist::test::Container;
using schemist::test::OwnServer;
using Clock = std::chrono::steady_clock;
using Environment = std::map<std::string, std::string>;

namespace {

// Users without tokens, as in development; and a database that is gone with the container.
const Environment open{{"CHAT_AUTH", "development"}, {"DATABASE_URL", "sqlite:////home/user/chat.db"}};

Environment on(const std::string& url, Environment more = open) {
    more["DATABASE_URL"] = url;
    return more;
}

bool skipped() {
    static const std::optional<std::string> reason = schemist::test::no_namespaces();
    if (reason) {
        MESSAGE("row skipped: this machine lets nobody make namespaces: ", *reason);
    }
    return reason.has_value();
}

std::string structure(const OwnServer& server) {
    return server.value(
        "SELECT string_agg(format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, "
        "column_default), E'\\n' ORDER BY table_name, ordinal_position) FROM information_schema.columns "
        "WHERE "
        "table_schema = 'public'");
}

int say(Container& chatbot, const std::string& message) {
    return chatbot.post("/api/chat", fmt::format(R"({{"user_id": 1, "message": "{}"}})", message)).status;
}

}  // namespace

TEST_CASE("the container: user 1000, process 1, a root that nobody writes to") {
    if (skipped()) {
        return;
    }
    Container chatbot(open);
    chatbot.seconds_until_ready(Clock::now());
    CHECK(say(chatbot, "hello") == 201);
    const std::string process = fmt::format("/proc/{}/", chatbot.program());
    const std::string mounts = schemist::test::text_of(process + "mountinfo");
    CHECK(mounts.find(" / ro,") != std::string::npos);
    CHECK(mounts.find(" /home/user rw,") != std::string::npos);
    const std::string status = schemist::test::text_of(process + "status");
    CHECK(status.find("\t1\n", status.find("NSpid:")) < status.find('\n', status.find("NSpid:")) + 1);
    // It has given up what could make it another user inside.
    CHECK(status.find("CapEff:\t0000000000000000") != std::string::npos);
    const std::string memory = status.substr(status.find("VmRSS:"), 40);
    MESSAGE("idle, ", memory.substr(0, memory.find('\n')));
    CHECK(chatbot.stop() == 0);
}

TEST_CASE("the container's health check says what /health says") {
    if (skipped()) {
        return;
    }
    Container chatbot(open);
    chatbot.seconds_until_ready(Clock::now());
    Environment same = open;
    same["PORT"] = std::to_string(chatbot.port());
    Container healthy(same, {"chatbot", "--health"});
    CHECK(healthy.wait() == 0);
    chatbot.stop();
    Container unhealthy(same, {"chatbot", "--health"});
    CHECK(unhealthy.wait() == 1);
}

TEST_CASE(
    "a Space comes up on an empty, a partial and a complete database, and ten more starts change nothing") {
    if (skipped()) {
        return;
    }
    const OwnServer server;
    {
        Container chatbot(on(server.url()));
        MESSAGE("empty database: ready in ", chatbot.seconds_until_ready(Clock::now()), " s");
        CHECK(say(chatbot, "first") == 201);
        CHECK(chatbot.stop() == 0);
    }
    const std::string complete = structure(server);
    const std::string journal = "SELECT string_agg(j::text, ';' ORDER BY sequence) FROM schemist_journal j";
    const std::string applied = server.value(journal);
    for (int i = 0; i < 10; ++i) {
        Container chatbot(on(server.url()));
        const double seconds = chatbot.seconds_until_ready(Clock::now());
        if (i == 9) {
            MESSAGE("complete database: ready in ", seconds, " s");
        }
        CHECK(chatbot.stop() == 0);
    }
    CHECK(structure(server) == complete);
    CHECK(server.value(journal) == applied);
    CHECK(server.value("SELECT count(*) FROM messages") == "2");

    // As if somebody had made the first table by hand and nobody had kept a journal. Neon's roles may create databases.
    server.run(
        "ALTER ROLE migrator CREATEDB; DROP TABLE messages, schemist_journal; ALTER TABLE conversations DROP "
        "COLUMN title");
    Container chatbot(on(server.url()));
    MESSAGE("partial database: ready in ", chatbot.seconds_until_ready(Clock::now()), " s");
    CHECK(server.value("SELECT count(*) FROM conversations") == "1");
    CHECK(server.value("SELECT count(*) FROM messages") == "0");
    CHECK(say(chatbot, "again") == 201);
    CHECK(chatbot.stop() == 0);
}

TEST_CASE("a database that cannot be reached costs the time until it can be, and no more") {
    if (skipped()) {
        return;
    }
    // SCHEMIST_TEST_OUTAGE makes it the minute of a cold start.
    const char* longer = std::getenv("SCHEMIST_TEST_OUTAGE");
    const std::chrono::seconds outage(longer == nullptr ? 3 : std::atoi(longer));
    OwnServer server;
    server.stop();
    const auto begin = Clock::now();
    Container chatbot(on(server.url()));
    schemist::test::wait_until("the port to be open", [&] { return chatbot.get("/health").status == 200; });
    CHECK(chatbot.get("/ready").status == 503);
    std::this_thread::sleep_until(begin + outage);
    CHECK(chatbot.get("/ready").status == 503);
    server.start();
    const auto back = Clock::now();
    MESSAGE("the database was away for ", outage.count(), " s; ready ", chatbot.seconds_until_ready(back),
            " s after it was back");
    CHECK(chatbot.stop() == 0);
}

TEST_CASE("a wrong password ends a Space at once with status 2 and what to do") {
    if (skipped()) {
        return;
    }
    const OwnServer server;
    std::string url = server.url();
    url.replace(url.find(schemist::test::encoded_password), schemist::test::encoded_password.size(), "wrong");
    Container chatbot(on(url));
    CHECK(chatbot.wait() == 2);
    CAPTURE(chatbot.output());
    CHECK(chatbot.output().find("password authentication failed") != std::string::npos);
    CHECK(chatbot.output().find("next:") != std::string::npos);
}
