#pragma once
// SQLite's tokens.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::sqlite {

enum class TokenKind { word, quoted_identifier, string, blob, number, parameter, symbol, comment };

struct Token {
    TokenKind kind;
    std::size_t offset;
    std::string_view text;  // as written, with its quotes

    std::size_t end() const { return offset + text.size(); }
};

// All tokens of the text; comments and white space are none. The tokens refer to the text. Throws Error
// with a position for what SQLite does not know, and for a string, an identifier or a blob that does not end.
std::vector<Token> tokenize(std::string_view text);

// Without regard to the case of ASCII letters, as SQLite compares names and keywords.
bool equal_ignoring_case(std::string_view left, std::string_view right);
std::string to_upper(std::string_view text);

bool is_symbol(const Token& token, std::string_view symbol);
// Is it this keyword (written in upper case)? Quoted ones never are.
bool is_word(const Token& token, std::string_view word);

// What stands between the quotes of an identifier or a string; other tokens are given back as written.
std::string unquoted(const Token& token);

// Any word of SQLite's list, also those that it takes as identifiers where nothing else fits.
bool is_keyword(std::string_view word);

// An identifier as it must be written in SQL: quoted only where it needs to be.
std::string quote(std::string_view identifier);
std::string string_literal(std::string_view text);

}  // namespace schemist::sqlite
