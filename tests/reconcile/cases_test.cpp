// Runs tests/cases. SCHEMIST_UPDATE_CASES=1 writes the SQL that comes out into the files, for review in the
// diff.

#include "diff/diff.hpp"
#include "plan/plan.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "reconcile/autogenerate.hpp"
#include "reconcile/case_file.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/scratch.hpp"
#include "support/dump.hpp"
#include "support/postgresql.hpp"
#include "support/scratch.hpp"

#include <schemist/error.hpp>

#include <array>
#include <cstdlib>
#include <sstream>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

std::vector<Rename> renames_in(const std::string& lines, const Schema& from, const Schema& to) {
    std::vector<Rename> renames;
    std::istringstream text(lines);
    for (std::string line; std::getline(text, line);) {
        renames.push_back(parse_rename(line, from, to));
    }
    return renames;
}

std::string rows_as_text(const Rows& rows) {
    std::string text;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        for (std::size_t column = 0; column < rows.columns.size(); ++column) {
            text += rows.text(row, column) + "|";
        }
        text += "\n";
    }
    return text;
}

std::string query_result(Connection& connection, const std::string& query) {
    return query.empty() ? std::string() : rows_as_text(connection.run_script(query));
}

// What both dialects have in common; `check_equal` compares with the oracle.
struct Run {
    const Dialect& dialect;
    MakeScratch make_scratch;
};

Proposal propose(const test::CaseFile& file, const Run& run) {
    const DialectName name = run.dialect.name();
    DesiredSchema desired;
    desired.schema = canonical_schema(std::array{SqlScript{"after", file.section("after", name)}},
                                      run.dialect, run.make_scratch);
    return autogenerate(desired, {.dialect = run.dialect,
                                  .make_scratch = run.make_scratch,
                                  .journal = {},
                                  .prepare =
                                      [&](Workshop& workshop) {
                                          workshop.run_script({"before", file.section("before", name)});
                                      },
                                  .decide_renames =
                                      [&](const Schema& from, const Schema& to) {
                                          return renames_in(file.section("rename", name), from, to);
                                      }});
}

int server_major() {
    static const int major =
        postgresql::Connection::open(test::postgresql_server())->server_version() / 10000;
    return major;
}

void compare_scripts(test::CaseFile& file, const Proposal& proposal) {
    std::string dialect(to_string(proposal.dialect));
    if (proposal.dialect == DialectName::postgresql && server_major() >= 18 &&
        file.sections.contains("upgrade: postgresql 18")) {
        dialect = "postgresql 18";
    }
    const std::string upgrade = to_script(proposal.upgrade);
    const std::string downgrade = to_script(proposal.downgrade);
    if (std::getenv("SCHEMIST_UPDATE_CASES") != nullptr) {
        file.sections["upgrade: " + dialect] = upgrade;
        file.sections["downgrade: " + dialect] = downgrade;
        write_case(file);
    }
    CHECK(upgrade == file.sections["upgrade: " + dialect]);
    CHECK(downgrade == file.sections["downgrade: " + dialect]);
}

// Those for a newer one than Debian's are run by tests/matrix.
bool is_for_this_server(const test::CaseFile& file) {
    const std::string since = file.section("since", DialectName::postgresql);
    return since.empty() || server_major() >= std::stoi(since);
}

void run_on_postgresql(test::CaseFile& file, const Proposal& proposal) {
    const DialectName name = DialectName::postgresql;
    test::TestDatabase database(file.section("before", name));
    test::TestDatabase goal(file.section("after", name));
    const std::string before = test::with_sorted_columns(database.dump());
    const std::string query = file.section("query", name);
    database.connection().run_script(file.section("rows", name));
    const std::string rows = query_result(database.connection(), query);
    run_plan(database.connection(), proposal.upgrade);
    CHECK(test::with_sorted_columns(database.dump()) == test::with_sorted_columns(goal.dump()));
    CHECK(query_result(database.connection(), query) == rows);
    run_plan(database.connection(), proposal.downgrade);
    CHECK(test::with_sorted_columns(database.dump()) == before);
    CHECK(query_result(database.connection(), query) == rows);
}

void run_on_sqlite(test::CaseFile& file, const Proposal& proposal) {
    const DialectName name = DialectName::sqlite;
    Workshop workshop(sqlite::dialect(), sqlite::make_scratch, {}, {});
    workshop.run_script({"before", file.section("before", name)});
    const std::string query = file.section("query", name);
    workshop.run_script({"rows", file.section("rows", name)});
    const std::string rows = query_result(workshop.connection(), query);
    workshop.run(proposal.upgrade);
    CHECK(query_result(workshop.connection(), query) == rows);
    CHECK(workshop.connection().query("PRAGMA foreign_key_check").empty());
    workshop.run(proposal.downgrade);
    CHECK(query_result(workshop.connection(), query) == rows);
}

}  // namespace

TEST_CASE("the cases give the expected SQL, which does what it should, on PostgreSQL") {
    const Run run{postgresql::dialect(), [] { return std::make_unique<test::ScratchDatabase>(); }};
    for (const auto& path : test::case_paths()) {
        INFO(path.string());
        test::CaseFile file = test::read_case(path);
        if (file.is_about(DialectName::postgresql) && is_for_this_server(file)) {
            const Proposal proposal = propose(file, run);
            compare_scripts(file, proposal);
            run_on_postgresql(file, proposal);
        }
    }
}

TEST_CASE("the cases give the expected SQL, which does what it should, on SQLite") {
    const Run run{sqlite::dialect(), sqlite::make_scratch};
    for (const auto& path : test::case_paths()) {
        INFO(path.string());
        test::CaseFile file = test::read_case(path);
        if (file.is_about(DialectName::sqlite)) {
            const Proposal proposal = propose(file, run);
            compare_scripts(file, proposal);
            run_on_sqlite(file, proposal);
        }
    }
}
