// Whatever the schemas, what Schemist does between them is what pg_dump sees. tests/random/run makes more rounds of it.

#include "random/round.hpp"

#include <doctest/doctest.h>

using namespace schemist;

namespace {

void check_seeds(std::uint32_t first, std::uint32_t last) {
    test::Rounds rounds;
    for (std::uint32_t seed = first; seed <= last; ++seed) {
        CHECK(rounds.check(seed, seed % 5 == 0) == "");
    }
}

}  // namespace

TEST_CASE("random PostgreSQL schemas round-trip, 1 to 60") {
    check_seeds(1, 60);
}
TEST_CASE("random PostgreSQL schemas round-trip, 61 to 120") {
    check_seeds(61, 120);
}
