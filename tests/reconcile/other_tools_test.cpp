// What other migration tools leave in a database.

#include "reconcile/other_tools.hpp"

#include "reconcile/live_database.hpp"
#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

using namespace schemist;
using test::error_of;
using test::LiveDatabase;

namespace {

constexpr std::array both{DialectName::postgresql, DialectName::sqlite};

// A tool's tables with a state in them in which b2 is the latest of this history.
struct Left {
    std::string tool;
    std::string script;
    std::string told;
    std::map<std::string, std::string> map;
};

const std::vector<Left>& all() {
    static const std::vector<Left> tools{
        {"alembic",
         "CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL, CONSTRAINT alembic_version_pkc "
         "PRIMARY KEY "
         "(version_num)); INSERT INTO alembic_version VALUES ('b2')",
         "alembic_version: b2 (Alembic)",
         {}},
        {"flyway",
         "CREATE TABLE flyway_schema_history (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), "
         "description "
         "VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, checksum INT, "
         "installed_by "
         "VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, execution_time "
         "INT NOT NULL, "
         "success BOOLEAN NOT NULL); INSERT INTO flyway_schema_history (installed_rank, version, "
         "description, type, "
         "script, installed_by, execution_time, success) VALUES (1, '1', 'notes', 'SQL', 'V1__notes.sql', "
         "'x', 1, true), "
         "(2, '2', 'tags', 'SQL', 'V2__tags.sql', 'x', 1, true), (3, '3', 'pinned', 'SQL', 'V3__pinned.sql', "
         "'x', 1, "
         "true), (4, '3', 'pinned', 'UNDO_SQL', 'U3__pinned.sql', 'x', 1, true), (5, NULL, 'views', 'SQL', "
         "'R__views.sql', 'x', 1, true)",
         "flyway_schema_history: 2 (Flyway)",
         {}},
        {"liquibase",
         "CREATE TABLE databasechangelog (id VARCHAR(255) NOT NULL, author VARCHAR(255) NOT NULL, filename "
         "VARCHAR(255) "
         "NOT NULL, dateexecuted TIMESTAMP NOT NULL, orderexecuted INT NOT NULL, exectype VARCHAR(10) NOT "
         "NULL, md5sum "
         "VARCHAR(35)); CREATE TABLE databasechangeloglock (id INT NOT NULL PRIMARY KEY, locked BOOLEAN NOT "
         "NULL); INSERT "
         "INTO databasechangelog VALUES ('tags', 'ann', 'log.xml', CURRENT_TIMESTAMP, 2, 'EXECUTED', NULL), "
         "('notes', "
         "'ann', 'log.xml', CURRENT_TIMESTAMP, 1, 'EXECUTED', NULL)",
         "databasechangelog: tags (Liquibase)",
         {}},
        {"golang-migrate",
         "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL); "
         "INSERT INTO "
         "schema_migrations VALUES (2, false)",
         "schema_migrations: 2 (golang-migrate)",
         {{"2", "b2"}}},
        {"dbmate",
         "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); INSERT INTO schema_migrations "
         "VALUES "
         "('20260101000000'), ('20260102000000')",
         "schema_migrations: 20260102000000 (dbmate)",
         {{"20260102000000", "b2"}}},
        {"rails",
         "CREATE TABLE schema_migrations (version varchar NOT NULL PRIMARY KEY); CREATE TABLE "
         "ar_internal_metadata (key "
         "varchar NOT NULL PRIMARY KEY, value varchar); INSERT INTO schema_migrations VALUES "
         "('20260101000000'), "
         "('20260102000000')",
         "schema_migrations: 20260102000000 (Rails)",
         {{"20260102000000", "b2"}}},
        {"goose",
         "CREATE TABLE goose_db_version (id integer NOT NULL PRIMARY KEY, version_id bigint NOT NULL, "
         "is_applied boolean "
         "NOT NULL, tstamp timestamp NULL DEFAULT CURRENT_TIMESTAMP); INSERT INTO goose_db_version (id, "
         "version_id, "
         "is_applied) VALUES (1, 0, true), (2, 1, true), (3, 2, true), (4, 3, true), (5, 3, false)",
         "goose_db_version: 2 (goose)",
         {{"2", "b2"}}},
        {"prisma",
         "CREATE TABLE _prisma_migrations (id VARCHAR(36) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT "
         "NULL, finished_at "
         "TIMESTAMP, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMP, started_at "
         "TIMESTAMP NOT "
         "NULL, applied_steps_count INTEGER NOT NULL DEFAULT 0); INSERT INTO _prisma_migrations (id, "
         "checksum, "
         "finished_at, migration_name, rolled_back_at, started_at) VALUES ('1', '', '2026-01-01', 'a1_file', "
         "NULL, "
         "'2026-01-01'), ('2', '', NULL, 'b2_file', '2026-01-02', '2026-01-02'), ('3', '', '2026-01-03', "
         "'b2_file', NULL, "
         "'2026-01-03')",
         "_prisma_migrations: b2_file (Prisma)",
         {}},
        {"django",
         "CREATE TABLE django_migrations (id integer NOT NULL PRIMARY KEY, app varchar(255) NOT NULL, name "
         "varchar(255) "
         "NOT NULL, applied timestamp NOT NULL); INSERT INTO django_migrations VALUES (1, 'auth', "
         "'0001_initial', "
         "'2026-01-01'), (2, 'notes', '0001_initial', '2026-01-01'), (3, 'notes', '0002_tags', "
         "'2026-01-02'), (4, "
         "'sessions', '0001_initial', '2026-01-03')",
         "django_migrations: auth.0001_initial, notes.0002_tags, sessions.0001_initial (Django)",
         {{"notes.0002_tags", "b2"}}},
    };
    return tools;
}

AdoptSettings from(const LiveDatabase& live, const Left& left) {
    AdoptSettings settings = live.adopt_settings();
    settings.from = left.tool;
    settings.map = left.map;
    return settings;
}

}  // namespace

TEST_CASE("each tool's table is recognised, and what it says is taken over") {
    for (const DialectName dialect : both) {
        for (const Left& left : all()) {
            CAPTURE(to_string(dialect));
            CAPTURE(left.tool);
            const History history = LiveDatabase::history();
            LiveDatabase live(dialect);
            live.build(history, "b2");
            live.run(left.script);
            const Schema before = live.dialect().introspect(live.connection(), default_journal);
            const AdoptReport report = live.adopt(history, from(live, left));
            CHECK(report.found == std::vector{left.told});
            CHECK(report.outcome == AdoptOutcome::recognised);
            CHECK(live.journal() == "a1 b2");
            CHECK(live.dialect().introspect(live.connection(), default_journal) == before);
            CHECK(live.verify(history).is_clean());
            live.upgrade(history);
            CHECK(live.verify(history).is_clean());
            CHECK(live.count("notes") == 20);
        }
    }
}

TEST_CASE("without --from it is told, and the structure decides") {
    for (const DialectName dialect : both) {
        for (const Left& left : all()) {
            CAPTURE(to_string(dialect));
            CAPTURE(left.tool);
            const History history = LiveDatabase::history();
            LiveDatabase live(dialect);
            live.build(history, "head");
            live.run(left.script);
            CHECK(live.adopt(history).current == std::vector<std::string>{"c3"});
            REQUIRE(live.notes.infos.size() == 1);
            CHECK(live.notes.infos[0] ==
                  fmt::format("found {}; see `schemist adopt --from {}`", left.told, left.tool));
        }
    }
}

TEST_CASE("a failed migration of another tool is refused") {
    const std::vector<std::pair<std::string, std::string>> failures{
        {"flyway", "UPDATE flyway_schema_history SET success = false WHERE installed_rank = 2"},
        {"liquibase", "UPDATE databasechangelog SET exectype = 'FAILED' WHERE id = 'tags'"},
        {"golang-migrate", "UPDATE schema_migrations SET dirty = true"},
        {"prisma", "UPDATE _prisma_migrations SET finished_at = NULL WHERE id = '3'"},
    };
    for (const DialectName dialect : both) {
        for (const auto& one : failures) {
            const std::string& tool = one.first;
            const std::string& failure = one.second;
            CAPTURE(to_string(dialect));
            CAPTURE(tool);
            const Left& left = *std::ranges::find(all(), tool, &Left::tool);
            const History history = LiveDatabase::history();
            LiveDatabase live(dialect);
            live.build(history, "b2");
            live.run(left.script);
            live.run(failure);
            const Error error = error_of([&] { live.adopt(history, from(live, left)); });
            CHECK(error.exit_code() == ExitCode::mismatch);
            CHECK(error.what_failed().find("so what it has applied is not known") != std::string::npos);
            CHECK_FALSE(live.has_journal());
        }
    }
}

TEST_CASE("a migration without a counterpart is told with both sides") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        LiveDatabase live(dialect);
        live.build(history, "b2");
        live.run(all().front().script);
        live.run("UPDATE alembic_version SET version_num = 'unheard'");
        AdoptSettings settings = from(live, all().front());
        const Error error = error_of([&] { live.adopt(history, settings); });
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(error.what_failed().find("unheard") != std::string::npos);
        CHECK(error.what_failed().find("b2 tags") != std::string::npos);
        CHECK(error.hint().find("--map unheard=REVISION") != std::string::npos);
        settings.map = {{"other", "b"}};
        CHECK(error_of([&] { live.adopt(history, settings); }).exit_code() == ExitCode::configuration);
        settings.map = {{"unheard", "b"}};
        CHECK(live.adopt(history, settings).current == std::vector<std::string>{"b2"});
    }
}

TEST_CASE("two heads of Alembic are two revisions") {
    const History history = test::history_of(
        {test::revision_text("a1", "", "CREATE TABLE base (id integer PRIMARY KEY);"),
         test::revision_text("b2", "a1", "CREATE TABLE left_one (id integer PRIMARY KEY);"),
         test::revision_text("b3", "b2", "CREATE TABLE left_two (id integer PRIMARY KEY);"),
         test::revision_text("c3", "a1", "CREATE TABLE right_one (id integer PRIMARY KEY);")});
    LiveDatabase live(
        DialectName::sqlite,
        "CREATE TABLE base (id integer PRIMARY KEY); CREATE TABLE left_one (id integer PRIMARY KEY); CREATE "
        "TABLE right_one (id integer PRIMARY KEY);");
    live.run(all().front().script);
    live.run("INSERT INTO alembic_version VALUES ('c3')");
    CHECK(live.adopt(history, from(live, all().front())).outcome == AdoptOutcome::recognised);
    CHECK(live.journal() == "a1 b2 c3");
}

TEST_CASE("what the other tool says is compared with the structure") {
    for (const DialectName dialect : both) {
        CAPTURE(to_string(dialect));
        const History history = LiveDatabase::history();
        const Left& alembic = all().front();
        LiveDatabase live(dialect);
        live.build(history, "b2");
        live.run(alembic.script);
        live.run("DROP INDEX ix_notes_role");
        const AdoptReport report = live.adopt(history, from(live, alembic));
        CHECK(report.added == std::vector<std::string>{"index notes.ix_notes_role"});
        CHECK(live.journal() == "a1 b2");

        LiveDatabase different(dialect);
        different.build(history, "b2");
        different.run(alembic.script);
        different.run("DROP TABLE tags; CREATE TABLE tags (id text PRIMARY KEY)");
        const Error error = error_of([&] { different.adopt(history, from(different, alembic)); });
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(error.what_failed().find("differs: column tags.id: type") != std::string::npos);
        CHECK_FALSE(different.has_journal());
    }
}

TEST_CASE("as a goal a database is read without the tables of other tools") {
    for (const DialectName dialect : both) {
        for (const Left& left : all()) {
            CAPTURE(to_string(dialect));
            CAPTURE(left.tool);
            LiveDatabase live(dialect, "CREATE TABLE notes (id integer PRIMARY KEY);" + left.script);
            const Schema goal =
                without_other_tools(live.dialect().introspect(live.connection(), default_journal));
            REQUIRE(goal.tables.size() == 1);
            CHECK(goal.tables[0].name.name == "notes");
            CHECK(goal.sequences.empty());
        }
    }
}

TEST_CASE("an unknown tool and one whose table is not there are errors") {
    const History history = LiveDatabase::history();
    LiveDatabase live(DialectName::sqlite);
    live.build(history, "b2");
    AdoptSettings settings = live.adopt_settings();
    settings.from = "sqitch";
    CHECK(error_of([&] { live.adopt(history, settings); }).exit_code() == ExitCode::configuration);
    settings.from = "alembic";
    CHECK(error_of([&] { live.adopt(history, settings); }).exit_code() == ExitCode::mismatch);
    live.run("CREATE TABLE alembic_version (version_num varchar(32) NOT NULL)");
    CHECK(error_of([&] { live.adopt(history, settings); }).exit_code() == ExitCode::mismatch);
    CHECK_FALSE(live.has_journal());
}
