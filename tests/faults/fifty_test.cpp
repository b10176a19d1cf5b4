// Fifty processes started at once on an empty database, of one version of a program and of two.

#include "faults/project.hpp"
#include "support/pgbouncer.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist::test;
using namespace std::chrono_literals;

namespace {

constexpr int processes = 50;

// Rows that are inserted twice, or not at all, are seen in `counted`.
void history(const Project& project, int revisions, bool concurrently) {
    for (int number = 1; number <= revisions; ++number) {
        const std::string index = fmt::format("CREATE INDEX{} ix_{} ON counted (step);",
                                              concurrently && number % 2 == 0 ? " CONCURRENTLY" : "", number);
        project.revision(
            fmt::format("{:04}", number), number == 1 ? std::string{} : fmt::format("{:04}", number - 1),
            fmt::format("{}INSERT INTO counted VALUES ({});\n-- step\n{}",
                        number == 1 ? "CREATE TABLE counted (step integer);\n" : "", number, index));
    }
}

// Half of them are the older version when there is one. Returns how many did some work.
int run_fifty(const Project& newer, const Project* older) {
    std::vector<std::unique_ptr<Process>> all;
    for (int i = 0; i < processes; ++i) {
        all.push_back(older != nullptr && i % 2 == 0 ? older->start() : newer.start());
    }
    int workers = 0;
    for (const auto& one : all) {
        const Result result = result_of(*one, 180s);
        CAPTURE(result.output);
        CHECK(result.status == 0);
        workers += result.says("upgraded by") ? 1 : 0;
    }
    return workers;
}

void check_head(const Project& project, int revisions) {
    const Result status = project.run("status");
    CHECK_MESSAGE(status.says(fmt::format("{} applied, 0 pending, 0 unknown", revisions)), status.output);
}

void check_rows(const OwnServer& server, std::string_view steps) {
    CHECK(server.value("SELECT string_agg(step::text, ' ' ORDER BY step) FROM counted") == steps);
    CHECK(invalid_indexes(server).empty());
}

}  // namespace

TEST_CASE("fifty processes at once on an empty database, direct") {
    const OwnServer server;
    const Project project(server.url());
    history(project, 3, true);
    CHECK(run_fifty(project, nullptr) == 1);
    check_head(project, 3);
    check_rows(server, "1 2 3");
}

TEST_CASE("fifty processes at once on an empty database, through pgbouncer") {
    const OwnServer server;
    const PgBouncer pooler(server);
    const Project project(pooler.url());
    history(project, 3, true);
    CHECK(run_fifty(project, nullptr) == 1);
    check_head(project, 3);
    check_rows(server, "1 2 3");
}

TEST_CASE("fifty processes at once on an empty database, SQLite") {
    const OwnFolder folder;
    const Project project("sqlite:////" + (folder.path() / "fifty.db").string().substr(1));
    history(project, 3, false);
    CHECK(run_fifty(project, nullptr) >= 1);
    check_head(project, 3);
}

TEST_CASE("fifty processes at once, of two versions of a program") {
    const OwnServer server;
    const Project newer(server.url());
    const Project older(server.url());
    history(newer, 4, true);
    history(older, 2, true);
    const int workers = run_fifty(newer, &older);
    CHECK(workers >= 1);
    CHECK(workers <= 2);
    check_head(newer, 4);
    check_rows(server, "1 2 3 4");
}
