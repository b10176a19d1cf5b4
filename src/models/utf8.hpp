#pragma once
// Characters of UTF-8 text, as databases count them.

#include <cstddef>
#include <optional>
#include <string_view>

namespace schemist {

// How many code points; nothing when the text is not valid UTF-8 (too long forms, surrogates, beyond
// U+10FFFF).
std::optional<std::size_t> count_characters(std::string_view text);

}  // namespace schemist
