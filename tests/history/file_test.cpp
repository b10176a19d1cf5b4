#include "history/file.hpp"

#include <schemist/error.hpp>

#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace schemist;

namespace {

const std::string sample =
    "-- revision: 8f3c2a91d0b4\n"
    "-- revises: 5d0e77c1aa29, aaaa\n"
    "-- message: add conversations: and messages\n"
    "-- created: 2026-11-20T12:41:07Z\n"
    "-- labels: chat\n"
    "-- depends: bbbb\n"
    "\n"
    "-- upgrade: postgresql\n"
    "CREATE TABLE t (a int);\n"
    "\n"
    "-- step\n"
    "\n"
    "CREATE INDEX CONCURRENTLY i\n"
    "  -- step of a comment\n"
    "  ON t (a);\n"
    "\n"
    "-- downgrade: postgresql\n"
    "DROP TABLE t;\n"
    "\n"
    "-- upgrade: any\n";

void check_damaged(const std::string& text, const std::string& where, const std::string& what) {
    CAPTURE(text);
    try {
        parse_revision(text, "m/x.sql");
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::mismatch);
        CHECK(error.where() == where);
        CHECK_MESSAGE(error.what_failed().find(what) != std::string::npos, error.what_failed());
        CHECK(!error.hint().empty());
    }
}

}  // namespace

TEST_CASE("a revision file is parsed with its lines") {
    const Revision revision = parse_revision(sample, "m/x.sql");
    CHECK(revision.id == "8f3c2a91d0b4");
    CHECK(revision.parents == std::vector<std::string>{"5d0e77c1aa29", "aaaa"});
    CHECK(revision.message == "add conversations: and messages");
    CHECK(revision.created == "2026-11-20T12:41:07Z");
    CHECK(revision.labels == std::vector<std::string>{"chat"});
    CHECK(revision.depends == std::vector<std::string>{"bbbb"});
    CHECK(revision.parents_line == 2);
    REQUIRE(revision.sections.size() == 3);
    const RevisionSection& upgrade = revision.sections[0];
    CHECK(upgrade.line == 8);
    REQUIRE(upgrade.steps.size() == 2);
    CHECK(upgrade.steps[0].text == "CREATE TABLE t (a int);");
    CHECK(upgrade.steps[0].line == 9);
    CHECK(upgrade.steps[1].text == "CREATE INDEX CONCURRENTLY i\n  -- step of a comment\n  ON t (a);");
    CHECK(upgrade.steps[1].line == 13);
    CHECK(revision.section(Direction::upgrade, DialectName::sqlite)->steps[0].text.empty());
    CHECK(revision.section(Direction::downgrade, DialectName::sqlite) == nullptr);
    CHECK(revision.section(Direction::upgrade, DialectName::postgresql) == &upgrade);
}

TEST_CASE("what is written parses to the same") {
    const Revision revision = parse_revision(sample, "m/x.sql");
    const Revision again = parse_revision(write_revision(revision), "m/x.sql");
    CHECK(again.id == revision.id);
    CHECK(again.parents == revision.parents);
    CHECK(again.message == revision.message);
    CHECK(again.created == revision.created);
    CHECK(again.labels == revision.labels);
    CHECK(again.depends == revision.depends);
    CHECK(again.sections == revision.sections);
    CHECK(write_revision(again) == write_revision(revision));

    Revision sneaky = revision;
    sneaky.sections[0].steps[0].text = "SELECT '\n-- step\n'";
    CHECK_THROWS_AS(write_revision(sneaky), Error);
    sneaky = revision;
    sneaky.message = "two\nlines";
    CHECK_THROWS_WITH_AS(write_revision(sneaky),
                         doctest::Contains("cannot be written as a file that says the same"), Error);
}

TEST_CASE("a byte order mark and other line ends change nothing") {
    std::string other = "\xEF\xBB\xBF";
    for (const char c : sample) {
        other += c == '\n' ? "\r\n" : std::string(1, c);
    }
    const Revision revision = parse_revision(other, "m/x.sql");
    CHECK(revision.sections == parse_revision(sample, "m/x.sql").sections);
    CHECK(revision.message == "add conversations: and messages");
}

TEST_CASE("bases have no parent") {
    CHECK(parse_revision("-- revision: a\n-- revises:\n", "x").parents.empty());
    CHECK(parse_revision("-- revision: a\n-- revises: base\n", "x").parents.empty());
    CHECK(parse_revision("-- a remark\n-- revision: a", "x").parents.empty());
}

TEST_CASE("a damaged file is one error with file and line") {
    check_damaged("", "m/x.sql:1", "no '-- revision:' line");
    check_damaged("-- message: x\n", "m/x.sql:1", "no '-- revision:' line");
    check_damaged("-- revision: a\n-- revision: b\n", "m/x.sql:2", "a second '-- revision:'");
    check_damaged("-- revision: a b\n", "m/x.sql:1", "cannot be the id");
    check_damaged("-- revision: head\n", "m/x.sql:1", "cannot be the id");
    check_damaged("-- revision: a\n-- revises: b, b\n", "m/x.sql:2", "stands twice");
    check_damaged("-- revision: a\n-- revises: b c\n", "m/x.sql:2", "cannot be the id");
    check_damaged("-- revision: a\n-- mesage: b\n", "m/x.sql:2", "unknown header 'mesage'");
    check_damaged("-- revision: a\n-- created: yesterday\n", "m/x.sql:2", "is not a time");
    check_damaged("-- revision: a\n\nCREATE TABLE t (a int);\n", "m/x.sql:3", "text above the first section");
    check_damaged("-- revision: a\n-- step\n", "m/x.sql:2", "above the first section");
    check_damaged("-- revision: a\n-- upgrade: oracle\n", "m/x.sql:2", "unknown section 'upgrade: oracle'");
    check_damaged("-- revision: a\n-- upgrate: sqlite\n", "m/x.sql:2", "unknown section 'upgrate'");
    check_damaged("-- revision: a\n-- Upgrade: sqlite\n", "m/x.sql:2", "must be written");
    check_damaged("-- revision: a\n-- upgrade: any\nSELECT 1;\n--step\n", "m/x.sql:4",
                  "must begin with '-- step'");
    check_damaged("-- revision: a\n-- upgrade: any\n\n-- upgrade: any\n", "m/x.sql:4", "a second section");
    check_damaged("-- revision: a\n-- upgrade: any\n-- revision: b\n", "m/x.sql:3", "inside of a section");
    check_damaged("-- revision: a\n-- upgrade: any\n<<<<<<< HEAD\n", "m/x.sql:3", "merge conflict");
    check_damaged(std::string("-- revision: a\n-- upgrade: any\nSELECT '\0';\n", 41), "m/x.sql:3", "NUL");
    check_damaged("-- revision: a\n-- message: caf\xE9\n", "m/x.sql:2",
                  "byte 0xe9 at column 16 is not UTF-8");
    check_damaged("-- revision: a\n-- message: \xED\xA0\x80\n", "m/x.sql:2", "not UTF-8");
    check_damaged("-- revision: a\n-- message: \xC0\xAF\n", "m/x.sql:2", "not UTF-8");
}

TEST_CASE("file names are made as Alembic makes them") {
    CHECK(slug("Add conversations, and messages!") == "add_conversations_and_messages");
    CHECK(slug("a message that is a good deal longer than forty characters") ==
          "a_message_that_is_a_good_deal_longer_");
    CHECK(slug("").empty());
    CHECK(slug("größe") == "größe");
    CHECK(slug(std::string(50, 'x')) == std::string(40, 'x') + "_");
    Revision revision;
    revision.id = "8f3c";
    revision.message = "Add it";
    CHECK(revision_file_name(revision) == "8f3c_add_it.sql");
}

TEST_CASE("ids are random and valid") {
    const std::string id = new_id();
    CHECK(id.size() == 12);
    CHECK(id.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(id != new_id());
    CHECK(is_valid_id(id));
    CHECK(!is_valid_id("a@b"));
    CHECK(!is_valid_id("a-b"));
    CHECK(!is_valid_id(""));
}

TEST_CASE("a folder is read in the order of its names") {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("schemist-history-" + std::to_string(getpid()));
    std::filesystem::create_directories(folder / "sub.sql");
    const auto put = [&](const char* name, const char* text) { std::ofstream(folder / name) << text; };
    put("b.sql", "-- revision: b\n-- revises: a\n");
    put("a.sql", "-- revision: a\n");
    put("schema.sqlite.sql", "CREATE TABLE t (a);\n");
    put("readme.md", "no SQL");
    put(".hidden.sql", "no SQL");
    const std::vector<Revision> revisions = read_revisions(folder, "migrations");
    REQUIRE(revisions.size() == 2);
    CHECK(revisions[0].path == "migrations/a.sql");
    CHECK(revisions[1].parents == std::vector<std::string>{"a"});
    put("empty.sql", "");
    CHECK_THROWS_WITH_AS(read_revisions(folder, "migrations"), doctest::Contains("migrations/empty.sql:1"),
                         Error);
    std::filesystem::remove_all(folder);
    CHECK_THROWS_WITH_AS(read_revisions(folder, "migrations"), doctest::Contains("schemist init"), Error);
}
