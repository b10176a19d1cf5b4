// What only one backend does, or does in its own way.
#include "runner/fixtures.hpp"
#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

TEST_CASE("sqlite: a violated foreign key rolls back") {
    MigratedDatabase f(DialectName::sqlite);
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
    MigratedDatabase f(DialectName::sqlite);
    CHECK(ids_of(f.up(
              {revision("a", "", "CREATE TABLE a (i integer);\nVACUUM;\nINSERT INTO a VALUES (1)")})) == "a");
    CHECK(f.journal() == "a:applied:3/3");
}

TEST_CASE("postgresql: a statement outside of a transaction is a step of its own") {
    MigratedDatabase f(DialectName::postgresql);
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
    MigratedDatabase f(DialectName::postgresql);
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
    MigratedDatabase f(DialectName::postgresql);
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
    MigratedDatabase f(DialectName::postgresql);
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
    MigratedDatabase f(DialectName::sqlite);
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
    MigratedDatabase f(DialectName::postgresql);
    CHECK(ids_of(f.up({revision("a", "",
                                "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE "
                                "public.a (i integer);"),
                       revision("b", "a", "CREATE TABLE b (i integer);")})) == "a b");
    CHECK(count(*f.connection, "pg_tables WHERE schemaname = 'public'") == 3);
}

TEST_CASE("postgresql: a journal that may not be made is no fault of a revision") {
    MigratedDatabase f(DialectName::postgresql);
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
    MigratedDatabase f(DialectName::sqlite);
    const std::vector<DataMigration> data{
        {"a", [](Connection&) { throw std::runtime_error("no good"); }, {}}};
    RunOptions options;
    options.data_migrations = data;
    const Error error = error_of([&] { f.up(simple, "head", options); });
    CHECK_MESSAGE(has(error.what_failed(), "no good"), error.what());
    CHECK(error.state() == "nothing was changed");
    CHECK(f.journal().empty());
}
