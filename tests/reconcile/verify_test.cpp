// Drift: what somebody did to a live database beside its revisions.

#include "reconcile/verify.hpp"

#include "reconcile/live_database.hpp"

#include <schemist/error.hpp>

#include <array>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist;
using test::history_of;
using test::LiveDatabase;
using test::revision_text;

namespace {

constexpr std::array both{DialectName::postgresql, DialectName::sqlite};

std::string descriptions(const VerifyReport& report) {
    std::vector<std::string> texts;
    for (const Drift& drift : report.drift) {
        texts.push_back(drift.description);
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

TEST_CASE("a database that is as its journal says has no drift, whatever others keep in it") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect);
        const History history = LiveDatabase::history();
        CHECK_FALSE(live.verify(history).journal_exists);
        CHECK(live.verify(history).is_clean());
        live.upgrade(history, "b2");
        live.run(
            "CREATE TABLE somebody_elses (id integer PRIMARY KEY); CREATE INDEX theirs ON somebody_elses "
            "(id)");
        const VerifyReport report = live.verify(history);
        CHECK(report.is_clean());
        CHECK(report.journal_exists);
        CHECK(report.applied == std::vector<std::string>{"a1", "b2"});
    }
}

TEST_CASE("drift comes with the SQL that undoes it, and what would lose data is marked") {
    struct Case {
        std::string change;
        std::string description;
        bool loses_data;
    };
    const std::vector<Case> cases{
        {"ALTER TABLE notes ADD COLUMN mine text", "not made by a revision: column notes.mine", true},
        {"CREATE INDEX ix_mine ON notes (body)", "not made by a revision: index notes.ix_mine", false},
        {"DROP INDEX ix_notes_role", "missing: index notes.ix_notes_role", false},
        {"DROP TABLE tags", "missing: table tags", false},
        {"ALTER TABLE tags DROP COLUMN color", "missing: column tags.color", false},
        {"DROP INDEX ix_notes_role; CREATE INDEX ix_notes_role ON notes (body)",
         "differs: index notes.ix_notes_role: elements", false},
    };
    for (const DialectName dialect : both) {
        for (const Case& one : cases) {
            CAPTURE(to_string(dialect));
            CAPTURE(one.change);
            const History history = LiveDatabase::history();
            LiveDatabase live(dialect);
            live.upgrade(history);
            live.run("INSERT INTO notes (role, body) VALUES ('user', 'kept')");
            live.run(one.change);
            const VerifyReport report = live.verify(history);
            CHECK(descriptions(report) == one.description);
            REQUIRE(report.drift.size() == 1);
            CHECK(report.drift[0].loses_data == one.loses_data);
            CHECK((report.script.find("-- loses data\n") != std::string::npos) == one.loses_data);
            CHECK_FALSE(report.drift[0].statements.empty());
            INFO(report.script);
            live.run(report.script);
            CHECK(live.verify(history).is_clean());
            CHECK(live.count("notes WHERE body = 'kept'") == 1);
        }
    }
}

TEST_CASE("several differences are undone in an order that works") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.upgrade(history);
        live.run("DROP TABLE tags; DROP TABLE notes; CREATE TABLE somebody_elses (id integer PRIMARY KEY)");
        const VerifyReport report = live.verify(history);
        CHECK(report.drift.size() == 2);
        live.run(report.script);
        CHECK(live.verify(history).is_clean());
        CHECK(live.count("somebody_elses") == 0);
    }
}

TEST_CASE("a table that revisions made and dropped again is drift, one of nobody's is not") {
    const History history =
        history_of({revision_text("a1", "", "CREATE TABLE old_one (id integer PRIMARY KEY);"),
                    revision_text("b2", "a1", "DROP TABLE old_one;")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect);
        live.upgrade(history);
        live.run(
            "CREATE TABLE old_one (id integer PRIMARY KEY); CREATE TABLE theirs (id integer PRIMARY KEY)");
        const VerifyReport report = live.verify(history);
        CHECK(descriptions(report) == "not made by a revision: table old_one");
        CHECK(report.drift[0].loses_data);
    }
}

TEST_CASE("only what is applied is expected, in the order of the journal") {
    const History history =
        history_of({revision_text("a1", "", "CREATE TABLE base (id integer PRIMARY KEY);"),
                    revision_text("b2", "a1", "CREATE TABLE left_one (id integer PRIMARY KEY);"),
                    revision_text("c3", "a1", "CREATE TABLE right_one (id integer PRIMARY KEY);")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect);
        live.upgrade(history, "c3");
        CHECK(live.verify(history).is_clean());
        live.upgrade(history, "heads");
        CHECK(live.journal() == "a1 c3 b2");
        CHECK(live.verify(history).is_clean());
    }
}

TEST_CASE("a restored database has no drift") {
    const History history = LiveDatabase::history();
    LiveDatabase source(DialectName::postgresql);
    source.upgrade(history);
    LiveDatabase restored(DialectName::postgresql, source.pg_dump());
    test::Notes silent;
    stamp(restored.connection(), restored.dialect(), history, std::vector<std::string>{"head"}, false, {},
          silent);
    CHECK(restored.verify(history).is_clean());
    restored.run(
        "ALTER TABLE notes DROP CONSTRAINT notes_role_check; ALTER TABLE notes ADD CONSTRAINT "
        "notes_role_check "
        "CHECK (role IN ('user', 'other'))");
    const VerifyReport report = restored.verify(history);
    CHECK(descriptions(report) == "differs: check notes.notes_role_check: expression");
    restored.run(report.script);
    CHECK(restored.verify(history).is_clean());
}

TEST_CASE("an interrupted revision is compared as far as it has come") {
    const History history = history_of({revision_text("a1", "",
                                                      "CREATE TABLE notes (id integer PRIMARY KEY);\n-- "
                                                      "step\nCREATE TABLE tags (id integer PRIMARY KEY);")});
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect);
        live.upgrade(history);
        live.run("UPDATE schemist_journal SET status = 'running', step = 1; DROP TABLE tags");
        const VerifyReport report = live.verify(history);
        REQUIRE(report.interrupted.size() == 1);
        CHECK(report.interrupted[0].step == 1);
        CHECK_FALSE(report.has_drift());
    }
}

TEST_CASE("an edited revision and one that the files lack are told") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        LiveDatabase live(dialect);
        const std::string made = revision_text("a1", "", "CREATE TABLE notes (id integer PRIMARY KEY);");
        live.upgrade(
            history_of({made, revision_text("b2", "a1", "CREATE TABLE tags (id integer PRIMARY KEY);")}));
        const VerifyReport report = live.verify(
            history_of({made, revision_text("b2", "a1", "CREATE TABLE tags (id bigint PRIMARY KEY);")}));
        CHECK(report.edited == std::vector<std::string>{"b2"});
        CHECK_FALSE(report.is_clean());
        CHECK_THROWS_AS(live.verify(history_of({made})), const Error&);
    }
}

TEST_CASE("on PostgreSQL an invalid index is drift") {
    const History history = LiveDatabase::history();
    LiveDatabase live(DialectName::postgresql);
    live.upgrade(history);
    live.run("INSERT INTO notes (role, body) VALUES ('user', 'same'), ('user', 'same')");
    live.run("DROP INDEX ix_notes_role");
    CHECK_THROWS_AS(live.run("CREATE UNIQUE INDEX CONCURRENTLY ix_notes_role ON notes (role)"), const Error&);
    const VerifyReport report = live.verify(history);
    REQUIRE(report.drift.size() == 1);
    live.run(report.script);
    CHECK(live.verify(history).is_clean());
}

TEST_CASE("the NOT NULL of a domain under another name is drift, unless the server made both names up") {
    LiveDatabase live(DialectName::postgresql);
    if (std::stoi(live.connection().query("SHOW server_version_num").text(0, 0)) < 170000) {
        return;  // such a constraint has no name there
    }
    const History history = history_of({revision_text("a1", "", "CREATE DOMAIN item AS integer NOT NULL;")});
    live.upgrade(history);
    live.run("ALTER DOMAIN item RENAME CONSTRAINT item_not_null TO thing_not_null1");
    CHECK(live.verify(history).is_clean());
    live.run("ALTER DOMAIN item RENAME CONSTRAINT thing_not_null1 TO must");
    CHECK(live.verify(history).drift.size() == 1);
}
