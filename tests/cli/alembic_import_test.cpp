// An Alembic project becomes a Schemist one: the same tables from the same ids, and its databases are adopted.
#include "cli/test_project.hpp"

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

namespace {

namespace files = std::filesystem;

void copy_project(Project& project, DialectName dialect) {
    const files::path folder = project.shell().folder();
    files::copy(SCHEMIST_SOURCE_DIR "/tests/alembic/project", folder / "old", files::copy_options::recursive);
    files::create_directory(folder / "migrations");
    const std::string url = project.url();
    project.shell().set("ALEMBIC_URL", dialect == DialectName::sqlite
                                           ? "sqlite:///" + (folder / "test.db").string()
                                           : "postgresql+psycopg2" + url.substr(url.find("://")));
    project.shell().require("schemist import alembic old --python /usr/bin/python3");
}

const std::string tables = "SELECT name, price FROM plans ORDER BY 1";

void import_and_run(DialectName dialect) {
    Project by_schemist(dialect);
    copy_project(by_schemist, dialect);
    const std::string empty = by_schemist.dump();
    by_schemist.tool("schemist", "upgrade head");
    CHECK(by_schemist.rows(tables) == "free|0\nit's paid|9\n");

    Project by_alembic(dialect);
    copy_project(by_alembic, dialect);
    by_alembic.shell().require("cd old && /usr/bin/python3 -m alembic upgrade head");
    CHECK(by_alembic.rows(tables) == "free|0\nit's paid|9\n");
    by_alembic.tool("schemist", "adopt --from alembic");
    CHECK(by_alembic.tool("schemist", "current").out == "d4d4d4d4d4d4 (head), both\n");
    CHECK(by_alembic.tool("schemist", "verify").error.find("no drift") == 0);

    for (Project* project : {&by_alembic, &by_schemist}) {
        project->connection().run_script("DROP TABLE IF EXISTS alembic_version");
    }
    CHECK(by_alembic.tool("schemist", "dump").out == by_schemist.tool("schemist", "dump").out);
    by_schemist.tool("schemist", "downgrade base");
    by_schemist.connection().run_script("DROP TABLE schemist_journal");
    CHECK(by_schemist.dump() == empty);
}

}  // namespace

TEST_CASE("sqlite: an Alembic history is imported, runs, and its databases are adopted") {
    import_and_run(DialectName::sqlite);
}

TEST_CASE("postgresql: an Alembic history is imported, runs, and its databases are adopted") {
    import_and_run(DialectName::postgresql);
}

TEST_CASE("an imported history keeps ids, parents, labels, dependencies and messages") {
    Project project(DialectName::postgresql);
    copy_project(project, DialectName::postgresql);
    const Shell& shell = project.shell();
    const std::string plans = shell.read("migrations/b2b2b2b2b2b2_add_plans_free_and_paid.sql");
    CHECK(plans.starts_with(
        "-- revision: b2b2b2b2b2b2\n-- revises: a1a1a1a1a1a1\n-- message: add plans: 'free' and "
        "\"paid\"\n-- created: 2024-03-02T10:00:00Z\n-- labels: plans\n"));
    const std::string email = shell.read("migrations/c3c3c3c3c3c3_email_of_an_account.sql");
    CHECK(email.find("-- depends: plans\n") != std::string::npos);
    CHECK(email.find("-- step\nCREATE INDEX CONCURRENTLY ix_accounts_email") != std::string::npos);
    CHECK(shell.run("schemist import alembic old --python /usr/bin/python3").exit_code == 0);
    CHECK(shell.run("schemist import flyway old").exit_code == 2);
    const Outcome missing = shell.run("schemist import alembic nowhere --python /usr/bin/python3");
    CHECK(missing.exit_code == 2);
    CHECK(missing.error.find("Alembic could not read its history") != std::string::npos);
}
