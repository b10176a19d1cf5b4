#include "sqlite/connection.hpp"

#include "support/errors.hpp"

#include <schemist/error.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include <doctest/doctest.h>
#include <unistd.h>

using namespace schemist;
using test::error_of;
namespace fs = std::filesystem;
using sqlite::Options;

namespace {

class Folder {
  public:
    Folder() {
        std::string pattern = (fs::temp_directory_path() / "schemist-test-XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()) != nullptr);
        path_ = pattern;
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    std::string file(const std::string& name) const { return (path_ / name).string(); }

  private:
    fs::path path_;
};

}  // namespace

TEST_CASE("values keep their storage class") {
    const auto connection = sqlite::Connection::open(":memory:");
    const std::vector<Value> values{std::monostate{},       true,
                                    std::int64_t{-7},       1.5,
                                    std::string("a\0b", 3), Bytes{std::byte{0}, std::byte{255}}};
    const Rows rows = connection->query("SELECT $1, $2, $3, $4, $5, $6, $3 AS again", values);
    REQUIRE(rows.size() == 1);
    CHECK(is_null(rows.rows[0][0]));
    CHECK(rows.rows[0][1] == Value(std::int64_t{1}));
    CHECK(rows.rows[0][2] == values[2]);
    CHECK(rows.rows[0][3] == values[3]);
    CHECK(rows.rows[0][4] == values[4]);
    CHECK(rows.rows[0][5] == values[5]);
    CHECK(rows.columns.back() == "again");
    const std::vector<Value> empty{Bytes{}};
    CHECK(connection->query("SELECT typeof($1)", empty).text(0, 0) == "blob");
}

TEST_CASE("parameters must fit the statement") {
    const auto connection = sqlite::Connection::open(":memory:");
    const std::vector<Value> one{std::int64_t{1}};
    CHECK_THROWS_AS(connection->query("SELECT $1, $2", one), Error);
    CHECK_THROWS_AS(connection->query("SELECT 1", one), Error);
    CHECK_THROWS_AS(connection->query("SELECT $2", one), Error);
    CHECK_THROWS_AS(connection->query("SELECT 1; SELECT 2"), Error);
    CHECK_THROWS_AS(connection->query(" -- nothing"), Error);
    CHECK(connection->query("SELECT 1; -- and no more").size() == 1);
}

TEST_CASE("scripts") {
    const auto connection = sqlite::Connection::open(":memory:");
    CHECK(connection->run_script("CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); SELECT a FROM t; -- end")
              .size() == 2);
    CHECK(connection->query("UPDATE t SET a = 3").affected == 2);
    CHECK(connection->query("SELECT a FROM t").affected == 0);
    CHECK(connection->query("CREATE TABLE u (a)").affected == 0);
    CHECK(connection->run_script("").empty());
    const std::string script = "SELECT 1;\nSELECT nothing FROM t";
    CHECK(error_of([&] { connection->run_script(script); }).position() == script.find("nothing"));
    CHECK_FALSE(connection->in_transaction());
    connection->run_script("BEGIN");
    CHECK(connection->in_transaction());
}

TEST_CASE("double quotes never make a string") {
    const auto connection = sqlite::Connection::open(":memory:");
    CHECK_THROWS_AS(connection->query("SELECT \"nothing\""), Error);
    CHECK_THROWS_AS(connection->query("CREATE TABLE t (a CHECK (a <> \"nothing\"))"), Error);
}

TEST_CASE("foreign keys are enforced as asked") {
    Options off;
    off.foreign_keys = false;
    CHECK(sqlite::Connection::open(":memory:")->query("PRAGMA foreign_keys").integer(0, 0) == 1);
    CHECK(sqlite::Connection::open(":memory:", off)->query("PRAGMA foreign_keys").integer(0, 0) == 0);
}

TEST_CASE("files that cannot be opened") {
    const Folder folder;
    Options read_only;
    read_only.read_only = true;
    CHECK(error_of([&] { sqlite::Connection::open(folder.file("no/such.db")); }).exit_code() ==
          ExitCode::unreachable);
    CHECK(error_of([&] { sqlite::Connection::open(folder.file("none.db"), read_only); }).exit_code() ==
          ExitCode::unreachable);
    CHECK_FALSE(fs::exists(folder.file("none.db")));
    std::ofstream(folder.file("text.db")) << std::string(4096, 'x');
    CHECK(error_of([&] { sqlite::Connection::open(folder.file("text.db")); }).exit_code() ==
          ExitCode::configuration);
    sqlite::Connection::open(folder.file("good.db"))->run_script("CREATE TABLE t (a)");
    const auto reader = sqlite::Connection::open(folder.file("good.db"), read_only);
    CHECK(error_of([&] { reader->query("INSERT INTO t VALUES (1)"); }).exit_code() ==
          ExitCode::configuration);
    CHECK(reader->description() == folder.file("good.db"));
}

TEST_CASE("a journal mode that is none") {
    const Folder folder;
    Options options;
    options.journal_mode = "fast; DROP TABLE t";
    CHECK(error_of([&] { sqlite::Connection::open(folder.file("a.db"), options); }).exit_code() ==
          ExitCode::configuration);
    options.journal_mode = "WAL";
    CHECK(sqlite::Connection::open(":memory:", options)->query("PRAGMA journal_mode").text(0, 0) == "memory");
}

TEST_CASE("a lock of somebody else") {
    const Folder folder;
    Options options;
    options.busy_timeout_milliseconds = 20;
    options.journal_mode = "wal";
    const auto one = sqlite::Connection::open(folder.file("a.db"), options);
    const auto two = sqlite::Connection::open(folder.file("a.db"), options);
    CHECK(one->query("PRAGMA journal_mode").text(0, 0) == "wal");
    one->run_script("CREATE TABLE t (a); BEGIN IMMEDIATE");
    CHECK(error_of([&] { two->run_script("BEGIN IMMEDIATE"); }).exit_code() == ExitCode::lock);
}

TEST_CASE("a statement is cancelled from another thread") {
    const auto connection = sqlite::Connection::open(":memory:");
    std::atomic<bool> done = false;
    std::thread other([&] {
        while (!done) {
            connection->cancel();
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    });
    const Error error = error_of([&] {
        connection->query(
            "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n");
    });
    done = true;
    other.join();
    CHECK(error.what_failed() == "interrupted");
    CHECK(error.exit_code() == ExitCode::failed);
}
