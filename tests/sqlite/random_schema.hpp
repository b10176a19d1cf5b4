#pragma once
// Schemas by chance, as SQL in many spellings.

#include <cstdint>
#include <string>

namespace schemist::test {

// The same seed gives the same script on every machine. Names come from a small pool, so that two of them
// have much in common, and a column of one name holds values of one sort, so that rows fit into both.
std::string random_schema(std::uint32_t seed);

}  // namespace schemist::test
