#include "random/round.hpp"

#include "diff/diff.hpp"
#include "plan/plan.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "random/schema.hpp"
#include "reconcile/workshop.hpp"
#include "support/dump.hpp"

#include <schemist/error.hpp>

#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

Schema read(TestDatabase& database) {
    return postgresql::dialect().introspect(database.connection(), {"public", "schemist_journal"});
}

// In a transaction, so that a step that fails leaves nothing behind.
void migrate(TestDatabase& database, const Schema& from, const Schema& to, std::string_view way) {
    Plan plan;
    try {
        plan = make_plan(diff(from, to), from, to, postgresql::dialect());
        run_plan(database.connection(), plan);
    } catch (const Error& error) {
        throw Error(fmt::format("{}: {}\n{}", way, error.what(), to_script(plan)));
    }
}

void expect_equal(TestDatabase& database, const Schema& expected, std::string_view way) {
    const Schema found = read(database);
    if (const Changes changes = diff(found, expected); !changes.empty()) {
        throw Error(fmt::format("{} is not finished: {}", way,
                                to_script(make_plan(changes, found, expected, postgresql::dialect()))));
    }
}

void expect_dump(const TestDatabase& database, const std::string& expected, std::string_view way) {
    const std::vector<std::string> differences = difference_of_dumps(expected, database.dump());
    if (!differences.empty()) {
        throw Error(fmt::format("{} differs in pg_dump:\n{}", way, fmt::join(differences, "")));
    }
}

void make_from_nothing(const Schema& schema, const std::string& dump) {
    TestDatabase fresh;
    migrate(fresh, {}, schema, "from nothing");
    expect_dump(fresh, dump, "from nothing");
}

void there_and_back(TestDatabase& changed, TestDatabase& goal, bool thorough) {
    const Schema from = read(changed);
    const Schema to = read(goal);
    const std::string start = thorough ? changed.dump() : std::string();
    const std::string end = thorough ? goal.dump() : std::string();
    migrate(changed, from, to, "there");
    expect_equal(changed, to, "there");
    if (thorough) {
        expect_dump(changed, end, "there");
        make_from_nothing(from, start);
    }
    migrate(changed, to, from, "back");
    expect_equal(changed, from, "back");
    if (thorough) {
        expect_dump(changed, start, "back");
    }
    migrate(changed, from, {}, "to nothing");
    expect_equal(changed, {}, "to nothing");
    migrate(goal, to, {}, "to nothing");
    expect_equal(goal, {}, "to nothing");
}

}  // namespace

Rounds::Rounds() {
    const auto server = postgresql::Connection::open(postgresql_server());
    server_major_ = server->server_version() / 10000;
    for (const std::string_view role : {"schemist_reader", "schemist_writer"}) {
        try {
            server->run_script(fmt::format("CREATE ROLE {}", role));
        } catch (const Error& error) {
            if (error.sqlstate() != "42710" && error.sqlstate() != "23505") {
                throw;
            }
        }
    }
}

void Rounds::start_anew() {
    changed_ = std::make_unique<TestDatabase>();
    goal_ = std::make_unique<TestDatabase>();
    uses_ = 0;
}

std::string Rounds::check(std::uint32_t seed, bool thorough) {
    // Many dead rows make catalogues slow.
    constexpr std::size_t most_uses = 200;
    if (!changed_ || ++uses_ > most_uses) {
        start_anew();
    }
    const auto [before, after] = random_schemas(seed, server_major_);
    try {
        changed_->connection().run_script("BEGIN;\n" + before + "COMMIT;");
        goal_->connection().run_script("BEGIN;\n" + after + "COMMIT;");
    } catch (const Error& error) {
        ++not_loaded_;
        start_anew();
        return fmt::format("seed {} cannot be loaded: {}", seed, error.what());
    }
    try {
        there_and_back(*changed_, *goal_, thorough);
    } catch (const Error& error) {
        start_anew();
        return fmt::format("seed {}: {}", seed, error.what_failed());
    }
    return {};
}

}  // namespace schemist::test
