// Rows 60 to 62 and 64: files and journal that do not fit.

#include "faults/project.hpp"

#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>

using namespace schemist::test;

namespace {

void upgrade_standard(const OwnServer& server, const Project& project) {
    project.standard_history();
    const Result result = project.run();
    CAPTURE(result.output);
    REQUIRE(result.status == 0);
    check_standard_head(server);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

void write(const std::filesystem::path& file, const std::string& text) {
    std::ofstream(file, std::ios::binary) << text;
}

}  // namespace

TEST_CASE("row 60: an applied file was edited: its statements, its comments, its line ends") {
    const OwnServer server;
    const Project project(server.url());
    upgrade_standard(server, project);
    const std::filesystem::path file = project.file("0001");
    const std::string text = text_of(file);

    write(file, with(text, "'one'", "'won'"));
    const Result content = project.run();
    CAPTURE(content.output);
    CHECK(content.status == 7);
    CHECK(content.says("0001"));

    write(file, with(text, "INSERT", "-- the first one\nINSERT"));
    const Result comment = project.run();
    CAPTURE(comment.output);
    CHECK(comment.status == 0);
    CHECK(comment.says("warning"));

    write(file, with(text, "\n", "\r\n"));
    const Result ends = project.run();
    CAPTURE(ends.output);
    CHECK(ends.status == 0);
    CHECK_FALSE(ends.says("warning"));
    check_standard_head(server);
}

TEST_CASE("row 61: the database is newer than the program") {
    const OwnServer server;
    Project project(server.url());
    upgrade_standard(server, project);
    std::filesystem::remove(project.file("0003"));
    const Result ignored = project.run();
    CAPTURE(ignored.output);
    CHECK(ignored.status == 0);
    CHECK(ignored.says("0003"));
    project.set("SCHEMIST_ON_NEWER", "error");
    const Result refused = project.run();
    CAPTURE(refused.output);
    CHECK(refused.status == 9);
    check_standard_head(server);
}

TEST_CASE("row 62: a file appears beside those that were applied") {
    const OwnServer server;
    const Project project(server.url());
    upgrade_standard(server, project);
    project.revision("0002b", "0001", "CREATE TABLE late ();");
    const Result refused = project.run("upgrade head");
    CAPTURE(refused.output);
    CHECK(refused.status != 0);
    CHECK(refused.says("0002b"));
    check_standard_head(server);
    const Result allowed = project.run("upgrade heads");
    CAPTURE(allowed.output);
    CHECK(allowed.status == 0);
    CHECK(server.value("SELECT to_regclass('late') IS NOT NULL") == "t");
}

TEST_CASE("row 64: the journal cannot be read, or is gone") {
    const OwnServer server;
    const Project project(server.url());
    upgrade_standard(server, project);
    server.run(
        "ALTER TABLE schemist_journal OWNER TO schemist; REVOKE ALL ON schemist_journal FROM migrator");
    const Result unreadable = project.run();
    CAPTURE(unreadable.output);
    CHECK(unreadable.status == 2);
    CHECK(unreadable.says("schemist_journal"));
    check_standard_head(server);

    server.run("DROP TABLE schemist_journal");
    const Result gone = project.run();
    CAPTURE(gone.output);
    CHECK(gone.status != 0);
    CHECK(gone.says("schemist adopt"));
    CHECK(journal_of(server) == "none");
    CHECK(server.value("SELECT count(*) FROM notes") == "2");
}
