// A database without a journal, in every state that it can be found in.

#include "reconcile/adopt.hpp"

#include "postgresql/scratch.hpp"
#include "reconcile/live_database.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <stop_token>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist;
using test::history_of;
using test::LiveDatabase;
using test::revision_text;

namespace {

constexpr std::array both{DialectName::postgresql, DialectName::sqlite};

std::string joined(const std::vector<std::string>& texts) {
    return fmt::format("{}", fmt::join(texts, ", "));
}

template <class Work>
Error error_of(Work work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no Error was thrown");
    return Error("");
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// What must hold after every adoption, whatever was there before.
void check_at_head(LiveDatabase& live, const History& history) {
    live.upgrade(history);
    CHECK(live.journal() == "a1 b2 c3");
    CHECK(live.count("notes") == 20);
    CHECK(live.count("notes WHERE pinned = 0") == 20);
    live.run("INSERT INTO tags (id, note_id, name) VALUES (1, 1, 'x')");
    const VerifyReport report = live.verify(history);
    CHECK(report.script == "");
    CHECK(report.is_clean());
}

}  // namespace

TEST_CASE("an empty database and one with other tables have nothing to adopt") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect);
        CHECK(live.adopt(LiveDatabase::history()).outcome == AdoptOutcome::empty);
        live.run("CREATE TABLE somebody_elses (id integer PRIMARY KEY)");
        AdoptSettings settings = live.adopt_settings();
        // Scratch is not asked for when there is nothing to compare.
        settings.make_scratch = []() -> std::unique_ptr<Scratch> { throw Error("no scratch"); };
        CHECK(live.adopt(LiveDatabase::history(), settings).outcome == AdoptOutcome::unrelated);
        CHECK_FALSE(live.has_journal());
        live.upgrade(LiveDatabase::history());
        CHECK(live.adopt(LiveDatabase::history(), settings).outcome == AdoptOutcome::has_journal);
    }
}

TEST_CASE("a complete database without a journal is at head") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "head");
        const AdoptReport report = live.adopt(history);
        CHECK(report.outcome == AdoptOutcome::recognised);
        CHECK(joined(report.current) == "c3");
        CHECK(report.added.empty());
        CHECK(report.kept.empty());
        CHECK(report.pending.empty());
        CHECK(live.journal() == "a1 b2 c3");
        CHECK(live.upgrade(history).nothing_to_do());
        check_at_head(live, history);
        CHECK(live.adopt(history).outcome == AdoptOutcome::has_journal);
    }
}

TEST_CASE("an emptied journal is filled") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.upgrade(history);
        live.run("DELETE FROM schemist_journal");
        CHECK(live.adopt(history).outcome == AdoptOutcome::recognised);
        CHECK(live.journal() == "a1 b2 c3");
    }
}

TEST_CASE("a database at an older revision is upgraded from there") {
    for (const DialectName dialect : both) {
        for (const std::string revision : {"a1", "b2"}) {
            CAPTURE(to_string(dialect));
            CAPTURE(revision);
            const History history = LiveDatabase::history();
            LiveDatabase live(dialect);
            live.build(history, revision);
            const AdoptReport report = live.adopt(history);
            CHECK(report.outcome == AdoptOutcome::recognised);
            CHECK(joined(report.current) == revision);
            CHECK(joined(report.pending) == (revision == "a1" ? "b2, c3" : "c3"));
            check_at_head(live, history);
        }
    }
}

TEST_CASE("a dry run tells and changes nothing") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "head");
        live.run("DROP INDEX ix_notes_role");
        AdoptSettings settings = live.adopt_settings();
        settings.dry_run = true;
        const AdoptReport report = live.adopt(history, settings);
        CHECK(report.outcome == AdoptOutcome::completed);
        CHECK(report.script == "CREATE INDEX ix_notes_role ON notes (role);\n");
        CHECK_FALSE(live.has_journal());
        CHECK(live.adopt(history).script == report.script);
    }
}

TEST_CASE("what is missing is added") {
    struct Missing {
        std::string removal;
        std::string added;
    };
    const std::vector<Missing> all{
        {"DROP TABLE tags", "table tags"},
        {"DROP INDEX ix_notes_role", "index notes.ix_notes_role"},
        {"ALTER TABLE tags DROP COLUMN color", "column tags.color"},
        {"DROP INDEX ix_notes_role; DROP TABLE tags", "table tags, index notes.ix_notes_role"},
    };
    for (const DialectName dialect : both) {
        for (const Missing& missing : all) {
            CAPTURE(to_string(dialect));
            CAPTURE(missing.removal);
            const History history = LiveDatabase::history();
            LiveDatabase live(dialect);
            live.build(history, "head");
            live.run(missing.removal);
            const AdoptReport report = live.adopt(history);
            CHECK(report.outcome == AdoptOutcome::completed);
            CHECK(report.added.size() ==
                  1 + static_cast<std::size_t>(std::ranges::count(missing.added, ',')));
            for (const std::string& object : report.added) {
                CHECK(has(missing.added, object));
            }
            CHECK(joined(report.current) == "c3");
            check_at_head(live, history);
        }
    }
}

TEST_CASE("a missing constraint is added when the rows fit, and nothing is done when they do not") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "head");
        live.run(
            "DROP TABLE tags; CREATE TABLE tags (id integer PRIMARY KEY, note_id integer NOT NULL CONSTRAINT "
            "tags_note_id_fkey REFERENCES notes (id) ON DELETE CASCADE, name varchar(50) NOT NULL, color "
            "varchar(20));"
            "INSERT INTO tags (id, note_id, name) VALUES (7, 1, 'twice'), (8, 1, 'twice')");
        const Error error = error_of([&] { live.adopt(history); });
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(has(error.what_failed(), "rows"));
        CHECK_FALSE(live.has_journal());
        CHECK(live.count("tags") == 2);
        live.run("DELETE FROM tags WHERE id = 8");
        const AdoptReport report = live.adopt(history);
        CHECK(joined(report.added) == "unique constraint tags.uq_tags_name");
        CHECK(live.count("tags WHERE id = 7 AND name = 'twice'") == 1);
        check_at_head(live, history);
    }
}

TEST_CASE("a missing foreign key is added when every row refers to one that is there") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "head");
        live.run(
            "DROP TABLE tags; CREATE TABLE tags (id integer PRIMARY KEY, note_id integer NOT NULL, name "
            "varchar(50) NOT "
            "NULL, color varchar(20), CONSTRAINT uq_tags_name UNIQUE (note_id, name));"
            "INSERT INTO tags (id, note_id, name) VALUES (7, 1, 'good'), (8, 999, 'lost')");
        CHECK(error_of([&] { live.adopt(history); }).exit_code() == ExitCode::mismatch);
        CHECK_FALSE(live.has_journal());
        live.run("DELETE FROM tags WHERE id = 8");
        CHECK(joined(live.adopt(history).added) == "foreign key tags.tags_note_id_fkey");
        check_at_head(live, history);
    }
}

TEST_CASE("columns, indexes and defaults beyond the revisions are kept") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "head");
        live.run(
            "ALTER TABLE notes ADD COLUMN mine text DEFAULT 'x'; CREATE INDEX ix_mine ON notes (mine); "
            "CREATE TABLE "
            "somebody_elses (id integer PRIMARY KEY); INSERT INTO somebody_elses VALUES (1); DROP TABLE "
            "tags");
        const AdoptReport report = live.adopt(history);
        CHECK(report.outcome == AdoptOutcome::completed);
        CHECK(joined(report.added) == "table tags");
        CHECK(joined(report.kept) == "column notes.mine, index notes.ix_mine");
        CHECK(live.journal() == "a1 b2 c3");
        CHECK(live.count("notes WHERE mine = 'x'") == 20);
        CHECK(live.count("somebody_elses") == 1);
        CHECK(joined(live.verify(history).missing_unread) == "");
        CHECK(live.verify(history).drift.size() == 2);
    }
}

TEST_CASE("only an exact match is adopted when that is asked for") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "head");
        live.run("DROP INDEX ix_notes_role");
        AdoptSettings settings = live.adopt_settings();
        settings.policy = AdoptPolicy::exact;
        const Error error = error_of([&] { live.adopt(history, settings); });
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(has(error.what_failed(), "missing: index notes.ix_notes_role"));
        CHECK_FALSE(live.has_journal());
        live.run("CREATE INDEX ix_notes_role ON notes (role)");
        CHECK(live.adopt(history, settings).outcome == AdoptOutcome::recognised);
    }
}

TEST_CASE("another type or nullability is a conflict that shows both sides") {
    struct Conflict {
        std::string definition;  // of tags.name
        std::string text;
    };
    for (const DialectName dialect : both) {
        for (const Conflict& one :
             {Conflict{"name text NOT NULL", "type"}, Conflict{"name varchar(50)", "not null"}}) {
            CAPTURE(to_string(dialect));
            CAPTURE(one.definition);
            const History history = LiveDatabase::history();
            LiveDatabase live(dialect);
            live.build(history, "head");
            live.run(
                fmt::format("DROP TABLE tags; CREATE TABLE tags (id integer PRIMARY KEY, note_id integer NOT "
                            "NULL CONSTRAINT "
                            "tags_note_id_fkey REFERENCES notes (id) ON DELETE CASCADE, {}, color "
                            "varchar(20), CONSTRAINT "
                            "uq_tags_name UNIQUE (note_id, name)); INSERT INTO tags (id, note_id, name) "
                            "VALUES (7, 1, 'kept');"
                            "DROP INDEX ix_notes_role",
                            one.definition));
            const Error error = error_of([&] { live.adopt(history); });
            CHECK(error.exit_code() == ExitCode::mismatch);
            CHECK(error.state() == "nothing was changed");
            INFO(error.what_failed());
            CHECK(has(error.what_failed(), "c3 (pinned)"));
            CHECK(has(error.what_failed(), "differs: column tags.name: " + one.text));
            CHECK(has(error.what_failed(), "database:  name "));
            CHECK(has(error.what_failed(), "revisions: name "));
            CHECK(has(error.what_failed(), "missing: index notes.ix_notes_role"));
            CHECK_FALSE(live.has_journal());
            CHECK(live.count("tags") == 1);
        }
    }
}

TEST_CASE("a NOT NULL column without a default is added to an empty table only") {
    const History history = history_of({revision_text(
        "a1", "", "CREATE TABLE notes (id integer PRIMARY KEY, body text, owner integer NOT NULL);")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(
            dialect,
            "CREATE TABLE notes (id integer PRIMARY KEY, body text); INSERT INTO notes VALUES (1, 'x')");
        const Error error = error_of([&] { live.adopt(history); });
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(has(error.what_failed(), "column notes.owner is NOT NULL without a default"));
        live.run("DELETE FROM notes");
        CHECK(joined(live.adopt(history).added) == "column notes.owner");
        CHECK(live.verify(history).is_clean());
    }
}

TEST_CASE("create_all of a newer program leaves new tables and old columns: the columns are added") {
    const History history = history_of(
        {revision_text("a1", "", "CREATE TABLE notes (id integer PRIMARY KEY, body text);"),
         revision_text("b2", "a1",
                       "ALTER TABLE notes ADD COLUMN one text; ALTER TABLE notes ADD COLUMN two text;"),
         revision_text("c3", "b2", "CREATE TABLE tags (id integer PRIMARY KEY);")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(
            dialect,
            "CREATE TABLE notes (id integer PRIMARY KEY, body text); CREATE TABLE tags (id integer "
            "PRIMARY KEY);");
        const AdoptReport report = live.adopt(history);
        CHECK(joined(report.current) == "c3");
        CHECK(joined(report.added) == "column notes.one, column notes.two");
        CHECK(live.upgrade(history).nothing_to_do());
        CHECK(live.verify(history).is_clean());
    }
}

TEST_CASE("a revision that also changes rows is not made true by its structure alone") {
    const History history = history_of(
        {revision_text("a1", "", "CREATE TABLE notes (id integer PRIMARY KEY, body text);"),
         revision_text(
             "b2", "a1",
             "ALTER TABLE notes ADD COLUMN size integer NOT NULL DEFAULT 0; UPDATE notes SET size = "
             "length(body);"),
         revision_text("c3", "b2", "CREATE TABLE tags (id integer PRIMARY KEY);"),
         revision_text("d4", "c3", "UPDATE notes SET body = 'new' WHERE body = 'old';")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(
            dialect,
            "CREATE TABLE notes (id integer PRIMARY KEY, body text); CREATE TABLE tags (id integer "
            "PRIMARY KEY); INSERT INTO notes VALUES (1, 'text')");
        const Error error = error_of([&] { live.adopt(history); });
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(has(error.what_failed(), "revision b2 was not run, and it also changes rows"));
        CHECK_FALSE(live.has_journal());
        live.run("DROP TABLE tags");
        CHECK(joined(live.adopt(history).current) == "a1");
        live.upgrade(history);
        CHECK(live.count("notes WHERE size = 4") == 1);
        // And what only changed rows is told.
        live.forget_journal();
        live.notes.warnings.clear();
        CHECK(joined(live.adopt(history).current) == "d4");
        REQUIRE(live.notes.warnings.size() == 1);
        CHECK(has(live.notes.warnings[0], "revision d4 changes rows"));
    }
}

TEST_CASE("what a revision to come makes is in its way") {
    const History history =
        history_of({revision_text("a1", "", "CREATE TABLE notes (id integer PRIMARY KEY, body text);"),
                    revision_text("b2", "a1", "CREATE TABLE tags (id integer PRIMARY KEY, name text);")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(
            dialect,
            "CREATE TABLE notes (id integer PRIMARY KEY, body text); CREATE TABLE tags (id integer "
            "PRIMARY KEY, name integer);");
        const Error error = error_of([&] { live.adopt(history); });
        CHECK(error.exit_code() == ExitCode::mismatch);
        INFO(error.what_failed());
        CHECK(has(error.what_failed(), "tags"));
        CHECK_FALSE(live.has_journal());
    }
}

TEST_CASE("one branch of two may be all that is there") {
    const History history =
        history_of({revision_text("a1", "", "CREATE TABLE base (id integer PRIMARY KEY);"),
                    revision_text("b2", "a1", "CREATE TABLE left_one (id integer PRIMARY KEY);"),
                    revision_text("c3", "a1", "CREATE TABLE right_one (id integer PRIMARY KEY);"),
                    revision_text("d4", "c3", "CREATE TABLE right_two (id integer PRIMARY KEY);")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(
            dialect,
            "CREATE TABLE base (id integer PRIMARY KEY); CREATE TABLE right_one (id integer PRIMARY "
            "KEY); CREATE TABLE right_two (id integer PRIMARY KEY);");
        const AdoptReport report = live.adopt(history);
        CHECK(report.outcome == AdoptOutcome::recognised);
        CHECK(joined(report.current) == "d4");
        CHECK(live.journal() == "a1 c3 d4");
        CHECK(joined(report.pending) == "b2");
        live.upgrade(history);
        CHECK(live.verify(history).is_clean());
    }
}

TEST_CASE("a table of somebody else that a foreign key refers to needs no declaration") {
    const History history = history_of({revision_text(
        "a1", "", "CREATE TABLE notes (id integer PRIMARY KEY, owner integer REFERENCES users (id));")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(
            dialect,
            "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'x'); CREATE "
            "TABLE notes (id integer PRIMARY KEY, owner integer REFERENCES users (id));");
        CHECK(live.adopt(history).outcome == AdoptOutcome::recognised);
        CHECK(live.verify(history).is_clean());
        // With only that table there, nothing is to be adopted.
        LiveDatabase first(dialect, "CREATE TABLE users (id integer PRIMARY KEY);");
        CHECK(first.adopt(history).outcome == AdoptOutcome::unrelated);
    }
}

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

TEST_CASE("a view that revisions make and that is not there is told by its name") {
    const History history = history_of({revision_text(
        "a1", "",
        "CREATE TABLE notes (id integer PRIMARY KEY); CREATE VIEW all_notes AS SELECT id FROM notes;")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect, "CREATE TABLE notes (id integer PRIMARY KEY)");
        if (live.is_postgresql()) {
            const Error error = error_of([&] { live.adopt(history); });
            CHECK(has(error.what_failed(), "view public.all_notes is missing"));
            CHECK(error.exit_code() == ExitCode::mismatch);
        } else {
            CHECK(joined(live.adopt(history).added) == "view all_notes");
        }
    }
}

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
