#include "postgresql/connection.hpp"

#include "postgresql/conninfo.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

namespace schemist::postgresql {
namespace {

Error failure_of(const auto& act) {
    try {
        act();
    } catch (const Error& error) {
        return error;
    }
    FAIL("no error");
    return Error("none");
}

TEST_CASE("values make the way there and back") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    const std::vector<Value> values{true,
                                    std::int64_t{-42},
                                    0.1,
                                    std::string("a'b\\c é"),
                                    Bytes{std::byte{0}, std::byte{255}},
                                    std::monostate{}};
    const Rows rows = connection.query(
        "SELECT $1::boolean, $2::bigint, $3::double precision, $4::text, $5::bytea, $6::integer AS missing",
        values);
    REQUIRE(rows.size() == 1);
    CHECK(rows.columns.back() == "missing");
    CHECK(rows.text(0, 0) == "t");
    CHECK(rows.integer(0, 1) == -42);
    CHECK(rows.text(0, 2) == "0.1");
    CHECK(rows.text(0, 3) == "a'b\\c é");
    CHECK(rows.text(0, 4) == "\\x00ff");
    CHECK(is_null(rows.rows[0][5]));
}

TEST_CASE("a script gives the rows of its last statement that has any") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    const Rows rows = connection.run_script("SELECT 1; SELECT 2 AS two; CREATE TABLE t (a integer);");
    CHECK(rows.text(0, 0) == "2");
    CHECK(connection.run_script("INSERT INTO t VALUES (1), (2)").affected == 2);
    CHECK(connection.query("DELETE FROM t").affected == 2);
    CHECK(connection.run_script("").empty());
}

TEST_CASE("an error has its SQLSTATE and its position in bytes") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    const std::string sql = "SELECT 'éé', nowhere";
    const Error error = failure_of([&] { connection.run_script(sql); });
    CHECK(error.sqlstate() == "42703");
    CHECK(error.position() == sql.find("nowhere"));
    CHECK(error.exit_code() == ExitCode::failed);
    const Error duplicate = failure_of([&] {
        connection.run_script("CREATE TABLE t (a integer PRIMARY KEY); INSERT INTO t VALUES (1), (1);");
    });
    CHECK(duplicate.sqlstate() == "23505");
    CHECK(duplicate.what_failed().find("Key (a)=(1) already exists") != std::string::npos);
    CHECK_THROWS_AS(connection.query("SELECT $1", std::vector<Value>{std::string("a\0b", 3)}), Error);
}

TEST_CASE("COPY is an error and leaves the connection usable") {
    test::TestDatabase database("CREATE TABLE t (a integer)");
    Connection& connection = database.connection();
    CHECK_THROWS_AS(connection.run_script("COPY t FROM STDIN"), Error);
    connection.run_script("COPY t TO STDOUT");
    CHECK(connection.query("SELECT 1").text(0, 0) == "1");
}

TEST_CASE("transactions are seen, notices are received, statements are cancelled") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    CHECK_FALSE(connection.in_transaction());
    connection.run_script("BEGIN");
    CHECK(connection.in_transaction());
    connection.run_script("ROLLBACK");
    CHECK_FALSE(connection.in_transaction());

    std::string notice;
    connection.on_notice([&](std::string_view text) { notice = text; });
    connection.run_script("DO $$ BEGIN RAISE NOTICE 'hello'; END $$");
    CHECK(notice.find("hello") != std::string::npos);

    std::thread canceller([&] {
        const auto watcher = database.connect();
        const std::string active =
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(60)' AND "
            "pid = $1";
        while (watcher->query(active, std::vector<Value>{std::int64_t{connection.process()}}).integer(0, 0) ==
               0) {
        }
        connection.cancel();
    });
    const Error error = failure_of([&] { connection.run_script("SELECT pg_sleep(60)"); });
    canceller.join();
    CHECK(error.sqlstate() == "57014");
}

TEST_CASE("a lost connection is known as such") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    database.connect()->query("SELECT pg_terminate_backend($1)",
                              std::vector<Value>{std::int64_t{connection.process()}});
    const Error error = failure_of([&] { connection.run_script("SELECT pg_sleep(1)"); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK_FALSE(connection.alive());
}

TEST_CASE("a connection that is abandoned ends what waits for the server") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    std::thread other([&] {
        const auto watcher = database.connect();
        const std::string active =
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep(61)' AND "
            "pid = $1";
        while (watcher->query(active, std::vector<Value>{std::int64_t{connection.process()}}).integer(0, 0) ==
               0) {
        }
        connection.abandon();
        watcher->query("SELECT pg_terminate_backend($1)",
                       std::vector<Value>{std::int64_t{connection.process()}});
    });
    const Error error = failure_of([&] { connection.run_script("SELECT pg_sleep(61)"); });
    other.join();
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(error.sqlstate().empty());
    CHECK_FALSE(connection.alive());
    CHECK_THROWS_AS(connection.run_script("SELECT 1"), Error);
}

TEST_CASE("a refused connection says why, and never shows a password") {
    const std::string server = test::postgresql_server();
    const std::size_t path = server.find("/postgres?");
    REQUIRE(path != std::string::npos);
    const Error no_database =
        failure_of([&] { Connection::open(std::string(server).replace(path, 9, "/absent")); });
    CHECK(no_database.sqlstate() == "3D000");
    CHECK(no_database.exit_code() == ExitCode::configuration);
    CHECK(no_database.what_failed().find("3D000") == std::string::npos);
    const Error no_role = failure_of(
        [&] { Connection::open(std::string(server).replace(0, path, "postgresql://nobody:hunter22@")); });
    CHECK(no_role.sqlstate() == "28000");
    CHECK(no_role.exit_code() == ExitCode::configuration);
    const Error no_server = failure_of([] { Connection::open("postgresql://me:hunter22@127.0.0.1:1/x"); });
    CHECK(no_server.exit_code() == ExitCode::unreachable);
    for (const char* url :
         {"postgresql://me:hunt/er22@127.0.0.1:1/x", "postgresql://me:hunt@er22@127.0.0.1:1/x",
          "password=hunter22 nonsense", "postgresql://me:hunter22@127.0.0.1:1/x?nonsense=hunter22"}) {
        const Error error = failure_of([&] { Connection::open(url); });
        CHECK(std::string(error.what()).find("er22") == std::string::npos);
        CHECK(error.exit_code() == ExitCode::configuration);
    }
    CHECK(mask("a secret is secret", "secret") == "a **** is ****");
    CHECK(Connection::open(server)->description().find("/postgres as schemist") != std::string::npos);
}

}  // namespace
}  // namespace schemist::postgresql
