// Rows 47 to 52: servers and poolers that restart, die, or have little to give.

#include "faults/project.hpp"
#include "postgresql/connection.hpp"
#include "support/pgbouncer.hpp"

#include <csignal>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

// `disturb` happens while a step waits inside of its transaction; the run must end at head by itself.
template <typename Disturb>
void disturb_step(OwnServer& server, const std::string& url, const Disturb& disturb) {
    Project project(url);
    project.gated_history();
    project.set("SCHEMIST_LOCK_TIMEOUT", "60s");
    Gate gate(server);
    const auto process = project.start();
    disturb(gate.wait_for_step());
    gate.open();
    const Result result = result_of(*process, 90s);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("lost"));
    check_gated_head(server);
}

template <typename Disturb>
void disturb_build(OwnServer& server, const std::string& url, const Disturb& disturb) {
    const Project project(url);
    project.standard_history();
    Snapshot snapshot(server);
    const auto process = project.start();
    snapshot.wait_for_build();
    disturb();
    snapshot.close();
    const Result result = result_of(*process, 90s);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("lost"));
    check_standard_head(server);
}

}  // namespace

TEST_CASE("row 47: the server restarts in a step, fast") {
    OwnServer server;
    disturb_step(server, server.url(), [&](const std::string&) { server.restart(OwnServer::Stop::fast); });
}

TEST_CASE("row 48: the server restarts in a step, immediately") {
    OwnServer server;
    disturb_step(server, server.url(),
                 [&](const std::string&) { server.restart(OwnServer::Stop::immediate); });
}

TEST_CASE("row 48: the step's own server process crashes") {
    OwnServer server;
    disturb_step(server, server.url(), [&](const std::string& process) {
        ::kill(std::stoi(process), SIGKILL);
        wait_until("the server to notice", [&] {
            return server.log().find("all server processes terminated; reinitializing") != std::string::npos;
        });
    });
}

TEST_CASE("row 49: the server restarts while an index is built concurrently, fast") {
    OwnServer server;
    disturb_build(server, server.url(), [&] { server.restart(OwnServer::Stop::fast); });
}

TEST_CASE("row 50: pgbouncer is killed in a step") {
    OwnServer server;
    PgBouncer pooler(server);
    disturb_step(server, pooler.url(), [&](const std::string&) {
        pooler.kill();
        pooler.start();
    });
}

TEST_CASE("row 50: pgbouncer is killed while an index is built concurrently") {
    OwnServer server;
    PgBouncer pooler(server);
    disturb_build(server, pooler.url(), [&] {
        pooler.kill();
        pooler.start();
    });
}

TEST_CASE("row 51: pgbouncer has one connection: steps in transactions run, others are refused clearly") {
    const OwnServer server;
    const PgBouncer pooler(server, {{"default_pool_size", "1"}});
    Project project(pooler.url());
    project.revision("0001", "",
                     "CREATE TABLE counted (step integer);\n-- step\nINSERT INTO counted VALUES (1);");
    const Result transactional = project.run();
    CAPTURE(transactional.output);
    CHECK(transactional.status == 0);
    CHECK(journal_of(server) == "0001:applied:2/2");

    project.revision("0002", "0001", "CREATE INDEX CONCURRENTLY one ON counted (step);");
    const Result alone = project.run();
    CAPTURE(alone.output);
    CHECK(alone.status == 2);
    CHECK(alone.duration < 30s);
    CHECK(alone.says("second connection"));
    CHECK(journal_of(server) == "0001:applied:2/2");
}

TEST_CASE("row 52: what a migration sets is not seen by the application behind the same pooler") {
    const OwnServer server;
    const PgBouncer pooler(server, {{"default_pool_size", "4"}});
    const std::string settings =
        "SELECT current_setting('search_path') || ' ' || current_setting('lock_timeout') || ' ' || "
        "current_setting('statement_timeout') || ' ' || "
        "current_setting('idle_in_transaction_session_timeout') || ' ' "
        "|| current_user || ' ' || current_setting('default_transaction_isolation')";
    const auto application = schemist::postgresql::Connection::open(pooler.url());
    const std::string before = application->run_script(settings).text(0, 0);

    const Project project(pooler.url());
    project.revision(
        "0001", "",
        "CREATE SCHEMA elsewhere;\nSET search_path = elsewhere;\nSET statement_timeout = '1h';\n"
        "SET default_transaction_isolation = 'serializable';\nCREATE TABLE counted (step integer);");
    project.revision("0002", "0001", "CREATE INDEX CONCURRENTLY one ON elsewhere.counted (step);");
    project.revision("0003", "0002",
                     "SET search_path = elsewhere;\n-- step\nINSERT INTO elsewhere.counted VALUES (1);");
    const auto process = project.start();
    while (process->running()) {
        CHECK(application->run_script(settings).text(0, 0) == before);
    }
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    // Round robin: every connection of the pool comes by.
    for (int i = 0; i < 20; ++i) {
        CHECK(application->run_script(settings).text(0, 0) == before);
    }
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1 0003:applied:2/2");
}
