// Adoption among other processes: those that adopt too, those that use the tables, and servers that refuse.

#include "postgresql/connection.hpp"
#include "postgresql/scratch.hpp"
#include "reconcile/adopt.hpp"
#include "reconcile/adopt_checks.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <chrono>
#include <stop_token>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist;
using test::both;
using test::check_at_head;
using test::error_of;
using test::has;
using test::LiveDatabase;

TEST_CASE("many processes that start at once adopt once") {
    const History history = LiveDatabase::history();
    LiveDatabase live(DialectName::postgresql);
    live.build(history, "b2");
    live.run("DROP INDEX ix_notes_role");
    std::vector<std::string> outcomes(6);
    std::vector<std::thread> threads;
    for (std::string& outcome : outcomes) {
        threads.emplace_back([&] {
            try {
                const auto connection = live.connect();
                Reporter silent;
                outcome = to_string(
                    adopt(*connection, live.dialect(), history, live.adopt_settings(), silent).outcome);
            } catch (const Error& error) {
                outcome = error.what();
            }
        });
    }
    for (std::thread& thread : threads) {
        thread.join();
    }
    CHECK(std::ranges::count(outcomes, "completed") == 1);
    CHECK(std::ranges::count(outcomes, "has_journal") == 5);
    check_at_head(live, history);
}

TEST_CASE("a table in use is waited for, and not for ever") {
    const History history = LiveDatabase::history();
    LiveDatabase live(DialectName::postgresql);
    live.build(history, "head");
    live.run("DROP INDEX ix_notes_role");
    const auto other = live.connect();
    other->run_script("BEGIN; INSERT INTO notes (role, body) VALUES ('user', 'not committed')");
    AdoptSettings settings = live.adopt_settings();
    settings.run.lock_timeout = std::chrono::milliseconds(100);
    settings.run.lock_retries = 1;
    CHECK(error_of([&] { live.adopt(history, settings); }).state() != "");
    CHECK_FALSE(live.has_journal());
    settings.run.lock_retries = 30;
    std::thread end([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(600));
        other->run_script("ROLLBACK");
    });
    CHECK(live.adopt(history, settings).outcome == AdoptOutcome::completed);
    end.join();
    check_at_head(live, history);
}

TEST_CASE("an adoption that is to stop changes nothing") {
    const History history = LiveDatabase::history();
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect);
        live.build(history, "head");
        std::stop_source stop;
        stop.request_stop();
        AdoptSettings settings = live.adopt_settings();
        settings.run.stop = stop.get_token();
        CHECK(error_of([&] { live.adopt(history, settings); }).exit_code() == ExitCode::interrupted);
        CHECK_FALSE(live.has_journal());
    }
}

TEST_CASE("a user who may not make a scratch database is told what can be done") {
    LiveDatabase live(DialectName::postgresql);
    live.build(LiveDatabase::history(), "head");
    live.run("DROP ROLE IF EXISTS schemist_adopt_limited; CREATE ROLE schemist_adopt_limited LOGIN");
    std::string url = test::postgresql_server();
    url.replace(url.find("schemist@"), std::string("schemist").size(), "schemist_adopt_limited");
    postgresql::ScratchServer server(url);
    AdoptSettings settings = live.adopt_settings();
    settings.make_scratch = [&] { return server.make(); };
    const Error error = error_of([&] { live.adopt(LiveDatabase::history(), settings); });
    CHECK(error.exit_code() == ExitCode::configuration);
    CHECK(has(error.hint(), "CREATEDB"));
    CHECK_FALSE(live.has_journal());
    live.run("DROP ROLE schemist_adopt_limited");
}
