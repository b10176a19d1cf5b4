// Text as people count it: characters are Unicode code points, never bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace chat {

// True for well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

// The number of code points; the text must be UTF-8.
std::size_t characters(std::string_view text);

// The first `count` code points, never half of one; the text must be UTF-8.
std::string_view first_characters(std::string_view text, std::size_t count);

// For one line of a log: control characters, with which a client could begin a line of its own, become "?".
std::string printable(std::string_view text);

}  // namespace chat
