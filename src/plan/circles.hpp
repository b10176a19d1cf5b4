#pragma once
// Circles in a graph. Pure.

#include <cstddef>
#include <set>
#include <vector>

namespace schemist {

// The nodes that reach each other, in groups of two and more, each sorted: the strong components after Tarjan (1972). Of a
// node, its successors are given; no node is its own. Takes time in proportion to the graph.
std::vector<std::vector<std::size_t>> find_circles(const std::vector<std::set<std::size_t>>& successors);

}  // namespace schemist
