#pragma once
// Random PostgreSQL schemas as SQL text, written without any code of Schemist, so that it can be tested with
// them.

#include <cstdint>
#include <string>
#include <utility>

namespace schemist::test {

// Two scripts for the same seed always: a schema, and the same one after a random number of random changes.
std::pair<std::string, std::string> random_schemas(std::uint32_t seed);

}  // namespace schemist::test
