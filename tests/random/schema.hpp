#pragma once
// Random PostgreSQL schemas as SQL text, written without any code of Schemist, so that it can be tested with
// them.

#include <cstdint>
#include <string>
#include <utility>

namespace schemist::test {

// Two scripts, the same ones always for the same seed and server: a schema, and the same one after a random number of
// random changes. What only newer servers understand is left out, or for 18 put in.
std::pair<std::string, std::string> random_schemas(std::uint32_t seed, int server_major);

}  // namespace schemist::test
