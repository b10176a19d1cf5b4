#include "plan/circles.hpp"

#include <doctest/doctest.h>

using namespace schemist;

using Graph = std::vector<std::set<std::size_t>>;
using Circles = std::vector<std::vector<std::size_t>>;

TEST_CASE("circles: nodes that reach each other are found in groups") {
    CHECK(find_circles({}).empty());
    CHECK(find_circles(Graph{{1}, {2}, {}}).empty());
    CHECK(find_circles(Graph{{1}, {0}}) == Circles{{0, 1}});
    CHECK(find_circles(Graph{{1}, {2}, {0, 3}, {4}, {3, 5}, {}}) == Circles{{3, 4}, {0, 1, 2}});
    CHECK(find_circles(Graph{{1, 2}, {3}, {3}, {0}}) == Circles{{0, 1, 2, 3}});
}

TEST_CASE("circles: a long chain is no deeper than a short one") {
    Graph chain(200'000);
    for (std::size_t node = 0; node + 1 < chain.size(); ++node) {
        chain[node].insert(node + 1);
    }
    CHECK(find_circles(chain).empty());
    chain.back().insert(0);
    CHECK(find_circles(chain).front().size() == chain.size());
}
