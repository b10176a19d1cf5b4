// Databases from before a squash, and those from after it.
#include "runner/fixtures.hpp"
#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

namespace {

const std::vector<std::string> before{
    revision("a", "", "CREATE TABLE a (i integer);", "DROP TABLE a;"),
    revision("b", "a", "CREATE TABLE b (i integer);\n-- step\nINSERT INTO b VALUES (1);", "DROP TABLE b;"),
    revision("c", "b", "CREATE TABLE c (i integer);", "DROP TABLE c;"),
};

const std::vector<std::string> after{
    "-- replaces: a\n" + revision("b", "",
                                  "CREATE TABLE a (i integer);\n-- step\nCREATE TABLE b (i integer);",
                                  "DROP TABLE b;\n-- step\nDROP TABLE a;"),
    before[2],
};

void go_on_after_squash(DialectName dialect) {
    MigratedDatabase f(dialect);
    f.up(before, "b");
    const std::string installation = f.look(before).installation;
    const StatusReport report = f.look(after);
    CHECK(report.unknown.empty());
    CHECK(report.edited.empty());
    CHECK(report.current == std::vector<std::string>{"b"});
    CHECK(report.pending == std::vector<std::string>{"c"});
    CHECK(report.installation == installation);

    CHECK(ids_of(f.up(after, "head")) == "c");
    CHECK(f.listener.infos.empty());
    CHECK(f.journal() == "a:applied:1/1 b:applied:2/2 c:applied:1/1");
    // The program from before the squash still understands it.
    CHECK(f.look(before).pending.empty());
    CHECK(f.look(before).edited.empty());

    CHECK(ids_of(f.down(after, "base")) == "c b");
    CHECK(f.journal().empty());
    CHECK(ids_of(f.up(after, "head")) == "b c");
    CHECK(f.journal() == "b:applied:2/2 c:applied:1/1");
}

void stop_in_the_middle_of_the_way_back(DialectName dialect) {
    MigratedDatabase f(dialect);
    f.up(before, "head");
    std::vector<std::string> broken = after;
    broken[0] = "-- replaces: a\n" +
                revision("b", "", "CREATE TABLE a (i integer);", "DROP TABLE b;\n-- step\nDROP TABLE z;");
    CHECK(error_of([&] { f.down(broken, "base"); }).exit_code() == ExitCode::failed);
    CHECK(f.journal() == "a:applied:1/1 b:reverting:1/2");
    CHECK(f.look(broken).interrupted.size() == 1);
    f.connection->run_script("CREATE TABLE z (i integer)");
    CHECK(ids_of(f.down(broken, "base")) == "b");
    CHECK(f.journal().empty());
}

void refuse_a_database_between(DialectName dialect) {
    MigratedDatabase f(dialect);
    f.up(before, "a");
    const Error up = error_of([&] { f.up(after, "head"); });
    CHECK(up.exit_code() == ExitCode::mismatch);
    CHECK(up.what_failed() == "the database is at a, which was squashed into b: a part of that is applied");
    CHECK(error_of([&] { f.down(after, "base"); }).exit_code() == ExitCode::mismatch);
    CHECK(f.journal() == "a:applied:1/1");
    CHECK(ids_of(f.up(before, "b")) == "b");
    CHECK(ids_of(f.up(after, "head")) == "c");
}

void refuse_data_of_a_part(DialectName dialect) {
    MigratedDatabase f(dialect);
    const std::vector<DataMigration> data{{"a", [](Connection&) {}, {}}};
    RunOptions options;
    options.data_migrations = data;
    const Error error = error_of([&] { f.up(after, "head", options); });
    CHECK(error.what_failed() == "revision a, which has a data migration in C++, was squashed into b");
    CHECK(f.journal().empty());
    CHECK(ids_of(f.up(before, "head", options)) == "a b c");
}

void stamp_without_parts(DialectName dialect) {
    MigratedDatabase f(dialect);
    f.up(before, "head");
    const std::vector<std::string> head{"head"};
    const StampReport report =
        stamp(*f.connection, f.database->dialect(), test::history_of(after), head, false, {}, f.listener);
    CHECK(report.removed == std::vector<std::string>{"a"});
    CHECK(f.journal() == "b:applied:2/2 c:applied:1/1");
    CHECK(f.look(after).edited.empty());
}

}  // namespace

TEST_CASE("a database from before a squash goes on, and back below it") {
    go_on_after_squash(DialectName::sqlite);
    go_on_after_squash(DialectName::postgresql);
}

TEST_CASE("a way back over a squashed revision goes on where it stopped") {
    stop_in_the_middle_of_the_way_back(DialectName::sqlite);
    stop_in_the_middle_of_the_way_back(DialectName::postgresql);
}

TEST_CASE(
    "a database between two parts of a squashed revision is refused, and helped by the files from before") {
    refuse_a_database_between(DialectName::sqlite);
    refuse_a_database_between(DialectName::postgresql);
}

TEST_CASE("a data migration of a part would never run, and is refused") {
    refuse_data_of_a_part(DialectName::sqlite);
    refuse_data_of_a_part(DialectName::postgresql);
}

TEST_CASE("a stamp writes the journal of a database from before a squash without the parts") {
    stamp_without_parts(DialectName::sqlite);
    stamp_without_parts(DialectName::postgresql);
}
