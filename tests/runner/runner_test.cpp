#include "runner/runner.hpp"

#include "runner/fixtures.hpp"
#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

namespace {

void apply_and_take_back(DialectName dialect) {
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
    MigratedDatabase f(dialect);
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
