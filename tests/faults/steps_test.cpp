// Rows 53 to 59 and 63: statements that wait for others, fail, or must not run.

#include "faults/project.hpp"
#include "postgresql/connection.hpp"

#include <schemist/connection.hpp>

#include <algorithm>
#include <chrono>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

// A table with a row, at revision 0001.
void make_notes(const OwnServer& server, const Project& project) {
    project.revision("0001", "",
                     "CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL);\n"
                     "INSERT INTO notes VALUES (1, 'one'), (2, 'two'), (3, 'two');");
    const Result result = project.run();
    CAPTURE(result.output);
    REQUIRE(result.status == 0);
    REQUIRE(journal_of(server) == "0001:applied:1/1");
}

std::string process_of(schemist::Connection& connection) {
    return connection.run_script("SELECT pg_backend_pid()").text(0, 0);
}

// The step failed and nothing of it is there.
void check_rolled_back(const OwnServer& server, const Result& result) {
    CHECK(result.status == 5);
    CHECK(journal_of(server) == "0001:applied:1/1");
    CHECK(server.value("SELECT count(*) FROM information_schema.columns WHERE table_name = 'notes'") == "2");
}

}  // namespace

TEST_CASE("row 53: DDL waits for a long reader, and other readers never wait longer than lock_timeout") {
    const OwnServer server;
    Project project(server.url());
    make_notes(server, project);
    project.revision("0002", "0001", "ALTER TABLE notes ADD COLUMN more text;");
    project.set("SCHEMIST_LOCK_TIMEOUT", "300ms");
    project.set("SCHEMIST_LOCK_RETRIES", "30");

    const auto reader = server.connect();
    reader->run_script("BEGIN; SELECT count(*) FROM notes");
    const std::string blocker = process_of(*reader);
    const auto process = project.start();
    const auto others = server.connect();
    Clock::duration longest{0};
    // It looks whether the table is free for some seconds before it queues, which is what others could feel.
    const auto until = Clock::now() + 8s;
    while (Clock::now() < until) {
        const auto start = Clock::now();
        others->run_script("SELECT count(*) FROM notes");
        longest = std::max(longest, Clock::now() - start);
    }
    CHECK(process->running());
    // Without the time-out they would queue behind the DDL for all that time.
    CHECK(longest < 2500ms);
    reader->run_script("ROLLBACK");
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says(blocker));
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1");
}

TEST_CASE("row 54: what blocks the DDL never ends") {
    const OwnServer server;
    Project project(server.url());
    make_notes(server, project);
    project.revision("0002", "0001", "ALTER TABLE notes ADD COLUMN more text;");
    project.set("SCHEMIST_LOCK_TIMEOUT", "200ms");
    project.set("SCHEMIST_LOCK_RETRIES", "3");
    const auto reader = server.connect();
    reader->run_script("BEGIN; SELECT count(*) FROM notes");
    const Result result = project.run();
    CAPTURE(result.output);
    check_rolled_back(server, result);
    CHECK(result.says(process_of(*reader)));
}

TEST_CASE("row 55: an index is built concurrently while an old snapshot is open") {
    const OwnServer server;
    Project project(server.url());
    make_notes(server, project);
    project.revision("0002", "0001", "CREATE INDEX CONCURRENTLY ix_notes_text ON notes (text);");
    const auto snapshot = server.connect();
    snapshot->run_script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class");
    const auto process = project.start();
    process->wait_for_output(process_of(*snapshot));
    CHECK(process->running());
    snapshot->run_script("ROLLBACK");
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(invalid_indexes(server).empty());
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1");
}

TEST_CASE("row 56: the step is the victim of a deadlock") {
    const OwnServer server;
    Project project(server.url());
    make_notes(server, project);
    project.revision("0002", "0001",
                     "CREATE TABLE one ();\n-- step\nLOCK TABLE one;\nSELECT pg_advisory_xact_lock(1);\n"
                     "ALTER TABLE notes ADD COLUMN more text;");
    project.set("SCHEMIST_LOCK_TIMEOUT", "30s");
    const auto other = server.connect();
    // The step is the one that looks for a deadlock first.
    other->run_script("SET deadlock_timeout = '1min'; BEGIN; SELECT pg_advisory_xact_lock(1)");
    const auto process = project.start();
    server.wait_until_true("SELECT count(*) = 1 FROM pg_locks WHERE NOT granted AND locktype = 'advisory'");
    other->run_script("LOCK TABLE one");
    other->run_script("ROLLBACK");
    const Result result = result_of(*process);
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(result.says("deadlock"));
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:2/2");
}

TEST_CASE("row 56: a step cannot be serialised, twice") {
    const OwnServer server;
    server.run(
        "CREATE SEQUENCE public.attempts OWNED BY NONE; ALTER SEQUENCE public.attempts OWNER TO migrator");
    Project project(server.url());
    make_notes(server, project);
    // A sequence is not rolled back.
    project.revision("0002", "0001",
                     "ALTER TABLE notes ADD COLUMN more text;\n"
                     "DO $$ BEGIN IF nextval('attempts') < 3 THEN\n"
                     "RAISE EXCEPTION 'could not serialize access' USING ERRCODE = '40001'; END IF; END $$;");
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
    CHECK(server.value("SELECT last_value FROM attempts") == "3");
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1");
}

TEST_CASE("row 57: a syntax error and a broken constraint leave nothing behind") {
    const OwnServer server;
    Project project(server.url());
    make_notes(server, project);
    for (const char* wrong :
         {"SELECT 1 / 0;", "INSERT INTO notes VALUES (1, 'again');", "SELECT absent FROM notes;"}) {
        project.revision("0002", "0001", std::string("ALTER TABLE notes ADD COLUMN more text;\n") + wrong);
        const Result result = project.run();
        CAPTURE(result.output);
        check_rolled_back(server, result);
        CHECK(result.says("0002_test.sql:"));
    }
    project.revision("0002", "0001", "ALTER TABLE notes ADD COLUMN more text;\nSELEC 1;");
    const Result syntax = project.run();
    CAPTURE(syntax.output);
    CHECK(syntax.status != 0);
    CHECK(journal_of(server) == "0001:applied:1/1");

    project.revision("0002", "0001", "ALTER TABLE notes ADD COLUMN more text;");
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 0);
}

TEST_CASE("row 58: the second of two statements outside of a transaction fails") {
    const OwnServer server;
    Project project(server.url());
    make_notes(server, project);
    project.revision("0002", "0001",
                     "CREATE INDEX CONCURRENTLY one ON notes (id);\n-- step\n"
                     "CREATE UNIQUE INDEX CONCURRENTLY two ON notes (text);");
    const Result result = project.run();
    CAPTURE(result.output);
    CHECK(result.status == 6);
    CHECK(result.says("step 2 of 2"));
    CHECK(journal_of(server) == "0001:applied:1/1 0002:running:1/2");
    CHECK(invalid_indexes(server).empty());

    server.run("DELETE FROM notes WHERE id = 3");
    const Result after = project.run();
    CAPTURE(after.output);
    CHECK(after.status == 0);
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:2/2");
    CHECK(server.value("SELECT count(*) FROM pg_class WHERE relname IN ('one', 'two')") == "2");
}

TEST_CASE("row 59: scripts that would end the transaction or drop the locks are refused") {
    const OwnServer server;
    Project project(server.url());
    make_notes(server, project);
    for (const char* wrong :
         {"COMMIT;", "ROLLBACK;", "DISCARD ALL;", "SELECT pg_advisory_unlock_all();",
          "DO $$ BEGIN COMMIT; END $$;", "DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$;"}) {
        project.revision("0002", "0001", std::string("ALTER TABLE notes ADD COLUMN more text;\n") + wrong);
        const Result result = project.run();
        CAPTURE(wrong);
        CAPTURE(result.output);
        check_rolled_back(server, result);
        CHECK(result.says("0002_test.sql:7"));
    }
}

TEST_CASE("row 63: 53100, the disk is full") {
    if (!may_mount()) {
        return skip("a small disk for one server needs root and mount namespaces");
    }
    OwnServer::Options options;
    options.small_disk = true;
    const OwnServer server(options);
    server.run(fmt::format("CREATE TABLESPACE small LOCATION '{}'", server.small().string()));
    server.run("GRANT CREATE ON TABLESPACE small TO migrator");
    Project project(server.url());
    make_notes(server, project);
    project.revision(
        "0002", "0001",
        "ALTER TABLE notes ADD COLUMN more text;\n"
        "CREATE TABLE big TABLESPACE small AS SELECT repeat('x', 1000) FROM generate_series(1, 20000);");
    const Result result = project.run();
    CAPTURE(result.output);
    check_rolled_back(server, result);
    CHECK(result.says("No space left on device"));
}

TEST_CASE("row 63: 53200, the server is out of memory for locks") {
    const OwnServer server({{"max_locks_per_transaction=10", "max_connections=20"}});
    Project project(server.url());
    make_notes(server, project);
    project.revision("0002", "0001",
                     "ALTER TABLE notes ADD COLUMN more text;\nDO $$ BEGIN FOR i IN 1 .. 5000 LOOP\n"
                     "EXECUTE 'CREATE TABLE t' || i || ' ()'; END LOOP; END $$;");
    const Result result = project.run();
    CAPTURE(result.output);
    check_rolled_back(server, result);
    CHECK(result.says("out of shared memory"));
}
