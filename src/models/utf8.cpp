#include "models/utf8.hpp"

#include <cstdint>

namespace schemist {
namespace {

// The length of the valid sequence at the front; 0 when there is none.
std::size_t sequence_length(std::string_view text) {
    const auto byte = [text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
    const unsigned char first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) {
        return 0;
    }
    std::uint32_t code_point = first & (0xffU >> (length + 1));
    for (std::size_t index = 1; index < length; ++index) {
        if ((byte(index) & 0xc0) != 0x80) {
            return 0;
        }
        code_point = code_point << 6 | (byte(index) & 0x3fU);
    }
    constexpr std::uint32_t smallest[]{0, 0, 0x80, 0x800, 0x10000};
    const bool surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
    return code_point < smallest[length] || code_point > 0x10ffff || surrogate ? 0 : length;
}

}  // namespace

std::optional<std::size_t> count_characters(std::string_view text) {
    std::size_t characters = 0;
    while (!text.empty()) {
        const std::size_t length = sequence_length(text);
        if (length == 0) {
            return std::nullopt;
        }
        text.remove_prefix(length);
        ++characters;
    }
    return characters;
}

}  // namespace schemist
