#include "postgresql/progress.hpp"

#include "postgresql/connection.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <chrono>
#include <string>
#include <thread>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::test;

TEST_CASE("the server says how far it is with an index") {
    TestDatabase database(
        "CREATE TABLE t AS SELECT i AS a FROM generate_series(1, 50000) AS i;"
        "CREATE FUNCTION slow(a integer) RETURNS integer IMMUTABLE LANGUAGE plpgsql AS "
        "'BEGIN PERFORM pg_sleep(0.001); RETURN a; END'");
    postgresql::Connection& worker = database.connection();
    const auto observer = database.connect();
    const int process = worker.process();
    CHECK(postgresql::progress(*observer, process).empty());
    std::thread build([&] {
        try {
            worker.run_script("CREATE INDEX t_slow ON t (slow(a))");
        } catch (const Error&) {  // cancelled below
        }
    });
    std::string text;
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (text.find('%') == std::string::npos && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
        text = postgresql::progress(*observer, process);
    }
    worker.cancel();
    build.join();
    CHECK(text.starts_with("building index"));
    CHECK(text.ends_with(" %"));
}
