// Rows 65 to 68: an application that migrates when it starts, and what nobody may read.

#include "faults/chatbot.hpp"
#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/tcp_proxy.hpp"

#include <csignal>
#include <map>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// No table can be made until it goes.
class FrozenCatalogue {
  public:
    explicit FrozenCatalogue(const OwnServer& server) : connection_(server.connect()) {
        connection_->run_script("BEGIN; LOCK TABLE pg_catalog.pg_attribute IN SHARE MODE");
    }
    void thaw() { connection_.reset(); }

  private:
    std::unique_ptr<schemist::postgresql::Connection> connection_;
};

}  // namespace

TEST_CASE("row 65: the application's URL and the migration's lead to two databases") {
    const OwnServer one;
    const OwnServer two;
    Chatbot({{"DATABASE_URL", one.url()}}).wait_for("/ready", 200);
    Chatbot({{"DATABASE_URL", two.url()}}).wait_for("/ready", 200);
    Chatbot wrong({{"DATABASE_URL", one.url()}, {"DIRECT_URL", two.url()}});
    const Result result = result_of(wrong.process());
    CAPTURE(result.output);
    CHECK(result.status == 2);
    CHECK(result.says("DATABASE_URL"));
    CHECK(result.says("DIRECT_URL"));

    TcpProxy same(one.port());
    Chatbot right({{"DATABASE_URL", one.url()}, {"DIRECT_URL", one.url(same.port())}});
    right.wait_for("/ready", 200);
}

TEST_CASE("row 66: the migration takes longer than the platform waits for a start") {
    const OwnServer server;
    FrozenCatalogue catalogue(server);
    const std::map<std::string, std::string> environment{
        {"DATABASE_URL", server.url()}, {"SCHEMIST_LOCK_TIMEOUT", "60s"}, {"CHAT_STARTUP_LIMIT", "1"}};
    {
        Chatbot chatbot(environment);
        chatbot.wait_for("/health", 200);
        chatbot.process().wait_for_output("CHAT_STARTUP_LIMIT");
        CHECK(chatbot.ask("GET", "/health").status == 200);
        // What the platform does then.
        chatbot.process().signal(SIGTERM);
        CHECK(chatbot.process().wait() == 143);
        CHECK(journal_of(server) == "none");
    }
    catalogue.thaw();
    Chatbot next(environment);
    next.wait_for("/ready", 200);
    CHECK(server.value("SELECT to_regclass('messages') IS NOT NULL") == "t");
}

TEST_CASE("row 67: liveness and readiness while the migration runs") {
    const OwnServer server;
    FrozenCatalogue catalogue(server);
    Chatbot chatbot({{"DATABASE_URL", server.url()}, {"SCHEMIST_LOCK_TIMEOUT", "60s"}});
    chatbot.wait_for("/health", 200);
    server.wait_until_true(
        "SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND relation = 'pg_attribute'::regclass");
    for (const char* method : {"GET", "HEAD"}) {
        CAPTURE(method);
        CHECK(chatbot.ask(method, "/health").status == 200);
        CHECK(chatbot.ask(method, "/ready").status == 503);
        CHECK(chatbot.ask(method, "/").status == 200);
    }
    CHECK(chatbot.ask("GET", "/ready").body.find("\"migrating\"") != std::string::npos);
    catalogue.thaw();
    chatbot.wait_for("/ready", 200);
    CHECK(chatbot.ask("HEAD", "/ready").status == 200);
    CHECK(chatbot.ask("GET", "/health").status == 200);
}

// Whatever any test prints is looked through; these are the outputs that are most likely to hold it.
TEST_CASE("row 68: no password is printed, encoded or not, also in libpq's own words") {
    const OwnServer server;
    const std::string there = fmt::format("127.0.0.1:{}/app", server.port());
    const std::string raw(password);
    for (const std::string& url : {
             fmt::format("postgresql://nobody:{}@{}", encoded_password, there),
             fmt::format("postgresql://migrator:{}@{}", raw, there),
             fmt::format("postgresql://:{}@{}", encoded_password, there),
             fmt::format("postgresql://migrator:{}@{}?sslmode={}", encoded_password, there, encoded_password),
             fmt::format("postgresql://{}?user=migrator&password={}&sslmode=require", there,
                         encoded_password),
             fmt::format("postgresql://migrator:{}@127.0.0.1:1/app", encoded_password),
             fmt::format("postgresql://migrator:{}@absent.invalid/app", encoded_password),
             fmt::format("postgresql://migrator:{}@127.0.0.1:{}/app", encoded_password, encoded_password),
             fmt::format("mysql://migrator:{}@{}", encoded_password, there),
             fmt::format("host=127.0.0.1 user=migrator password='{}'", raw),
         }) {
        Project project(url);
        project.standard_history();
        project.set("SCHEMIST_CONNECT_DEADLINE", "1s");
        for (const char* arguments : {"upgrade head", "current --json", "status"}) {
            const Result result = project.run(arguments);
            CHECK(result.status != 0);
            CHECK_FALSE(result.output.empty());
        }
        Chatbot chatbot({{"DATABASE_URL", url}, {"SCHEMIST_CONNECT_DEADLINE", "1s"}});
        CHECK(chatbot.process().wait() != 0);
    }
    // As libpq finds it by itself.
    Project libpq(fmt::format("postgresql://migrator@{}", there));
    libpq.standard_history();
    libpq.set("PGPASSWORD", raw + "wrong");
    CHECK(libpq.run().status == 2);
    libpq.set("PGPASSWORD", raw);
    CHECK(libpq.run("upgrade head --json").status == 0);

    Project project(server.url());
    project.standard_history();
    for (const char* arguments :
         {"upgrade head", "status --json", "current", "history", "downgrade base --sql"}) {
        const Result result = project.run(arguments);
        CHECK_FALSE(result.output.empty());
    }
}
