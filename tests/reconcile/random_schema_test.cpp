// Whatever the schemas, what Schemist does between them is what pg_dump sees.

#include "reconcile/random_schema.hpp"

#include "diff/diff.hpp"
#include "plan/plan.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "reconcile/workshop.hpp"
#include "support/dump.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <cstdlib>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

const Dialect& dialect() {
    return postgresql::dialect();
}

Schema read(test::TestDatabase& database) {
    return dialect().introspect(database.connection(), {"public", "schemist_journal"});
}

std::string dump(const test::TestDatabase& database) {
    return test::with_sorted_columns(database.dump());
}

void migrate(test::TestDatabase& database, const Schema& from, const Schema& to) {
    const Plan plan = make_plan(diff(from, to), from, to, dialect());
    INFO(to_script(plan));
    REQUIRE_NOTHROW(run_plan(database.connection(), plan));
}

int server_major() {
    static const int major =
        postgresql::Connection::open(test::postgresql_server())->server_version() / 10000;
    return major;
}

void check_round_trip(std::uint32_t seed) {
    CAPTURE(seed);
    const auto [before_script, after_script] = test::random_schemas(seed, server_major());
    test::TestDatabase before(before_script);
    test::TestDatabase after(after_script);
    test::TestDatabase fresh;
    const Schema from = read(before);
    const Schema to = read(after);
    const std::string before_dump = dump(before);

    migrate(fresh, {}, from);
    CHECK(dump(fresh) == before_dump);

    migrate(before, from, to);
    CHECK(dump(before) == dump(after));
    CHECK(diff(read(before), to).empty());

    migrate(before, to, from);
    CHECK(dump(before) == before_dump);
    CHECK(diff(read(before), from).empty());

    migrate(fresh, from, {});
    CHECK(read(fresh).empty());
}

// SCHEMIST_TEST_SEEDS="1000 1500" tries others.
void check_seeds(std::uint32_t first, std::uint32_t last) {
    if (const char* asked = std::getenv("SCHEMIST_TEST_SEEDS")) {
        char* end = nullptr;
        first = static_cast<std::uint32_t>(std::strtoul(asked, &end, 10));
        last = static_cast<std::uint32_t>(std::strtoul(end, nullptr, 10));
    }
    for (std::uint32_t seed = first; seed <= last; ++seed) {
        check_round_trip(seed);
    }
}

}  // namespace

TEST_CASE("random PostgreSQL schemas round-trip, 1 to 75") {
    check_seeds(1, 75);
}
TEST_CASE("random PostgreSQL schemas round-trip, 76 to 150") {
    check_seeds(76, 150);
}
TEST_CASE("random PostgreSQL schemas round-trip, 151 to 225") {
    check_seeds(151, 225);
}
TEST_CASE("random PostgreSQL schemas round-trip, 226 to 300") {
    check_seeds(226, 300);
}
