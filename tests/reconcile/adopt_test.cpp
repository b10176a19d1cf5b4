// A database without a journal, in every state that it can be found in.

#include "reconcile/adopt.hpp"

#include "reconcile/adopt_checks.hpp"

#include <schemist/error.hpp>

#include <algorithm>

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
