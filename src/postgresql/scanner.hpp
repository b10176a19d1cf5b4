#pragma once
// PostgreSQL's own scanner (libpg_query) on a text. Pure.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

enum class TokenKind { identifier, keyword, string_constant, comment, semicolon, other };

struct Token {
    TokenKind kind;
    std::size_t offset;
    std::size_t length;
};

// Throws Error with the position where the text cannot be cut into tokens (an open quote or comment).
std::vector<Token> scan(std::string_view sql);

// A keyword that cannot stand for every sort of name without quotes.
bool is_restricted_keyword(std::string_view word);

// What an identifier or a string constant stands for.
std::string identifier_text(std::string_view token);
std::string constant_text(std::string_view token);

}  // namespace schemist::postgresql
