// Many processes at once, and processes that die.

#include "runner/fixtures.hpp"

#include <schemist/error.hpp>

#include <iostream>

#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace schemist;
using namespace schemist::test;

namespace {

// Runs the action in a process of its own; nothing of this one is cleaned up there.
template <typename Action>
pid_t in_process(const Action& action) {
    const pid_t child = fork();
    if (child == 0) {
        int code = 0;
        try {
            action();
        } catch (const Error& error) {
            std::cerr << error.what() << std::endl;
            code = static_cast<int>(error.exit_code());
        } catch (const std::exception& error) {
            std::cerr << error.what() << std::endl;
            code = 100;
        }
        _exit(code);
    }
    return child;
}

int status_of(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

class DieAfter final : public Reporter {
  public:
    explicit DieAfter(std::size_t steps) : steps_(steps) {}
    void step_finished(const StepProgress&) override {
        if (--steps_ == 0) {
            kill(getpid(), SIGKILL);
        }
    }

  private:
    std::size_t steps_;
};

void many_at_once(DialectName dialect, const std::string& concurrently) {
    const std::unique_ptr<Database> database = make_database(dialect);
    const History history =
        history_of({revision("a", "", "CREATE TABLE t (i integer);\nINSERT INTO t VALUES (1);"),
                    revision("b", "a",
                             "INSERT INTO t VALUES (2);\n-- step\nCREATE INDEX " + concurrently +
                                 " one ON t (i);\n-- step\nINSERT INTO t VALUES (3);"),
                    revision("c", "b", "CREATE INDEX " + concurrently + " two ON t (i);"),
                    revision("d", "c", "INSERT INTO t VALUES (4);")});
    std::vector<pid_t> children;
    for (int i = 0; i < 20; ++i) {
        children.push_back(in_process([&] {
            const std::unique_ptr<Connection> connection = database->connect();
            Reporter nobody;
            upgrade(*connection, database->dialect(), history, "head", {}, nobody);
        }));
    }
    for (const pid_t child : children) {
        CHECK(status_of(child) == 0);
    }
    const std::unique_ptr<Connection> connection = database->connect();
    CHECK(count(*connection, "t") == 4);
    CHECK(journal_of(*connection).starts_with("a:applied:1/1 b:applied:3/3 c:applied:1/1 d:applied:1/1"));
    if (dialect == DialectName::postgresql) {
        CHECK(count(*connection, "pg_index WHERE NOT indisvalid") == 0);
    }
}

void killed_between_steps(DialectName dialect) {
    const std::unique_ptr<Database> database = make_database(dialect);
    const std::vector<std::string> files{revision("a", "", "CREATE TABLE t (i integer)", "DROP TABLE t"),
                                         revision("b", "a",
                                                  "INSERT INTO t VALUES (1);\n-- step\nINSERT INTO t VALUES "
                                                  "(2);\n-- step\nINSERT INTO t VALUES (3);",
                                                  "DELETE FROM t WHERE i = 3;\n-- step\nDELETE FROM t WHERE "
                                                  "i = 2;\n-- step\nDELETE FROM t WHERE i = 1")};
    const History history = history_of(files);
    const std::unique_ptr<Connection> connection = database->connect();
    Listener listener;
    for (std::size_t steps = 1; steps <= 4; ++steps) {
        CAPTURE(steps);
        const int status = status_of(in_process([&] {
            const std::unique_ptr<Connection> own = database->connect();
            DieAfter reporter(steps);
            upgrade(*own, database->dialect(), history, "head", {}, reporter);
        }));
        CHECK(WIFSIGNALED(status));
        upgrade(*connection, database->dialect(), history, "head", {}, listener);
        CHECK(journal_of(*connection) == "a:applied:1/1 b:applied:3/3");
        CHECK(count(*connection, "t") == 3);

        const int back = status_of(in_process([&] {
            const std::unique_ptr<Connection> own = database->connect();
            DieAfter reporter(steps);
            downgrade(*own, database->dialect(), history, "base", {}, reporter);
        }));
        CHECK(WIFSIGNALED(back));
        downgrade(*connection, database->dialect(), history, "base", {}, listener);
        CHECK(journal_of(*connection).empty());
    }
}

}  // namespace

TEST_CASE("sqlite: twenty processes at once on an empty database") {
    many_at_once(DialectName::sqlite, "");
}
TEST_CASE("postgresql: twenty processes at once on an empty database") {
    many_at_once(DialectName::postgresql, "CONCURRENTLY");
}
TEST_CASE("sqlite: killed between steps") {
    killed_between_steps(DialectName::sqlite);
}
TEST_CASE("postgresql: killed between steps") {
    killed_between_steps(DialectName::postgresql);
}

TEST_CASE("postgresql: killed while a statement ran outside of a transaction") {
    const std::unique_ptr<Database> database = make_database(DialectName::postgresql);
    const std::unique_ptr<Connection> connection = database->connect();
    const History history = history_of({revision("a", "", "CREATE TABLE t (i integer)"),
                                        revision("b", "a", "CREATE INDEX CONCURRENTLY one ON t (i);")});
    Listener listener;
    upgrade(*connection, database->dialect(), history, "a", {}, listener);
    // The build waits for this transaction, so the process can be killed in the middle of it.
    const std::unique_ptr<Connection> blocker = database->connect();
    blocker->run_script("BEGIN; INSERT INTO t VALUES (1)");
    const pid_t child = in_process([&] {
        const std::unique_ptr<Connection> own = database->connect();
        Reporter nobody;
        upgrade(*own, database->dialect(), history, "head", {}, nobody);
    });
    const std::string builds = "pg_stat_progress_create_index WHERE datname = current_database()";
    while (count(*connection, builds) == 0) {
        usleep(10000);
    }
    RunOptions impatient;
    impatient.lock_wait = std::chrono::milliseconds(200);
    try {
        upgrade(*connection, database->dialect(), history, "head", impatient, listener);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::lock);
        CHECK_MESSAGE(error.what_failed().find("process ") != std::string::npos, error.what());
    }
    kill(child, SIGKILL);
    status_of(child);
    connection->query("SELECT pg_terminate_backend(pid, 5000) FROM " + builds);
    blocker->run_script("ROLLBACK");
    CHECK(journal_of(*connection) == "a:applied:1/1 b:running:0/1");
    upgrade(*connection, database->dialect(), history, "head", {}, listener);
    CHECK(journal_of(*connection) == "a:applied:1/1 b:applied:1/1");
    CHECK(count(*connection, "pg_index WHERE NOT indisvalid") == 0);
    CHECK(count(*connection, "pg_indexes WHERE indexname = 'one'") == 1);
}

TEST_CASE("postgresql: a statement that took effect before its process died is not run again") {
    const std::unique_ptr<Database> database = make_database(DialectName::postgresql);
    const std::unique_ptr<Connection> connection = database->connect();
    const History history = history_of(
        {revision("a", "", "CREATE TABLE t (i integer);\nCREATE INDEX CONCURRENTLY one ON t (i);")});
    Listener listener;
    upgrade(*connection, database->dialect(), history, "head", {}, listener);
    const std::int64_t before = connection->query("SELECT 'one'::regclass::oid::bigint").integer(0, 0);
    connection->run_script("UPDATE schemist_journal SET status = 'running', step = 1, in_flight = 2");
    upgrade(*connection, database->dialect(), history, "head", {}, listener);
    CHECK(journal_of(*connection) == "a:applied:2/2");
    CHECK(connection->query("SELECT 'one'::regclass::oid::bigint").integer(0, 0) == before);
}

TEST_CASE("postgresql: what cannot be known is for a person to say") {
    const std::unique_ptr<Database> database = make_database(DialectName::postgresql);
    const std::unique_ptr<Connection> connection = database->connect();
    const History history = history_of(
        {revision("a", "", "CREATE TABLE t (i integer);\nCREATE INDEX CONCURRENTLY one ON t (i);")});
    Listener listener;
    upgrade(*connection, database->dialect(), history, "head", {}, listener);
    const auto interrupt = [&] {
        connection->run_script("UPDATE schemist_journal SET status = 'running', step = 1, in_flight = 2");
    };
    // Somebody's index of that name is on another table.
    connection->run_script("DROP INDEX one; CREATE TABLE u (i integer); CREATE INDEX one ON u (i)");
    interrupt();
    try {
        upgrade(*connection, database->dialect(), history, "head", {}, listener);
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::needs_attention);
        CHECK(error.where() == "m/1.sql:6");
        CHECK_MESSAGE(error.hint().find("schemist resolve --done a") != std::string::npos, error.what());
    }
    resolve(*connection, database->dialect(), history, "", Resolution::done, {}, listener);
    CHECK(journal_of(*connection) == "a:applied:2/2");
    interrupt();
    connection->run_script("DROP TABLE u");
    resolve(*connection, database->dialect(), history, "a", Resolution::undone, {}, listener);
    CHECK(journal_of(*connection) == "a:running:1/2");
    upgrade(*connection, database->dialect(), history, "head", {}, listener);
    CHECK(journal_of(*connection) == "a:applied:2/2");
    CHECK(count(*connection, "pg_indexes WHERE indexname = 'one'") == 1);
    CHECK_THROWS_AS(resolve(*connection, database->dialect(), history, "", Resolution::done, {}, listener),
                    Error);
}
