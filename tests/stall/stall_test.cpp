// How long an upgrade keeps others waiting: a writer and a reader use a table of a million rows without pause, and a third
// connection holds it for seconds at a time, while five steps change it. Prints the longest wait of each.
// Skipped by the test run: tests/stall/run measures it.

#include "postgresql/connection.hpp"
#include "support/own_server.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <thread>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist;
using namespace schemist::test;

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// Runs a statement without pause on a connection of its own.
class Hammer {
  public:
    Hammer(const OwnServer& server, std::string sql)
        : connection_(server.connect()), sql_(std::move(sql)), thread_([this] { run(); }) {}
    Hammer(const Hammer&) = delete;
    Hammer& operator=(const Hammer&) = delete;
    ~Hammer() { stop(); }

    void stop() {
        ending_ = true;
        if (thread_.joinable()) {
            thread_.join();
        }
    }
    milliseconds longest() const { return milliseconds(longest_.load()); }
    int count() const { return count_; }

  private:
    void run() {
        while (!ending_) {
            const auto start = Clock::now();
            connection_->run_script(sql_);
            const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start).count();
            longest_ = std::max<std::int64_t>(longest_, took);
            ++count_;
        }
    }

    std::unique_ptr<postgresql::Connection> connection_;
    std::string sql_;
    std::atomic<bool> ending_ = false;
    std::atomic<std::int64_t> longest_ = 0;
    std::atomic<int> count_ = 0;
    std::thread thread_;
};

constexpr std::string_view five_steps = R"(-- revision: five
-- message: five changes of a big table

-- upgrade: postgresql
ALTER TABLE big ADD COLUMN one integer;
-- step
ALTER TABLE big ADD COLUMN two text NOT NULL DEFAULT 'two';
-- step
ALTER TABLE big ADD CONSTRAINT ck_big_one CHECK (one > 0) NOT VALID;
-- step
ALTER TABLE big VALIDATE CONSTRAINT ck_big_one;
-- step
ALTER TABLE big ALTER COLUMN payload SET DEFAULT '', ALTER COLUMN payload SET STATISTICS 500;
)";

void measure(int rows, int lock_timeout) {
    const OwnServer server(OwnServer::Options{{"fsync=off", "shared_buffers=512MB"}, false, true, {}, false});
    server.run(fmt::format(
        "CREATE TABLE big (id bigint PRIMARY KEY, payload text); INSERT INTO big SELECT i, 'row ' || i FROM "
        "generate_series(1, {}) i; ALTER TABLE big OWNER TO migrator; GRANT ALL ON SCHEMA public TO migrator",
        rows));
    const OwnFolder folder;
    std::filesystem::create_directories(folder.path() / "migrations");
    std::ofstream(folder.path() / "migrations/five_steps.sql") << five_steps;

    Hammer reader(
        server,
        fmt::format("SELECT payload FROM big WHERE id = (SELECT 1 + floor(random() * {})::bigint)", rows));
    Hammer writer(
        server,
        fmt::format(
            "UPDATE big SET payload = payload || 'x' WHERE id = (SELECT 1 + floor(random() * {})::bigint)",
            rows));
    Hammer holder(
        server,
        "BEGIN; SELECT count(*) FROM big WHERE id < 10; SELECT pg_sleep(2); COMMIT; SELECT pg_sleep(0.3)");
    std::this_thread::sleep_for(std::chrono::seconds(1));
    const auto start = Clock::now();
    Process upgrade(
        {{SCHEMIST_BINARY_DIR "/schemist", "upgrade", "head"},
         folder.path(),
         {{"DATABASE_URL", server.url()}, {"SCHEMIST_LOCK_TIMEOUT", fmt::format("{}ms", lock_timeout)}},
         false,
         {},
         {},
         {}});
    const int status = upgrade.wait(std::chrono::minutes(3));
    const auto took = std::chrono::duration_cast<milliseconds>(Clock::now() - start);
    reader.stop();
    writer.stop();
    holder.stop();
    REQUIRE_MESSAGE(status == 0, upgrade.output());
    fmt::print(
        "five steps on {} rows in {} ms, lock_timeout {} ms\n"
        "  longest read  {:5} ms of {}\n  longest write {:5} ms of {}\n",
        rows, took.count(), lock_timeout, reader.longest().count(), reader.count(), writer.longest().count(),
        writer.count());
}

}  // namespace

TEST_CASE("stall: five steps on a table in use" * doctest::skip()) {
    const char* rows = std::getenv("SCHEMIST_TEST_ROWS");
    measure(rows == nullptr ? 1'000'000 : std::stoi(rows), 500);
}
