// A run with connections of its own: for the lock, for when one is lost, and for when it is to stop.

#include "runner/fixtures.hpp"
#include "support/errors.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <functional>
#include <thread>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

namespace {

using std::chrono::milliseconds;

// Does something at the beginning of a step.
class AtStep final : public Reporter {
  public:
    AtStep(std::string step, std::function<void()> action)
        : step_(std::move(step)), action_(std::move(action)) {}
    void info(std::string_view text) override { infos.emplace_back(text); }
    void step_started(const StepProgress& progress) override {
        started.push_back(progress.revision + ":" + std::to_string(progress.step));
        if (!done_ && started.back() == step_) {
            done_ = true;
            action_();
        }
    }
    bool said(std::string_view words) const {
        return std::any_of(infos.begin(), infos.end(),
                           [&](const std::string& text) { return text.find(words) != std::string::npos; });
    }
    std::vector<std::string> infos;
    std::vector<std::string> started;

  private:
    std::string step_;
    std::function<void()> action_;
    bool done_ = false;
};

struct Fixture {
    RunOptions options() const {
        RunOptions result;
        result.connect = [this](Reporter&, bool) { return database->connect(); };
        return result;
    }
    RunReport up(const History& history, const RunOptions& options, Reporter& reporter) {
        return upgrade(*given, database->dialect(), history, "head", options, reporter);
    }
    std::string journal() { return journal_of(*other); }
    void terminate(const std::string& condition) {
        other->query(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid() AND " +
            condition);
    }

    std::unique_ptr<Database> database = make_database(DialectName::postgresql);
    std::unique_ptr<Connection> given = database->connect();
    std::unique_ptr<Connection> other = database->connect();
};

const std::string holds_lock = "application_name ~ '^schemist:[^:]*$'";
const std::string works = "application_name ~ '^schemist:[^:]*:'";

History three() {
    return history_of({revision("a", "", "CREATE TABLE t (i integer)"),
                       revision("b", "a", "INSERT INTO t VALUES (1);\n-- step\nINSERT INTO t VALUES (2)"),
                       revision("c", "b", "CREATE INDEX CONCURRENTLY one ON t (i)")});
}

}  // namespace

TEST_CASE("postgresql: the given connection is as before when a run is over") {
    Fixture f;
    Listener listener;
    CHECK(ids_of(f.up(three(), f.options(), listener)) == "a b c");
    CHECK(!f.given->in_transaction());
    CHECK(f.up(three(), f.options(), listener).nothing_to_do());
    CHECK(count(*f.other,
                "pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE "
                "datname = current_database())") == 0);
}

TEST_CASE("postgresql: the lock outlives its lease while it is heard of") {
    Fixture f;
    RunOptions options = f.options();
    options.lock_lease = milliseconds(1000);
    AtStep reporter("b:1", [] { std::this_thread::sleep_for(milliseconds(2500)); });
    CHECK(ids_of(f.up(three(), options, reporter)) == "a b c");
    CHECK(reporter.infos.empty());
}

TEST_CASE("postgresql: a run whose lock was cut takes it again") {
    Fixture f;
    AtStep reporter("b:2", [&] { f.terminate(holds_lock); });
    CHECK(ids_of(f.up(three(), f.options(), reporter)) == "a b c");
    CHECK(reporter.said("connection with the lock was lost"));
    CHECK(count(*f.other, "t") == 2);
}

TEST_CASE("postgresql: a worker that was cut is looked after, and goes on") {
    for (const std::string step : {"a:1", "b:2", "c:1"}) {
        CAPTURE(step);
        Fixture f;
        std::thread killer;
        AtStep reporter(step, [&] {
            killer = std::thread([&] {
                while (f.other
                           ->query("SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND "
                                   "wait_event = 'PgSleep'")
                           .empty()) {
                    std::this_thread::sleep_for(milliseconds(5));
                }
                f.terminate("wait_event = 'PgSleep'");
            });
        });
        // Sleeps once: a sequence goes on though its transaction is rolled back. Qualified, because an index is built without a
        // search path since PostgreSQL 17.
        f.other->run_script(
            "CREATE SEQUENCE sleeps; CREATE FUNCTION pause() RETURNS integer IMMUTABLE LANGUAGE plpgsql AS "
            "'BEGIN IF nextval(''public.sleeps'') = 1 THEN PERFORM pg_sleep(20); END IF; RETURN 1; END'");
        const std::string pause = "SELECT pause();";
        const History history =
            history_of({revision("a", "", "CREATE TABLE t (i integer);" + (step == "a:1" ? pause : "")),
                        revision("b", "a",
                                 "INSERT INTO t VALUES (1);\n-- step\nINSERT INTO t VALUES (2);" +
                                     (step == "b:2" ? pause : "")),
                        revision("c", "b",
                                 std::string("CREATE INDEX CONCURRENTLY one ON t (i)") +
                                     (step == "c:1" ? " WHERE pause() = 1" : ""))});
        CHECK(ids_of(f.up(history, f.options(), reporter)) == "a b c");
        killer.join();
        CHECK(reporter.said("the connection was lost in"));
        CHECK(count(*f.other, "t") == 2);
        CHECK(count(*f.other, "pg_index WHERE NOT indisvalid") == 0);
        CHECK(f.journal() == "a:applied:1/1 b:applied:2/2 c:applied:1/1");
    }
}

TEST_CASE("postgresql: a step that costs its connection every time ends the run") {
    Fixture f;
    Listener listener;
    const Error error = error_of([&] {
        f.up(history_of({revision("a", "", "SELECT pg_terminate_backend(pg_backend_pid())")}), f.options(),
             listener);
    });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(listener.infos.size() == 3);
}

TEST_CASE("postgresql: a step that is to stop is cancelled and rolled back") {
    Fixture f;
    std::stop_source stop;
    RunOptions options = f.options();
    options.stop = stop.get_token();
    const History history = history_of({revision("a", "", "CREATE TABLE t (i integer)"),
                                        revision("b", "a", "DROP TABLE t; SELECT pg_sleep(20)")});
    std::thread stopper;
    AtStep reporter("b:1", [&] {
        stopper = std::thread([&] {
            std::this_thread::sleep_for(milliseconds(200));
            stop.request_stop();
        });
    });
    const Error error = error_of([&] { f.up(history, options, reporter); });
    stopper.join();
    CHECK(error.exit_code() == ExitCode::interrupted);
    CHECK(error.state() == "revision a is applied; revision b was rolled back");
    CHECK(f.journal() == "a:applied:1/1");
    CHECK(count(*f.other, "t") == 0);
    CHECK(count(*f.other,
                "pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE "
                "datname = current_database())") == 0);
}

TEST_CASE(
    "postgresql: an index that is being built when the run is to stop is cancelled after the grace, and "
    "removed") {
    Fixture f;
    Listener listener;
    std::stop_source stop;
    RunOptions options = f.options();
    options.stop = stop.get_token();
    options.stop_grace = milliseconds(300);
    f.other->run_script("CREATE TABLE t (i integer)");
    const std::unique_ptr<Connection> blocker = f.database->connect();
    blocker->run_script("BEGIN; INSERT INTO t VALUES (1)");
    AtStep reporter("a:1", [] {});
    std::thread stopper([&] {
        std::this_thread::sleep_for(milliseconds(500));
        stop.request_stop();
    });
    const History history = history_of({revision("a", "", "CREATE INDEX CONCURRENTLY one ON t (i)")});
    // The removal waits for the same transaction.
    std::thread ender([&] {
        std::this_thread::sleep_for(milliseconds(1500));
        blocker->run_script("COMMIT");
    });
    const Error error = error_of([&] { f.up(history, options, reporter); });
    stopper.join();
    ender.join();
    CHECK(error.exit_code() == ExitCode::interrupted);
    CHECK(count(*f.other, "pg_indexes WHERE indexname = 'one'") == 0);
    CHECK(f.journal().empty());
    CHECK(ids_of(f.up(history, f.options(), reporter)) == "a");
}

TEST_CASE("postgresql: a run that ends while it looks what it waits for leaves no connection behind") {
    Fixture f;
    RunOptions options = f.options();
    options.connect = [&](Reporter&, bool patient) {
        if (!patient) {
            std::this_thread::sleep_for(milliseconds(2000));
        }
        return f.database->connect();
    };
    Listener listener;
    // It looks after ten seconds.
    CHECK(ids_of(f.up(history_of({revision("a", "", "SELECT pg_sleep(11)")}), options, listener)) == "a");
    wait_until("the run's connections to be gone",
               [&] { return count(*f.other, "pg_stat_activity WHERE datname = current_database()") == 2; });
}

TEST_CASE("postgresql: a failed build leaves no index behind, and the error names the rows") {
    Fixture f;
    Listener listener;
    f.other->run_script("CREATE TABLE t (i integer); INSERT INTO t VALUES (1), (1)");
    const History history = history_of({revision("a", "", "CREATE UNIQUE INDEX CONCURRENTLY one ON t (i)")});
    const Error error = error_of([&] { f.up(history, f.options(), listener); });
    CHECK(error.exit_code() == ExitCode::needs_attention);
    CHECK_MESSAGE(error.what_failed().find("(i)=(1)") != std::string::npos, error.what());
    CHECK(count(*f.other, "pg_indexes WHERE indexname = 'one'") == 0);
    CHECK(f.journal().empty());
    f.other->run_script("TRUNCATE t");
    CHECK(ids_of(f.up(history, f.options(), listener)) == "a");
}

TEST_CASE("postgresql: IF NOT EXISTS does not take an index that is not valid for one that is") {
    Fixture f;
    Listener listener;
    f.other->run_script("CREATE TABLE t (i integer); INSERT INTO t VALUES (1), (1)");
    CHECK_THROWS_AS(f.other->run_script("CREATE UNIQUE INDEX CONCURRENTLY one ON t (i)"), Error);
    f.other->run_script("TRUNCATE t");
    CHECK(ids_of(f.up(
              history_of({revision("a", "", "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS one ON t (i)")}),
              f.options(), listener)) == "a");
    CHECK(count(*f.other, "pg_index WHERE NOT indisvalid") == 0);
    CHECK(count(*f.other, "pg_indexes WHERE indexname = 'one'") == 1);
}

TEST_CASE("postgresql: a table in use is waited for without making others wait") {
    Fixture f;
    f.other->run_script("CREATE TABLE t (i integer)");
    const std::unique_ptr<Connection> reader = f.database->connect();
    reader->run_script("BEGIN; SELECT * FROM t");
    std::this_thread::sleep_for(milliseconds(300));
    AtStep reporter("", [] {});
    std::thread ender([&] {
        std::this_thread::sleep_for(milliseconds(1000));
        // Nobody queues for the table.
        CHECK(count(*f.other, "pg_locks WHERE relation = 't'::regclass AND NOT granted") == 0);
        reader->run_script("COMMIT");
    });
    CHECK(ids_of(f.up(history_of({revision("a", "", "ALTER TABLE t ADD COLUMN x integer")}), f.options(),
                      reporter)) == "a");
    ender.join();
    CHECK(reporter.said("in use"));
}

TEST_CASE("postgresql: the one that waits is told who holds the lock, and what it does") {
    Fixture f;
    Listener waiter;
    const History history = history_of({revision("a", "", "SELECT pg_sleep(1)")});
    std::thread holder([&] {
        Listener listener;
        const std::unique_ptr<Connection> own = f.database->connect();
        upgrade(*own, f.database->dialect(), history, "head", f.options(), listener);
    });
    while (count(*f.other,
                 "pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = current_database()") == 0) {
        std::this_thread::sleep_for(milliseconds(5));
    }
    CHECK(f.up(history, f.options(), waiter).nothing_to_do());
    holder.join();
    REQUIRE(!waiter.infos.empty());
    CHECK_MESSAGE(waiter.infos[0].find("now at revision a, step 1: ") != std::string::npos, waiter.infos[0]);
}
