// From nothing to A, to B and back to A, for many A and B.

#include "sqlite/database.hpp"
#include "sqlite/random_schema.hpp"

#include <schemist/error.hpp>

#include <cstdlib>

#include <doctest/doctest.h>

using schemist::test::random_schema;
using schemist::test::round_trip;

TEST_CASE("random schemas go up and back") {
    // More of them where one looks for faults: SCHEMIST_TEST_SEEDS=10000.
    const char* const wanted = std::getenv("SCHEMIST_TEST_SEEDS");
    const auto seeds = static_cast<std::uint32_t>(wanted == nullptr ? 200 : std::atoi(wanted));
    for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        std::string problem;
        try {
            const std::string before = random_schema(seed);
            const std::string after = random_schema(seed + 1000000);
            problem = round_trip("", before);
            problem = problem.empty() ? round_trip(before, after) : problem;
        } catch (const schemist::Error& error) {
            problem = error.what();
        }
        REQUIRE(problem == "");
    }
}
