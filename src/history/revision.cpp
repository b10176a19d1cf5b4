#include "history/revision.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>

#include <fmt/format.h>

namespace schemist {

std::string_view to_string(Direction direction) {
    return direction == Direction::upgrade ? "upgrade" : "downgrade";
}

const RevisionSection* Revision::section(Direction direction, DialectName dialect) const {
    const RevisionSection* for_any = nullptr;
    for (const RevisionSection& section : sections) {
        if (section.direction != direction) {
            continue;
        }
        if (section.dialect == dialect) {
            return &section;
        }
        if (!section.dialect) {
            for_any = &section;
        }
    }
    return for_any;
}

std::string Revision::at(std::size_t line) const {
    return fmt::format("{}:{}", path, line);
}

// The kernel's random numbers: the first ones of OpenSSL cost more than all else of a run that has nothing to do.
std::string new_id() {
    std::random_device random;
    const std::uint64_t number = (std::uint64_t{random()} << 32) | random();
    constexpr std::uint64_t twelve_digits = 0xFFFF'FFFF'FFFF;
    return fmt::format("{:012x}", number & twelve_digits);
}

bool is_valid_id(std::string_view id) {
    constexpr std::array<std::string_view, 4> words{"head", "heads", "base", "current"};
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '.';
    };
    return !id.empty() && id.size() <= 128 && std::all_of(id.begin(), id.end(), allowed) &&
           std::find(words.begin(), words.end(), id) == words.end();
}

}  // namespace schemist
