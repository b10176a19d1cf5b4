#include "runner/runner.hpp"

#include "runner/fixtures.hpp"
#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

namespace {

const std::string three_steps =
    "CREATE TABLE b (i integer);\n-- step\nINSERT INTO b VALUES (1);\n-- step\nINSERT INTO b VALUES (2);";
const std::string three_back = "DELETE FROM b WHERE i = 2;\n-- step\nDELETE FROM b;\n-- step\nDROP TABLE b;";

const std::vector<std::string> simple{
    revision("a", "", "CREATE TABLE a (i integer PRIMARY KEY);\nINSERT INTO a VALUES (1);", "DROP TABLE a;"),
    revision("b", "a", three_steps, three_back),
    revision("c", "b", "CREATE TABLE c (i integer); -- last", "DROP TABLE c"),
};

// A test case for each backend.
struct Fixture {
    explicit Fixture(DialectName dialect)
        : database(make_database(dialect)), connection(database->connect()) {}

    RunReport up(const std::vector<std::string>& files, std::string_view target = "head",
                 RunOptions options = {}) {
        return upgrade(*connection, database->dialect(), test::history_of(files), target, options, listener);
    }
    RunReport down(const std::vector<std::string>& files, std::string_view target, RunOptions options = {}) {
        return downgrade(*connection, database->dialect(), test::history_of(files), target, options,
                         listener);
    }
    StatusReport look(const std::vector<std::string>& files) {
        return status(*connection, database->dialect(), test::history_of(files), default_journal);
    }
    std::string journal() { return journal_of(*connection); }

    std::unique_ptr<Database> database;
    std::unique_ptr<Connection> connection;
    Listener listener;
};

void apply_and_take_back(DialectName dialect) {
    Fixture f(dialect);
    CHECK(ids_of(f.up(simple)) == "a b c");
    CHECK(f.journal() == "a:applied:1/1 b:applied:3/3 c:applied:1/1");
    CHECK(f.listener.finished == std::vector<std::string>{"a:1", "b:1", "b:2", "b:3", "c:1"});
    CHECK(count(*f.connection, "b") == 2);
    CHECK(f.up(simple).nothing_to_do());

    CHECK(ids_of(f.down(simple, "a")) == "c b");
    CHECK(f.journal() == "a:applied:1/1");
    CHECK_THROWS_AS(count(*f.connection, "b"), Error);
    CHECK(f.down(simple, "a").nothing_to_do());
    CHECK(ids_of(f.up(simple, "+1")) == "b");
    CHECK(ids_of(f.down(simple, "base")) == "b a");
    CHECK(f.journal().empty());
    CHECK(ids_of(f.up(simple)) == "a b c");

    const JournalRow row = read_journal(*f.connection, JournalTable(dialect, default_journal)).rows[1];
    CHECK(row.sequence == 2);
    CHECK(row.parents == std::vector<std::string>{"a"});
    CHECK(row.message == "about b");
    CHECK(row.checksum.starts_with("1:"));
    CHECK(row.applied_by.find('@') != std::string::npos);
    CHECK(row.version == "0.1.0");
    CHECK(row.started_at.size() == 24);
    CHECK(row.finished_at.size() == 24);
}

void count_round_trips(DialectName dialect) {
    Fixture f(dialect);
    CountingConnection counting(*f.connection);
    const History history = test::history_of(simple);
    upgrade(counting, f.database->dialect(), history, "head", {}, f.listener);
    if (dialect == DialectName::postgresql) {
        CHECK(counting.count == 1 + 5);  // the journal, and one for each step
    }
    counting.count = 0;
    CHECK(upgrade(counting, f.database->dialect(), history, "head", {}, f.listener).nothing_to_do());
    CHECK(counting.count == 1);
    counting.count = 0;
    status(counting, f.database->dialect(), history, default_journal);
    CHECK(counting.count == 1);
}

void fail_in_the_middle(DialectName dialect) {
    Fixture f(dialect);
    std::vector<std::string> files = simple;
    files[1] = revision("b", "a",
                        "CREATE TABLE b (i integer);\n-- step\nINSERT INTO b VALUES (1);\n\nINSERT INTO "
                        "nowhere\n VALUES (2);");
    const Error error = error_of([&] { f.up(files); });
    CHECK(error.exit_code() == ExitCode::failed);
    CHECK(error.where() == "m/2.sql:9");
    CHECK_MESSAGE(has(error.what_failed(), "nowhere"), error.what());
    CHECK(error.state() ==
          "revision a is applied; step 1 of 2 of revision b is done, step 2 was rolled back");
    CHECK(f.journal() == "a:applied:1/1 b:running:1/2");
    CHECK(count(*f.connection, "b") == 0);
    CHECK(f.look(files).interrupted.size() == 1);
    CHECK(!f.connection->in_transaction());

    const Error half = error_of([&] { f.down(files, "base"); });
    CHECK(half.exit_code() == ExitCode::needs_attention);

    // Corrected, it goes on at the second step.
    files[1] = revision("b", "a", "CREATE TABLE b (i integer);\n-- step\nINSERT INTO b VALUES (1);\n",
                        "DROP TABLE b");
    const Error edited = error_of([&] {
        f.up({files[0], revision("b", "a", "SELECT 1;\n-- step\nSELECT 2")});
    });
    CHECK(edited.exit_code() == ExitCode::mismatch);
    CHECK(edited.where() == "m/2.sql");
}

void fail_at_first(DialectName dialect) {
    Fixture f(dialect);
    const std::vector<std::string> bad{simple[0], revision("b", "a", "INSERT INTO a VALUES (1);")};
    const Error first = error_of([&] { f.up({revision("b", "", "INSERT INTO a VALUES (1);")}); });
    CHECK(first.state() == "nothing was changed");
    CHECK(f.journal().empty());
    const Error second = error_of([&] { f.up(bad); });
    CHECK(second.state() == "revision a is applied; revision b was rolled back");
    CHECK(second.where() == "m/2.sql:5");
    CHECK(f.journal() == "a:applied:1/1");
    const Error third = error_of([&] { f.up(bad); });
    CHECK(third.state() == "nothing was changed");
}

void refuse_before_anything_runs(DialectName dialect) {
    Fixture f(dialect);
    const auto refused = [&](const std::string& sql, const std::string& where, const std::string& what) {
        const Error error = error_of([&] { f.up({simple[0], revision("b", "a", sql)}); });
        CHECK(error.where() == where);
        CHECK_MESSAGE(has(error.what_failed(), what), error.what());
        CHECK(error.state() == "nothing was changed");
        CHECK(error.exit_code() == ExitCode::failed);
        CHECK(f.journal().empty());
    };
    refused("SELECT 1;\n\nBEGIN;\nSELECT 2;\nCOMMIT;", "m/2.sql:7", "controls the transaction: BEGIN");
    refused("SELECT 1;\nROLLBACK", "m/2.sql:6", "controls the transaction: ROLLBACK");
    const Error missing = error_of([&] {
        f.up({simple[0], "-- revision: b\n-- revises: a\n-- downgrade: any\n"});
    });
    CHECK(missing.where() == "m/2.sql:1");
    CHECK(missing.exit_code() == ExitCode::mismatch);
    CHECK(f.journal().empty());
    const std::vector<std::string> one_way{"-- revision: a\n-- upgrade: any\nCREATE TABLE a (i integer);\n"};
    f.up(one_way);
    const Error back = error_of([&] { f.down(one_way, "base"); });
    CHECK_MESSAGE(has(back.what_failed(), "cannot be taken back"), back.what());
    CHECK(f.journal() == "a:applied:1/1");
}

void notice_edits(DialectName dialect) {
    Fixture f(dialect);
    f.up(simple);
    std::vector<std::string> files = simple;
    files[2] = revision("c", "b", "CREATE TABLE c (i integer); -- changed remark", "DROP TABLE c");
    CHECK(f.up(files).nothing_to_do());
    CHECK(f.listener.warnings.size() == 1);
    CHECK(f.look(files).edited_comments == std::vector<std::string>{"c"});
    files[2] = revision("c", "b", "CREATE TABLE c (i bigint);", "DROP TABLE c");
    const Error edited = error_of([&] { f.up(files); });
    CHECK(edited.exit_code() == ExitCode::mismatch);
    CHECK(f.look(files).edited == std::vector<std::string>{"c"});
    CHECK(error_of([&] { f.down(files, "-1"); }).exit_code() == ExitCode::mismatch);
    stamp(*f.connection, f.database->dialect(), test::history_of(files), std::vector<std::string>{"head"},
          false, {}, f.listener);
    CHECK(f.look(files).edited.empty());
    CHECK(f.up(files).nothing_to_do());
}

void meet_newer(DialectName dialect) {
    Fixture f(dialect);
    f.up(simple);
    const std::vector<std::string> older{simple[0], simple[1]};
    CHECK(f.up(older).nothing_to_do());
    CHECK(!f.listener.infos.empty());
    CHECK(f.look(older).unknown == std::vector<std::string>{"c"});
    RunOptions strict;
    strict.on_newer = OnNewer::error;
    CHECK(error_of([&] { f.up(older, "head", strict); }).exit_code() == ExitCode::newer);
    const Error down = error_of([&] { f.down(older, "base"); });
    CHECK(down.exit_code() == ExitCode::newer);
    CHECK_MESSAGE(has(down.what_failed(), "c (about c)"), down.what());
    const History history = test::history_of(older);
    CHECK(error_of([&] {
              stamp(*f.connection, f.database->dialect(), history, std::vector<std::string>{"a"}, false, {},
                    f.listener);
          }).exit_code() == ExitCode::newer);
    const StampReport report = stamp(*f.connection, f.database->dialect(), history,
                                     std::vector<std::string>{"a"}, true, {}, f.listener);
    CHECK(report.removed == std::vector<std::string>{"b", "c"});
    CHECK(f.journal() == "a:applied:1/1");
}

void stamp_both_ways(DialectName dialect) {
    Fixture f(dialect);
    const History history = test::history_of(simple);
    const auto set = [&](std::string_view target) {
        return stamp(*f.connection, f.database->dialect(), history, std::vector{std::string(target)}, false,
                     {}, f.listener);
    };
    CHECK(set("base").added.empty());
    CHECK(!f.look(simple).journal_exists);
    CHECK(set("head").added == std::vector<std::string>{"a", "b", "c"});
    CHECK(f.journal() == "a:applied:1/1 b:applied:3/3 c:applied:1/1");
    CHECK(set("a").removed == std::vector<std::string>{"b", "c"});
    CHECK(set("base").removed == std::vector<std::string>{"a"});
    CHECK(f.journal().empty());
}

void take_several_heads(DialectName dialect) {
    Fixture f(dialect);
    const std::vector<std::string> files{simple[0],
                                         revision("x", "a", "CREATE TABLE x (i integer)", "DROP TABLE x"),
                                         revision("y", "a", "CREATE TABLE y (i integer)", "DROP TABLE y"),
                                         "-- revision: m\n-- revises: x, y\n"};
    const std::vector<std::string> without_merge(files.begin(), files.end() - 1);
    const Error unclear = error_of([&] { f.up(without_merge); });
    CHECK_MESSAGE(has(unclear.what_failed(), "2 heads, x, y"), unclear.what());
    CHECK(ids_of(f.up(without_merge, "heads")) == "a x y");
    CHECK(f.look(without_merge).current == std::vector<std::string>{"x", "y"});
    CHECK(ids_of(f.up(files)) == "m");
    CHECK(ids_of(f.down(files, "x")) == "m");
    CHECK(ids_of(f.down(files, "a")) == "y x");
}

void run_data_migrations(DialectName dialect) {
    Fixture f(dialect);
    const std::vector<DataMigration> data{
        {"b", [](Connection& c) { c.query("INSERT INTO b SELECT i + 10 FROM b"); },
         [](Connection& c) { c.query("INSERT INTO a SELECT count(*) + 100 FROM b"); }}};
    RunOptions options;
    options.data_migrations = data;
    CHECK(ids_of(f.up(simple, "b", options)) == "a b");
    CHECK(count(*f.connection, "b") == 4);
    CHECK(ids_of(f.down(simple, "a", options)) == "b");
    CHECK(count(*f.connection, "a WHERE i = 104") == 1);

    const std::vector<DataMigration> bad{
        {"b", [](Connection& c) { c.query("INSERT INTO nowhere VALUES (1)"); }, {}}};
    options.data_migrations = bad;
    const Error error = error_of([&] { f.up(simple, "b", options); });
    CHECK_MESSAGE(has(error.state(), "step 2 of 3 of revision b is done, step 3 was rolled back"),
                  error.what());
    CHECK(count(*f.connection, "b") == 1);
    CHECK(f.journal() == "a:applied:1/1 b:running:2/3");
    CHECK(ids_of(f.up(simple, "b")) == "b");
    CHECK(count(*f.connection, "b") == 2);
}

void run_a_script(DialectName dialect) {
    Fixture f(dialect);
    const std::string script =
        upgrade_script(f.database->dialect(), test::history_of(simple), {}, "head", {});
    std::string sql;
    for (std::size_t at = 0; at < script.size();) {
        const std::size_t end = script.find('\n', at);
        const std::string line = script.substr(at, end - at);
        sql += line.starts_with('.') || line.starts_with('\\') ? "" : line + "\n";
        at = end + 1;
    }
    f.connection->run_script(sql);
    CHECK(f.journal() == "a:applied:1/1 b:applied:3/3 c:applied:1/1");
    CHECK(f.up(simple).nothing_to_do());
    CHECK_THROWS_AS(f.connection->run_script(sql), Error);
    CHECK(upgrade_script(f.database->dialect(), test::history_of(simple),
                         std::vector<std::string>{"a", "b", "c"}, "head", {})
              .empty());
}

}  // namespace

#define ON_BOTH(words, function)           \
    TEST_CASE("sqlite: " words) {          \
        function(DialectName::sqlite);     \
    }                                      \
    TEST_CASE("postgresql: " words) {      \
        function(DialectName::postgresql); \
    }

ON_BOTH("revisions are applied and taken back", apply_and_take_back)
ON_BOTH("nothing to do is one query, a step is one round trip", count_round_trips)
ON_BOTH("a failure in the middle leaves what was done", fail_in_the_middle)
ON_BOTH("a failure at first leaves nothing", fail_at_first)
ON_BOTH("what cannot work is refused before anything runs", refuse_before_anything_runs)
ON_BOTH("edited revisions are noticed", notice_edits)
ON_BOTH("a database that is newer than the files", meet_newer)
ON_BOTH("stamps", stamp_both_ways)
ON_BOTH("several heads and merges", take_several_heads)
ON_BOTH("data migrations commit with their revision", run_data_migrations)
ON_BOTH("a script does what a run does", run_a_script)

TEST_CASE("sqlite: a violated foreign key rolls back") {
    Fixture f(DialectName::sqlite);
    const std::vector<std::string> files{
        revision("a", "",
                 "CREATE TABLE p (i integer PRIMARY KEY);\nCREATE TABLE c (p integer REFERENCES p (i) ON "
                 "DELETE CASCADE);\n"
                 "INSERT INTO p VALUES (1);\nINSERT INTO c VALUES (1);"),
        revision("b", "a", "DELETE FROM p;"),
        // A rebuild keeps the children, though foreign keys are on for this connection.
        revision("c", "a",
                 "CREATE TABLE q (i integer PRIMARY KEY, t text);\nINSERT INTO q (i) SELECT i FROM p;\nDROP "
                 "TABLE p;\n"
                 "ALTER TABLE q RENAME TO p;")};
    const Error error = error_of([&] { f.up(files, "b"); });
    CHECK_MESSAGE(has(error.what_failed(), "table c, rowid 1, refers to p"), error.what());
    CHECK(f.journal() == "a:applied:1/1");
    CHECK(count(*f.connection, "p") == 1);
    CHECK(ids_of(f.up(files, "c")) == "c");
    CHECK(count(*f.connection, "c") == 1);
    CHECK(f.connection->query("PRAGMA foreign_keys").integer(0, 0) == 1);
}

TEST_CASE("sqlite: statements outside of a transaction") {
    Fixture f(DialectName::sqlite);
    CHECK(ids_of(f.up(
              {revision("a", "", "CREATE TABLE a (i integer);\nVACUUM;\nINSERT INTO a VALUES (1)")})) == "a");
    CHECK(f.journal() == "a:applied:3/3");
}

TEST_CASE("postgresql: a statement outside of a transaction is a step of its own") {
    Fixture f(DialectName::postgresql);
    std::vector<std::string> files{
        simple[0], revision("b", "a",
                            "CREATE INDEX one ON a (i);\nCREATE INDEX CONCURRENTLY two ON a (i);\nCREATE "
                            "INDEX three ON a (i);",
                            "DROP INDEX three;\nDROP INDEX CONCURRENTLY two;\nDROP INDEX one")};
    CHECK(ids_of(f.up(files)) == "a b");
    CHECK(f.journal() == "a:applied:1/1 b:applied:3/3");
    CHECK(count(*f.connection, "pg_index WHERE indrelid = 'a'::regclass AND indisvalid") == 4);
    CHECK(count(*f.connection,
                "pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE "
                "datname = current_database())") == 0);
    CHECK(ids_of(f.down(files, "a")) == "b");
    CHECK(f.journal() == "a:applied:1/1");

    f.connection->run_script("INSERT INTO a VALUES (2); ALTER TABLE a ADD COLUMN same integer DEFAULT 7");
    files[1] = revision("b", "a", "CREATE UNIQUE INDEX CONCURRENTLY two ON a (same);");
    const Error error = error_of([&] { f.up(files); });
    CHECK(error.exit_code() == ExitCode::needs_attention);
    CHECK(error.where() == "m/2.sql:5");
    CHECK_MESSAGE(has(f.listener.infos.back(), "index public.two"), f.listener.infos.back());
    CHECK(count(*f.connection, "pg_indexes WHERE indexname = 'two'") == 0);
    CHECK(f.journal() == "a:applied:1/1");
    CHECK(count(*f.connection,
                "pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE "
                "datname = current_database())") == 0);
}

TEST_CASE("postgresql: the line of an error without a position") {
    Fixture f(DialectName::postgresql);
    const Error error = error_of([&] { f.up({revision("a", "", "\n\nSELECT 1 / 0;")}); });
    CHECK(error.where() == "m/1.sql:7");
    CHECK(error.sqlstate() == "22012");
    const Error second = error_of([&] {
        f.up({revision("a", "",
                       "CREATE TABLE a (i integer PRIMARY KEY);\nDO $$BEGIN NULL; END$$;\n"
                       "INSERT INTO a VALUES (1);\n\nINSERT INTO a VALUES (1);\nSELECT 1;")});
    });
    CHECK(second.where() == "m/1.sql:9");
    CHECK(second.sqlstate() == "23505");
}

TEST_CASE("postgresql: hostile names and texts") {
    Fixture f(DialectName::postgresql);
    RunOptions options;
    options.journal = {"it's \"mine\"", "jour\\nal's"};
    options.applied_by = "o'neil\\@host";
    CHECK(ids_of(f.up({revision("a", "", "CREATE TABLE \"ä'\" (i integer);\nSELECT 'ü'")}, "head",
                      options)) == "a");
    const Error error = error_of([&] {
        f.up({revision("a", "", "CREATE TABLE \"ä'\" (i integer);\nSELECT 'ü'"),
              revision("b", "a", "SELECT 'ä';\nSELECT\n  missing")},
             "head", options);
    });
    CHECK(error.where() == "m/2.sql:7");
    CHECK(f.up({revision("a", "", "CREATE TABLE \"ä'\" (i integer);\nSELECT 'ü'")}, "head", options)
              .nothing_to_do());
}

TEST_CASE("postgresql: who uses the table is told when the time is over") {
    Fixture f(DialectName::postgresql);
    f.up({simple[0]});
    const std::unique_ptr<Connection> other = f.database->connect();
    other->run_script("BEGIN; LOCK TABLE a");
    const std::vector<std::string> files{simple[0], revision("b", "a", "ALTER TABLE a ADD COLUMN x integer")};
    RunOptions options;
    options.lock_timeout = std::chrono::milliseconds(50);
    options.lock_retries = 3;
    const Error in_use = error_of([&] { f.up(files, "head", options); });
    CHECK(in_use.exit_code() == ExitCode::failed);
    CHECK(in_use.state() == "nothing was changed");
    CHECK_MESSAGE(has(in_use.what(), "process "), in_use.what());
    other->run_script("ROLLBACK");
    CHECK(ids_of(f.up(files, "head", options)) == "b");
}

TEST_CASE("sqlite: the time to wait for the lock is limited") {
    Fixture f(DialectName::sqlite);
    f.up({simple[0]});
    f.connection->query("PRAGMA busy_timeout = 10");
    const std::unique_ptr<Connection> other = f.database->connect();
    other->run_script("BEGIN IMMEDIATE");
    RunOptions options;
    options.lock_wait = std::chrono::milliseconds(200);
    const Error error = error_of([&] { f.up(simple, "head", options); });
    CHECK(error.exit_code() == ExitCode::lock);
    CHECK(error.state() == "nothing was changed");
    CHECK(!f.listener.infos.empty());
    other->run_script("ROLLBACK");
    CHECK(ids_of(f.up(simple, "head", options)) == "b c");
}

TEST_CASE("postgresql: what a step sets for the session ends with it") {
    Fixture f(DialectName::postgresql);
    CHECK(ids_of(f.up({revision("a", "",
                                "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE "
                                "public.a (i integer);"),
                       revision("b", "a", "CREATE TABLE b (i integer);")})) == "a b");
    CHECK(count(*f.connection, "pg_tables WHERE schemaname = 'public'") == 3);
}

TEST_CASE("postgresql: a journal that may not be made is no fault of a revision") {
    Fixture f(DialectName::postgresql);
    // Up to PostgreSQL 14 everybody may create in public.
    f.connection->run_script(
        "DROP ROLE IF EXISTS schemist_reader; CREATE ROLE schemist_reader; REVOKE CREATE ON SCHEMA public "
        "FROM PUBLIC; "
        "SET ROLE schemist_reader");
    const Error error = error_of([&] { f.up({revision("a", "", "SELECT 1")}); });
    CHECK(error.exit_code() == ExitCode::configuration);
    CHECK(error.where() == "journal public.schemist_journal");
    CHECK(error.state() == "nothing was changed");
    f.connection->run_script("RESET ROLE; DROP ROLE schemist_reader");
}

TEST_CASE("sqlite: a data migration may throw what it likes") {
    Fixture f(DialectName::sqlite);
    const std::vector<DataMigration> data{
        {"a", [](Connection&) { throw std::runtime_error("no good"); }, {}}};
    RunOptions options;
    options.data_migrations = data;
    const Error error = error_of([&] { f.up(simple, "head", options); });
    CHECK_MESSAGE(has(error.what_failed(), "no good"), error.what());
    CHECK(error.state() == "nothing was changed");
    CHECK(f.journal().empty());
}
