#include "config/connect.hpp"
#include "config/url.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>
#include <schemist/migrate.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace schemist;

namespace {

const std::vector<EmbeddedMigration> embedded{
    {"a_one.sql", "-- revision: a\n-- message: one\n-- upgrade: any\nCREATE TABLE one (i integer);\n"},
    {"b_two.sql", "-- revision: b\n-- revises: a\n-- upgrade: any\nCREATE TABLE two (i integer);\n"},
    {"schema.sqlite.sql", "not a revision"}};

// A folder of its own, which is the current one while it lives.
class Workspace {
  public:
    Workspace() : before_(std::filesystem::current_path()) {
        static int number = 0;
        folder_ = std::filesystem::temp_directory_path() /
                  ("schemist-startup-" + std::to_string(getpid()) + "-" + std::to_string(++number));
        std::filesystem::create_directories(folder_);
        std::filesystem::current_path(folder_);
    }
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;
    ~Workspace() {
        std::filesystem::current_path(before_);
        std::filesystem::remove_all(folder_);
    }

  private:
    std::filesystem::path before_;
    std::filesystem::path folder_;
};

class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { unsetenv(name_); }

  private:
    const char* name_;
};

ExitCode code_of(const MigrateOptions& options) {
    try {
        migrate(options);
        return ExitCode::success;
    } catch (const Error& error) {
        return error.exit_code();
    }
}

void start_twice(const std::string& url) {
    const Workspace workspace;
    const MigrateOptions options{.url = url, .migrations = embedded};
    MigrateOptions checking = options;
    checking.mode = MigrateMode::check;
    CHECK(code_of(checking) == ExitCode::pending);
    const MigrationReport first = migrate(options);
    REQUIRE(first.applied.size() == 2);
    CHECK(first.applied[0].id == "a");
    CHECK(first.applied[0].message == "one");
    CHECK(first.url_source == "MigrateOptions::url");
    CHECK(!first.nothing_to_do());
    CHECK(migrate(options).nothing_to_do());
    CHECK(code_of(checking) == ExitCode::success);
    const auto connection = connect(parse_url(url), ConnectionPurpose::application);
    CHECK(connection->query("SELECT count(*) FROM two").integer(0, 0) == 0);
}

}  // namespace

TEST_CASE("sqlite: an application that starts brings its database up to date") {
    start_twice("sqlite:///app.db");
}

TEST_CASE("postgresql: an application that starts brings its database up to date") {
    const test::TestDatabase database;
    start_twice(database.url());
}

TEST_CASE("with nothing said the environment and the folder are taken") {
    const Workspace workspace;
    std::filesystem::create_directories("migrations");
    std::ofstream("migrations/a.sql") << embedded[0].text;
    const Variable url("SCHEMIST_DATABASE_URL", "sqlite:///from_environment.db");
    const MigrationReport report = migrate();
    CHECK(report.applied.size() == 1);
    CHECK(report.url == "sqlite:///from_environment.db");
    CHECK(report.url_source == "SCHEMIST_DATABASE_URL");
    CHECK(std::filesystem::exists("from_environment.db"));

    std::filesystem::create_directories("elsewhere");
    std::ofstream("elsewhere/c.sql") << "-- revision: c\n-- revises: a\n-- upgrade: any\n";
    std::ofstream("elsewhere/a.sql") << embedded[0].text;
    CHECK(migrate({.folder = "elsewhere"}).applied.size() == 1);
    CHECK(code_of({.folder = "nowhere"}) == ExitCode::configuration);
}

TEST_CASE("SCHEMIST_MIGRATE_ON_START says what happens") {
    const Workspace workspace;
    const MigrateOptions options{.url = "sqlite:///app.db", .migrations = embedded};
    {
        const Variable mode("SCHEMIST_MIGRATE_ON_START", "never");
        CHECK(migrate(options).applied.empty());
        CHECK(!std::filesystem::exists("app.db"));
    }
    {
        const Variable mode("SCHEMIST_MIGRATE_ON_START", "check");
        CHECK(code_of(options) == ExitCode::pending);
    }
    {
        const Variable mode("SCHEMIST_MIGRATE_ON_START", "sometimes");
        CHECK(code_of(options) == ExitCode::configuration);
    }
    const Variable mode("SCHEMIST_MIGRATE_ON_START", "always");
    CHECK(migrate(options).applied.size() == 2);
}

TEST_CASE("data migrations run with their revision") {
    const Workspace workspace;
    const std::vector<DataMigration> data{
        {"a", [](Connection& c) { c.query("INSERT INTO one VALUES (5)"); }, {}}};
    migrate({.url = "sqlite:///app.db", .migrations = embedded, .data_migrations = data});
    const auto connection = connect(parse_url("sqlite:///app.db"), ConnectionPurpose::application);
    CHECK(connection->query("SELECT i FROM one").integer(0, 0) == 5);
}

TEST_CASE("a password is in no error") {
    const Workspace workspace;
    try {
        migrate({.url = "postgresql://user:very-secret@127.0.0.1:1/db",
                 .migrations = embedded,
                 .connect_deadline = std::chrono::milliseconds(0)});
        FAIL("no error");
    } catch (const Error& error) {
        CHECK(error.exit_code() == ExitCode::unreachable);
        CHECK(std::string(error.what()).find("very-secret") == std::string::npos);
    }
}
