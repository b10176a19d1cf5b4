#pragma once
// What a C++ source says in quotes, and where.

#include <string>
#include <string_view>
#include <vector>

namespace source_text {

bool is_word(char c);

bool is_space(char c);

std::string without_comments(const std::string& code);

// The argument of that number of the call whose parenthesis stands before `begin`; with `whole` all up to the semicolon.
std::string_view argument(std::string_view code, std::size_t begin, std::size_t number, bool whole);

// Those that stand next to each other are one.
std::vector<std::string> literals(std::string_view code);

}  // namespace source_text
