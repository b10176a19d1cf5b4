#include "postgresql/connection.hpp"

#include "postgresql/conninfo.hpp"
#include "postgresql/failure.hpp"
#include "postgresql/host_lookup.hpp"
#include "support/errors.hpp"
#include "support/own_server.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

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
    const Error error = test::error_of([&] { connection.run_script(sql); });
    CHECK(error.sqlstate() == "42703");
    CHECK(error.position() == sql.find("nowhere"));
    CHECK(error.exit_code() == ExitCode::failed);
    const Error duplicate = test::error_of([&] {
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

    std::vector<postgresql::Notice> notices;
    connection.on_notice([&](const postgresql::Notice& notice) { notices.push_back(notice); });
    connection.run_script(
        "DO $$ BEGIN RAISE NOTICE 'hello' USING HINT = 'say it back'; RAISE WARNING 'careful'; END $$");
    REQUIRE(notices.size() == 2);
    CHECK(notices[0].text == "hello; say it back");
    CHECK_FALSE(notices[0].is_warning);
    CHECK(notices[1].text == "careful");
    CHECK(notices[1].is_warning);
    connection.on_notice({});

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
    const Error error = test::error_of([&] { connection.run_script("SELECT pg_sleep(60)"); });
    canceller.join();
    CHECK(error.sqlstate() == "57014");
}

TEST_CASE("a lost connection is known as such") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    database.connect()->query("SELECT pg_terminate_backend($1)",
                              std::vector<Value>{std::int64_t{connection.process()}});
    const Error error = test::error_of([&] { connection.run_script("SELECT pg_sleep(1)"); });
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
    const Error error = test::error_of([&] { connection.run_script("SELECT pg_sleep(61)"); });
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
        test::error_of([&] { Connection::open(std::string(server).replace(path, 9, "/absent")); });
    CHECK(no_database.sqlstate() == "3D000");
    CHECK(no_database.exit_code() == ExitCode::configuration);
    CHECK(no_database.what_failed().find("3D000") == std::string::npos);
    const Error no_role = test::error_of(
        [&] { Connection::open(std::string(server).replace(0, path, "postgresql://nobody:hunter22@")); });
    CHECK(no_role.sqlstate() == "28000");
    CHECK(no_role.exit_code() == ExitCode::configuration);
    const Error no_server =
        test::error_of([] { Connection::open("postgresql://me:hunter22@127.0.0.1:1/x"); });
    CHECK(no_server.exit_code() == ExitCode::unreachable);
    for (const char* url :
         {"postgresql://me:hunt/er22@127.0.0.1:1/x", "postgresql://me:hunt@er22@127.0.0.1:1/x",
          "password=hunter22 nonsense", "postgresql://me:hunter22@127.0.0.1:1/x?nonsense=hunter22"}) {
        const Error error = test::error_of([&] { Connection::open(url); });
        CHECK(std::string(error.what()).find("er22") == std::string::npos);
        CHECK(error.exit_code() == ExitCode::configuration);
    }
    CHECK(Connection::open(server)->description().find("/postgres as schemist") != std::string::npos);
}

TEST_CASE("a password is masked in each of its spellings") {
    CHECK(mask("a secret is secret", "secret") == "a **** is ****");
    CHECK(mask("nothing", "") == "nothing");
    const std::string password = "p@ss/w%rd'\\é";
    for (const char* spelled : {"p@ss/w%rd'\\é", "p%40ss%2Fw%25rd%27%5C%C3%A9", "p%40ss%2fw%25rd%27%5c%c3%a9",
                                "p@ss%2Fw%rd'\\é", "p@ss/w%rd\\'\\\\é", "%70@ss/w%25rd'%5Cé"}) {
        CAPTURE(spelled);
        CHECK(mask(std::string("user:") + spelled + "@host", password) == "user:****@host");
    }
    CHECK(mask("%25", "%25") == "****");
    CHECK(mask("%2525", "%25") == "****");
    CHECK(mask("p@ss/w%rd and p%40ss", password) == "p@ss/w%rd and p%40ss");
    CHECK(mask("%4", "%4x") == "%4");
}

TEST_CASE("what the server says never shows the password, not even a notice") {
    test::TestDatabase database;
    const auto connection = Connection::open(database.url() + "&password=p%40ssw0rd");
    std::string notice;
    connection->on_notice([&](const postgresql::Notice& said) { notice = said.text; });
    connection->run_script("DO $$ BEGIN RAISE NOTICE 'I know p@ssw0rd'; END $$");
    CHECK(notice.find("I know ****") != std::string::npos);
    const Error error = test::error_of([&] { connection->run_script("SELECT 'p%40ssw0rd'::integer"); });
    CHECK(error.what_failed().find('"' + std::string("****") + '"') != std::string::npos);
    CHECK(std::string(error.what()).find("ssw0rd") == std::string::npos);
}

TEST_CASE("a password of the environment or of a file is not shown") {
    const test::OwnFolder folder;
    const std::filesystem::path passwords = folder.path() / "passwords";
    std::ofstream(passwords) << "*:*:*:*:from-f1le\n";
    std::filesystem::permissions(passwords, std::filesystem::perms::owner_read);
    const test::OwnServer server;
    const std::string without =
        fmt::format("postgresql://from-f1le@127.0.0.1:{}/app?passfile={}", server.port(), passwords.string());
    const Error error = test::error_of([&] { Connection::open(without); });
    CHECK(error.sqlstate() == "28P01");
    CHECK(classify(error) == FailureClass::permanent);
    CHECK(std::string(error.what()).find("f1le") == std::string::npos);
}

TEST_CASE("when another process of the server crashes, the connection is lost, with the reason") {
    test::OwnServer server;
    const auto connection = server.connect();
    std::thread killer([&] {
        const auto other = server.connect();
        server.wait_until_true(
            "SELECT count(*) = 1 FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)'");
        ::kill(other->process(), SIGKILL);
    });
    const Error error = test::error_of([&] { connection->run_script("SELECT pg_sleep(60)"); });
    killer.join();
    CHECK_FALSE(connection->alive());
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(error.sqlstate() == "57P02");
    CHECK(classify(error) == FailureClass::connection_lost);
    CHECK(error.what_failed().find("crash of another server process") != std::string::npos);
}

TEST_CASE("a transaction that was idle for too long is known by its first error") {
    test::TestDatabase database;
    Connection& connection = database.connection();
    connection.run_script("BEGIN; SET LOCAL idle_in_transaction_session_timeout = '50ms'");
    const auto watcher = database.connect();
    const std::vector<Value> process{std::int64_t{connection.process()}};
    while (!watcher->query("SELECT FROM pg_stat_activity WHERE pid = $1", process).empty()) {
    }
    const Error error = test::error_of([&] { connection.run_script("SELECT 1"); });
    CHECK(error.sqlstate() == "25P03");
    CHECK(classify(error) == FailureClass::connection_lost);
    CHECK_FALSE(connection.alive());
    CHECK_THROWS_AS(connection.run_script("SELECT 1"), Error);
}

TEST_CASE("a server that only reads is recognised") {
    test::TestDatabase database;
    CHECK(database.connection().read_only_reason().empty());
    const auto read_only = Connection::open(database.url() + "&options=-cdefault_transaction_read_only%3Don");
    CHECK(read_only->read_only_reason().find("default_transaction_read_only") != std::string::npos);
}

TEST_CASE("a host is looked up only when it is a name") {
    for (const char* name : {"localhost", "db.example.org", "1.2.3.4.5", "abc::def::g"}) {
        CAPTURE(name);
        CHECK(is_host_name(name));
    }
    for (const char* other :
         {"", "/tmp/socket", "@abstract", "127.0.0.1", "::1", "fe80::1", "fe80::1%eth0", "a,b"}) {
        CAPTURE(other);
        CHECK_FALSE(is_host_name(other));
    }
    const auto found = addresses_of("localhost", std::chrono::seconds(30), {});
    REQUIRE(found);
    CHECK(std::ranges::find(*found, "127.0.0.1") != found->end());
    const Error error =
        test::error_of([] { addresses_of("no.such.host.invalid", std::chrono::seconds(60), {}); });
    CHECK(error.exit_code() == ExitCode::unreachable);
    CHECK(error.what_failed().find("could not translate host name \"no.such.host.invalid\"") !=
          std::string::npos);
}

}  // namespace
}  // namespace schemist::postgresql
