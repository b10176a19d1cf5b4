// Whole schemas of public projects: from nothing and to nothing, to themselves, and to a copy with a hundred random changes
// and back. pg_dump says whether they are the same.

#include "convergence.hpp"
#include "postgresql/connection.hpp"
#include "support/corpus.hpp"
#include "support/dump.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

namespace fs = std::filesystem;

// The statements of random_changes.sql that this database may take, by their sort.
std::map<std::string, std::vector<std::string>> possible_changes(TestDatabase& database) {
    const Rows rows = database.connection().query(
        fmt::format("SELECT sort, format(sort, VARIADIC parts) COLLATE \"C\" AS statement FROM (\n{}) AS "
                    "changes ORDER BY statement",
                    text_of(SCHEMIST_SOURCE_DIR "/tests/postgresql/random_changes.sql")));
    std::map<std::string, std::vector<std::string>> changes;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        changes[std::string(rows.text(row, 0))].emplace_back(rows.text(row, 1));
    }
    return changes;
}

// One of every sort, in any order; what the server refuses is left out: another object stands in its way.
std::size_t change_each_sort(TestDatabase& database, std::mt19937& engine, std::size_t at_most) {
    std::vector<std::string> statements;
    for (const auto& [sort, changes] : possible_changes(database)) {
        statements.push_back(
            changes[std::uniform_int_distribution<std::size_t>(0, changes.size() - 1)(engine)]);
    }
    std::ranges::shuffle(statements, engine);
    std::size_t made = 0;
    for (const std::string& statement : statements) {
        if (made == at_most) {
            break;
        }
        try {
            database.connection().run_script(statement);
            ++made;
        } catch (const Error&) {
            continue;
        }
    }
    return made;
}

void change_at_random(TestDatabase& database, std::uint32_t seed, std::size_t count) {
    database.connection().run_script("CREATE SCHEMA other");
    std::mt19937 engine(seed);
    for (std::size_t made = 0; made < count;) {
        const std::size_t more = change_each_sort(database, engine, count - made);
        REQUIRE(more > 0);
        made += more;
    }
}

// Further ones by hand: SCHEMIST_TEST_SEEDS="4 5 6".
std::vector<std::uint32_t> seeds() {
    const char* const given = std::getenv("SCHEMIST_TEST_SEEDS");
    std::istringstream stream(given != nullptr ? given : "1 2 3");
    return {std::istream_iterator<std::uint32_t>(stream), {}};
}

void go(TestDatabase& from, TestDatabase& to) {
    const Plan plan = plan_between(from, to);
    CAPTURE(to_script(plan));
    REQUIRE_NOTHROW(apply(from, plan));
    CHECK(fmt::format("{}", fmt::join(difference_of_dumps(to.dump(), from.dump()), "\n")) == "");
    CHECK(to_script(plan_between(from, to)) == "");
}

void check_schema(const fs::path& file, std::uint32_t seed) {
    CAPTURE(file);
    CAPTURE(seed);
    const auto loaded = load_script(text_of(file));
    CHECK(to_script(plan_between(*loaded, *loaded)) == "");
    // A body may name what is not there.
    TestDatabase made;
    made.connection().run_script("SET check_function_bodies = off");
    go(made, *loaded);
    TestDatabase changed;
    changed.connection().run_script("SET check_function_bodies = off");
    go(changed, *loaded);
    change_at_random(made, seed, 100);
    go(changed, made);
    go(changed, *loaded);
    TestDatabase empty;
    go(changed, empty);
    go(made, empty);
}

TEST_CASE("large schemas of the corpus are made, changed at random, changed back and dropped") {
    if (corpus_folder().empty()) {
        MESSAGE("skipped: no corpus");
        return;
    }
    create_roles_of_corpus();
    for (const auto& entry : fs::directory_iterator(corpus_folder() / "schemas")) {
        for (const std::uint32_t seed : seeds()) {
            check_schema(entry.path(), seed);
        }
    }
}

}  // namespace
}  // namespace schemist::test
