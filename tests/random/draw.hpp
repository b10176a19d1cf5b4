#pragma once
// The random choices of one schema: the same ones always for the same seed.

#include <array>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace schemist::test {

class Draw {
  public:
    Draw(std::uint32_t seed, int server_major) : engine_(seed), server_major_(server_major) {}

    int server_major() const { return server_major_; }
    int number(int low, int high) { return std::uniform_int_distribution<int>(low, high)(engine_); }
    bool chance(int percent) { return number(1, 100) <= percent; }

    template <class Range>
    auto& any(Range& range) {
        return range[static_cast<std::size_t>(number(0, static_cast<int>(std::size(range)) - 1))];
    }
    template <class Range>
    const auto& any(const Range& range) {
        return range[static_cast<std::size_t>(number(0, static_cast<int>(std::size(range)) - 1))];
    }

    // A name that no other object has; some are keywords, or need quotes.
    std::string fresh(std::string_view word);

  private:
    std::mt19937 engine_;
    int server_major_;
    int counter_ = 0;
    std::size_t keyword_ = 0;
};

}  // namespace schemist::test
