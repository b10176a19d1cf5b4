#include "postgresql/connection.hpp"
#include "sqlite/connection.hpp"
#include "support/postgresql.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>
#include <schemist/migrate.hpp>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace schemist;
using schemist::test::TestDatabase;

namespace {

using std::chrono::milliseconds;
using State = StartupStatus::State;

const std::vector<EmbeddedMigration> embedded{{"a_one.sql",
                                               "-- revision: a\n-- message: one\n-- upgrade: any\nCREATE "
                                               "TABLE one (id integer PRIMARY KEY, words text);\n"},
                                              {"b_two.sql",
                                               "-- revision: b\n-- revises: a\n-- upgrade: any\nCREATE INDEX "
                                               "ix_one_words ON one (words);\n-- step\nINSERT INTO "
                                               "one VALUES (1, 'by b');\n"}};

ExitCode code_of(const std::function<void()>& action) {
    try {
        action();
    } catch (const Error& error) {
        return error.exit_code();
    }
    return ExitCode::success;
}

// A database in a file that goes with it.
class DatabaseFile {
  public:
    DatabaseFile() { std::filesystem::remove(path_); }
    DatabaseFile(const DatabaseFile&) = delete;
    DatabaseFile& operator=(const DatabaseFile&) = delete;
    ~DatabaseFile() {
        for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
            std::error_code ignored;
            std::filesystem::remove(path_.string() + suffix, ignored);
        }
    }

    std::string url() const { return "sqlite:////" + path_.string().substr(1); }

  private:
    std::filesystem::path path_ =
        std::filesystem::temp_directory_path() / ("schemist-on-start-" + std::to_string(getpid()) + ".db");
};

}  // namespace

TEST_CASE("a start tells where it stands, and ends ready") {
    std::vector<State> states;
    const DatabaseFile file;
    MigrateOptions options{.url = file.url(), .migrations = embedded};
    options.progress = [&](const StartupStatus& status) {
        if (states.empty() || states.back() != status.state) {
            states.push_back(status.state);
        }
    };
    const auto start = migrate_on_start(options);
    const MigrationReport report = start->wait();
    CHECK(report.applied.size() == 2);
    CHECK(report.current == std::vector<std::string>{"b"});
    CHECK(states == std::vector<State>{State::connecting, State::migrating, State::ready});
    const StartupStatus status = start->status();
    CHECK(status.database_ready);
    CHECK_FALSE(status.needs_migration);
    CHECK(status.current_revision == "b");
    CHECK(status.expected_revision == "b");
}

TEST_CASE("a start that fails throws, serves or holds, as it was told") {
    MigrateOptions options{.url = "postgresql://user:secret@127.0.0.1:1/db", .migrations = embedded};
    options.connect_deadline = milliseconds(0);
    options.on_failure = OnFailure::exit;
    CHECK(code_of([&] { migrate_on_start(options)->wait(); }) == ExitCode::unreachable);

    options.on_failure = OnFailure::serve;
    const auto serving = migrate_on_start(options);
    CHECK(!serving->wait().failure.empty());
    CHECK(serving->status().state == State::failed);

    options.on_failure = OnFailure::hold;
    const auto holding = migrate_on_start(options);
    while (holding->status().state != State::failed) {
        usleep(1000);
    }
    CHECK(holding->status().exit_code == static_cast<int>(ExitCode::unreachable));
    CHECK(holding->status().error.find("secret") == std::string::npos);
    holding->request_stop();
    CHECK(code_of([&] { holding->wait(); }) == ExitCode::interrupted);
    CHECK(holding->status().state == State::stopped);
}

TEST_CASE("postgresql: a start adopts tables that are there without a journal, and adds what is missing") {
    TestDatabase database(
        "CREATE TABLE one (id integer PRIMARY KEY); INSERT INTO one VALUES (7); CREATE TABLE other (i int)");
    MigrateOptions options{.url = database.url(), .migrations = embedded};
    options.adopt = AdoptPolicy::exact;
    CHECK(code_of([&] { migrate(options); }) != ExitCode::success);
    options.adopt = AdoptPolicy::complete;
    const MigrationReport report = migrate(options);
    CHECK(report.adopted == std::vector<std::string>{"a"});
    CHECK(report.applied.size() == 1);
    CHECK(database.connection().query("SELECT count(*) FROM one").integer(0, 0) == 2);
    CHECK(migrate(options).nothing_to_do());
}

TEST_CASE("postgresql: a start that adopts, and waits for a table, ends on request") {
    constexpr std::array<EmbeddedMigration, 1> both{
        {{"a_one.sql",
          "-- revision: a\n-- upgrade: any\nCREATE TABLE one (id integer PRIMARY KEY, words text);\n"
          "CREATE INDEX ix_one_words ON one (words);\n"}}};
    TestDatabase database("CREATE TABLE one (id integer PRIMARY KEY, words text)");
    database.connection().run_script("BEGIN; INSERT INTO one VALUES (1, 'not committed')");
    MigrateOptions options{.url = database.url(), .migrations = both};
    options.lock_timeout = milliseconds(100);
    const auto start = migrate_on_start(options);
    schemist::test::wait_until("the adoption to wait", [&] {
        return start->status().message.find("tried again") != std::string::npos;
    });
    start->request_stop();
    CHECK(code_of([&] { start->wait(); }) == ExitCode::interrupted);
}

TEST_CASE("postgresql: a start that always looks finds drift") {
    TestDatabase database;
    MigrateOptions options{.url = database.url(), .migrations = embedded, .mode = MigrateMode::always};
    CHECK(migrate(options).applied.size() == 2);
    CHECK(migrate(options).nothing_to_do());
    database.connection().run_script("DROP INDEX ix_one_words");
    CHECK(code_of([&] { migrate(options); }) == ExitCode::mismatch);
}

TEST_CASE("postgresql: the same database is known through every connection") {
    TestDatabase one;
    TestDatabase two;
    MigrateOptions options{.url = one.url(), .migrations = embedded};
    const MigrationReport report = migrate(options);
    options.url = two.url();
    migrate(options);
    CHECK(!report.installation.empty());
    CHECK(migration_status(one.connection(), options).installation == report.installation);
    CHECK(migration_status(two.connection(), options).installation != report.installation);
    CHECK_FALSE(migration_status(two.connection(), options).needs_migration());
}

TEST_CASE("a run that is to stop does so before it connects") {
    std::stop_source stop;
    stop.request_stop();
    const DatabaseFile file;
    MigrateOptions options{.url = file.url(), .migrations = embedded, .stop = stop.get_token()};
    CHECK(code_of([&] { migrate(options); }) == ExitCode::interrupted);
}
