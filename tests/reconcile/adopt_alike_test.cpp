// What is the same though it looks otherwise, and what is not.

#include "reconcile/adopt.hpp"
#include "reconcile/adopt_checks.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist;
using test::both;
using test::check_at_head;
using test::error_of;
using test::has;
using test::history_of;
using test::joined;
using test::LiveDatabase;
using test::revision_text;

TEST_CASE("an index that only is called otherwise gets the name that revisions know") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "head");
        live.run("DROP INDEX ix_notes_role; CREATE INDEX role_of_notes ON notes (role)");
        CHECK(live.adopt(history).outcome == AdoptOutcome::completed);
        check_at_head(live, history);
    }
}

TEST_CASE("a column that counts by a sequence need not become an identity column") {
    const History history = LiveDatabase::history();
    LiveDatabase live(DialectName::postgresql, R"(
        CREATE TABLE notes (id serial PRIMARY KEY, role varchar(20) NOT NULL CHECK (role IN ('user', 'assistant')), body
            text NOT NULL);
        CREATE INDEX ix_notes_role ON notes (role);
        INSERT INTO notes (role, body) SELECT 'user', 'text' FROM generate_series(1, 20);)");
    const AdoptReport report = live.adopt(history);
    CHECK(joined(report.kept) == "sequence notes_id_seq, column notes.id: default, identity");
    live.upgrade(history);
    CHECK(live.journal() == "a1 b2 c3");
    CHECK(live.count("notes") == 20);
    live.run("INSERT INTO notes (role, body) VALUES ('user', 'one more')");
    CHECK(live.count("notes WHERE id = 21") == 1);
}

TEST_CASE("on SQLite constraints without names are the same constraints") {
    const History history = LiveDatabase::history();
    LiveDatabase live(DialectName::sqlite);
    live.build(history, "head");
    live.run(
        "DROP TABLE tags; CREATE TABLE tags (id integer PRIMARY KEY, note_id integer NOT NULL REFERENCES "
        "notes (id) ON "
        "DELETE CASCADE, name varchar(50) NOT NULL, color varchar(20), UNIQUE (note_id, name)); INSERT INTO "
        "tags (id, "
        "note_id, name) VALUES (7, 1, 'kept')");
    const AdoptReport report = live.adopt(history);
    CHECK(report.outcome == AdoptOutcome::completed);
    CHECK(report.added.size() == 2);
    CHECK(live.count("tags WHERE id = 7 AND name = 'kept'") == 1);
    check_at_head(live, history);
}

TEST_CASE("now and CURRENT_TIMESTAMP are the same default on PostgreSQL, and another one is not") {
    const History history = history_of({revision_text(
        "a1", "", "CREATE TABLE notes (id integer PRIMARY KEY, made timestamptz NOT NULL DEFAULT now());")});
    LiveDatabase live(
        DialectName::postgresql,
        "CREATE TABLE notes (id integer PRIMARY KEY, made timestamptz NOT NULL DEFAULT CURRENT_TIMESTAMP)");
    CHECK(live.adopt(history).outcome == AdoptOutcome::recognised);
    CHECK(live.verify(history).is_clean());
    LiveDatabase other(
        DialectName::postgresql,
        "CREATE TABLE notes (id integer PRIMARY KEY, made timestamptz NOT NULL DEFAULT clock_timestamp())");
    CHECK(error_of([&] { other.adopt(history); }).exit_code() == ExitCode::mismatch);
}

TEST_CASE("on SQLite the rowid is never NULL, whatever its column says") {
    const History history = history_of(
        {revision_text("a1", "", "CREATE TABLE notes (id INTEGER NOT NULL PRIMARY KEY, body TEXT);")});
    LiveDatabase live(DialectName::sqlite, "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)");
    CHECK(live.adopt(history).outcome == AdoptOutcome::recognised);
    CHECK(live.verify(history).is_clean());
    LiveDatabase other(DialectName::sqlite,
                       "CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT NOT NULL)");
    CHECK(error_of([&] { other.adopt(history); }).exit_code() == ExitCode::mismatch);
}

TEST_CASE("another primary key, or another check without a name, is a conflict") {
    const History history = history_of({revision_text("a1", "",
                                                      "CREATE TABLE notes (id integer NOT NULL, body text, "
                                                      "CHECK (length(body) < 10), PRIMARY KEY (id));")});
    for (const DialectName dialect : both) {
        for (const std::string table : {"CREATE TABLE notes (id integer NOT NULL, body text, CHECK "
                                        "(length(body) < 10), PRIMARY KEY (id, body))",
                                        "CREATE TABLE notes (id integer NOT NULL, body text, CHECK "
                                        "(length(body) < 20), PRIMARY KEY (id))"}) {
            CAPTURE(to_string(dialect));
            CAPTURE(table);
            LiveDatabase live(dialect, table);
            CHECK(error_of([&] { live.adopt(history); }).exit_code() == ExitCode::mismatch);
            CHECK_FALSE(live.has_journal());
        }
    }
}

TEST_CASE("enum types, sequences, defaults and comments are completed on PostgreSQL") {
    const History history = history_of({revision_text("a1", "", R"(
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
        CREATE SEQUENCE numbers;
        CREATE TABLE people (id integer PRIMARY KEY, mood mood, born date DEFAULT CURRENT_DATE, name text);
        COMMENT ON COLUMN people.name IS 'as they say';)")});
    LiveDatabase live(DialectName::postgresql, R"(
        CREATE TYPE mood AS ENUM ('sad', 'happy', 'mine');
        CREATE TABLE people (id integer PRIMARY KEY, mood mood, born date, name text DEFAULT 'x');
        INSERT INTO people (id, mood) VALUES (1, 'mine');)");
    const AdoptReport report = live.adopt(history);
    CHECK(report.outcome == AdoptOutcome::completed);
    CHECK(report.added.size() == 4);
    CHECK(joined(report.kept) == "enum type mood: values, column people.name: default, comment");
    CHECK(live.count("people WHERE mood = 'mine'") == 1);
    live.run("INSERT INTO people (id, mood) VALUES (2, 'ok')");
    CHECK(live.count("pg_sequences WHERE sequencename = 'numbers'") == 1);
    CHECK(live.count("people WHERE id = 2 AND born = CURRENT_DATE") == 1);
}

TEST_CASE("a database that was restored from a dump prints otherwise and is the same") {
    const History history = LiveDatabase::history();
    LiveDatabase source(DialectName::postgresql);
    source.build(history, "head");
    LiveDatabase restored(DialectName::postgresql, source.pg_dump());
    for (int i = 0; i < 20; ++i) {
        restored.run("INSERT INTO notes (role, body) VALUES ('user', 'text')");
    }
    CHECK(restored.dialect().introspect(restored.connection(), default_journal) !=
          source.dialect().introspect(source.connection(), default_journal));
    const AdoptReport report = restored.adopt(history);
    CHECK(report.outcome == AdoptOutcome::recognised);
    CHECK(joined(report.current) == "c3");
    check_at_head(restored, history);
}

TEST_CASE("views, policies, triggers and domains of a restored database print otherwise and are the same") {
    const std::string table =
        "CREATE TABLE notes (id integer, role varchar(20));"
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';";
    const auto objects = [&](const std::string& roles) {
        const std::string is_one = "role IN (" + roles + ")";
        return table + "CREATE VIEW chosen AS SELECT id, role FROM notes WHERE " + is_one +
               "; CREATE MATERIALIZED VIEW kept AS SELECT id, role FROM chosen WHERE " + is_one +
               "; CREATE POLICY p ON notes TO pg_monitor USING (" + is_one +
               "); CREATE TRIGGER g BEFORE INSERT ON notes FOR EACH ROW WHEN (new." + is_one +
               ") EXECUTE FUNCTION f(); CREATE RULE r AS ON UPDATE TO notes WHERE new." + is_one +
               " DO INSTEAD NOTHING; CREATE DOMAIN d AS varchar CHECK (VALUE IN (" + roles +
               ")); CREATE STATISTICS s ON id, (" + is_one + ") FROM notes;";
    };
    const History history = history_of({revision_text("a1", "", objects("'user', 'other'"))});
    LiveDatabase source(DialectName::postgresql, objects("'user', 'other'"));
    LiveDatabase restored(DialectName::postgresql, source.pg_dump());
    CHECK(restored.dialect().introspect(restored.connection(), default_journal) !=
          source.dialect().introspect(source.connection(), default_journal));
    CHECK(restored.adopt(history).outcome == AdoptOutcome::recognised);
    CHECK(restored.verify(history).is_clean());

    LiveDatabase different(DialectName::postgresql, objects("'user', 'another'"));
    const Error error = error_of([&] { different.adopt(history); });
    CHECK(error.exit_code() == ExitCode::mismatch);
    CHECK_FALSE(different.has_journal());
}

TEST_CASE("a restored database with a missing index is completed, and one with another check is a conflict") {
    const History history = LiveDatabase::history();
    LiveDatabase source(DialectName::postgresql);
    source.build(history, "head");
    source.run("DROP INDEX ix_notes_role");
    LiveDatabase restored(DialectName::postgresql, source.pg_dump());
    CHECK(joined(restored.adopt(history).added) == "index notes.ix_notes_role");
    CHECK(restored.verify(history).is_clean());

    source.run(
        "ALTER TABLE notes DROP CONSTRAINT notes_role_check; ALTER TABLE notes ADD CONSTRAINT "
        "notes_role_check "
        "CHECK (role IN ('user', 'other'))");
    LiveDatabase different(DialectName::postgresql, source.pg_dump());
    const Error error = error_of([&] { different.adopt(history); });
    CHECK(error.exit_code() == ExitCode::mismatch);
    CHECK(has(error.what_failed(), "check notes.notes_role_check: expression"));
    CHECK_FALSE(different.has_journal());
}

TEST_CASE("a view that revisions make and that is not there is made") {
    const History history = history_of({revision_text(
        "a1", "",
        "CREATE TABLE notes (id integer PRIMARY KEY); CREATE VIEW all_notes AS SELECT id FROM notes;")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect, "CREATE TABLE notes (id integer PRIMARY KEY)");
        CHECK(joined(live.adopt(history).added) == "view all_notes");
    }
}

TEST_CASE("the comment and the privileges of an identity's sequence are added") {
    const std::string table = "CREATE TABLE notes (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);";
    const History history =
        history_of({revision_text("a1", "",
                                  table + "COMMENT ON SEQUENCE notes_id_seq IS 'counts'; GRANT USAGE ON "
                                          "SEQUENCE notes_id_seq TO PUBLIC;")});
    LiveDatabase live(DialectName::postgresql, table);
    live.adopt(history);
    const Schema schema = live.dialect().introspect(live.connection(), default_journal);
    const Identity& identity = *schema.find_table({"public", "notes"})->columns.at(0).identity;
    CHECK(identity.comment == "counts");
    CHECK(identity.privileges.granted == std::vector<Grant>{{"PUBLIC", "USAGE", false}});
}
