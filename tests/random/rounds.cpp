// Rounds of the property test, until all are done: rounds COUNT SEED [EVERY], where pg_dump is asked in every so-manieth.

#include "random/round.hpp"
#include "random/schema.hpp"

#include <schemist/error.hpp>

#include <cstdio>
#include <cstdlib>
#include <string>

#include <fmt/format.h>

namespace {

int number(char* text) {
    return static_cast<int>(std::strtol(text, nullptr, 10));
}

int run(int count, int seed, int every) {
    schemist::test::Rounds rounds;
    int wrong = 0;
    for (int round = 0; round < count; ++round) {
        const std::string found = rounds.check(static_cast<std::uint32_t>(seed + round), round % every == 0);
        if (!found.empty()) {
            ++wrong;
            fmt::print("{}\n", found);
            std::fflush(stdout);
        }
    }
    fmt::print("{} rounds, {} counterexamples, seed {}{}\n", count, wrong, seed,
               rounds.not_loaded() == 0 ? "" : fmt::format(" ({} could not be loaded)", rounds.not_loaded()));
    return wrong == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    if (count == 3 && std::string(arguments[1]) == "show") {
        const auto [before, after] =
            schemist::test::random_schemas(static_cast<std::uint32_t>(number(arguments[2])), 15);
        fmt::print("{}--->\n{}", before, after);
        return 0;
    }
    if (count < 3) {
        std::fputs("usage: rounds COUNT SEED [EVERY] | rounds show SEED\n", stderr);
        return 2;
    }
    try {
        return run(number(arguments[1]), number(arguments[2]), count > 3 ? number(arguments[3]) : 20);
    } catch (const schemist::Error& error) {
        std::fputs(error.what(), stderr);
        return 2;
    }
}
