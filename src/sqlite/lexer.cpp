#include "sqlite/lexer.hpp"

#include "sqlite/keywords.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist::sqlite {
namespace {

static_assert(std::is_sorted(keywords.begin(), keywords.end()));

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r' && c != '\v');
}
constexpr bool starts_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool continues_word(char c) {
    return starts_word(c) || is_digit(c) || c == '$';
}
constexpr bool is_hexadecimal(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
constexpr char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

class Lexer {
  public:
    explicit Lexer(std::string_view text) : text_(text) {}

    std::vector<Token> run() {
        std::vector<Token> tokens;
        // A byte order mark at the start of a file is white space.
        position_ = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
        while (skip_space()) {
            const std::size_t start = position_;
            const TokenKind kind = scan();
            if (kind != TokenKind::comment) {
                tokens.push_back({kind, start, text_.substr(start, position_ - start)});
            }
        }
        return tokens;
    }

  private:
    char at(std::size_t offset) const { return offset < text_.size() ? text_[offset] : '\0'; }
    char here(std::size_t ahead = 0) const { return at(position_ + ahead); }

    bool skip_space() {
        while (position_ < text_.size() && is_space(text_[position_])) {
            ++position_;
        }
        return position_ < text_.size();
    }

    template <class Predicate>
    void take_while(Predicate predicate) {
        while (position_ < text_.size() && predicate(text_[position_])) {
            ++position_;
        }
    }

    [[noreturn]] void fail(std::string what, std::size_t offset) const {
        throw Error(std::move(what)).position(offset);
    }

    TokenKind scan() {
        const char c = here();
        if (c == '-' && here(1) == '-') {
            take_while([](char next) { return next != '\n'; });
            return TokenKind::comment;
        }
        if (c == '/' && here(1) == '*') {
            return scan_block_comment();
        }
        if (c == '\'') {
            return scan_quoted('\'', TokenKind::string, "the string");
        }
        if (c == '"' || c == '`') {
            return scan_quoted(c, TokenKind::quoted_identifier, "the quoted name");
        }
        if (c == '[') {
            return scan_bracketed();
        }
        if ((c == 'x' || c == 'X') && here(1) == '\'') {
            return scan_blob();
        }
        if (is_digit(c) || (c == '.' && is_digit(here(1)))) {
            return scan_number();
        }
        if (starts_word(c)) {
            take_while(continues_word);
            return TokenKind::word;
        }
        return scan_parameter_or_symbol();
    }

    // SQLite takes a block comment that does not end as one that ends with the text.
    TokenKind scan_block_comment() {
        const std::size_t end = text_.find("*/", position_ + 2);
        position_ = end == std::string_view::npos ? text_.size() : end + 2;
        return TokenKind::comment;
    }

    TokenKind scan_quoted(char quote_character, TokenKind kind, std::string_view what) {
        const std::size_t start = position_++;
        while (position_ < text_.size()) {
            if (text_[position_++] != quote_character) {
                continue;
            }
            if (here() != quote_character) {
                return kind;
            }
            ++position_;
        }
        fail(fmt::format("{} that begins here does not end", what), start);
    }

    TokenKind scan_bracketed() {
        const std::size_t end = text_.find(']', position_);
        if (end == std::string_view::npos) {
            fail("the name in brackets that begins here does not end", position_);
        }
        position_ = end + 1;
        return TokenKind::quoted_identifier;
    }

    TokenKind scan_blob() {
        const std::size_t start = position_;
        position_ += 2;
        take_while(is_hexadecimal);
        if (here() != '\'' || (position_ - start) % 2 != 0) {
            fail("this is no blob: an even number of hexadecimal digits between quotes is expected", start);
        }
        ++position_;
        return TokenKind::blob;
    }

    TokenKind scan_number() {
        const std::size_t start = position_;
        if (here() == '0' && (here(1) == 'x' || here(1) == 'X') && is_hexadecimal(here(2))) {
            position_ += 2;
            take_while(is_hexadecimal);
        } else {
            take_while(is_digit);
            if (here() == '.') {
                ++position_;
                take_while(is_digit);
            }
            const std::size_t sign = here(1) == '+' || here(1) == '-' ? 2 : 1;
            if ((here() == 'e' || here() == 'E') && is_digit(here(sign))) {
                position_ += sign;
                take_while(is_digit);
            }
        }
        if (position_ < text_.size() && continues_word(text_[position_])) {
            fail("this is no number", start);
        }
        return TokenKind::number;
    }

    TokenKind scan_parameter_or_symbol() {
        const std::size_t start = position_;
        const char c = here();
        if (c == '?') {
            ++position_;
            take_while(is_digit);
            return TokenKind::parameter;
        }
        if ((c == '$' || c == '@' || c == ':' || c == '#') && continues_word(here(1))) {
            ++position_;
            take_while(continues_word);
            return TokenKind::parameter;
        }
        constexpr std::array<std::string_view, 10> symbols{
            "->>", "->", "||", "<=", ">=", "<>", "<<", ">>", "==", "!="};
        for (const std::string_view symbol : symbols) {
            if (text_.substr(position_).starts_with(symbol)) {
                position_ += symbol.size();
                return TokenKind::symbol;
            }
        }
        if (std::string_view("+-*/%&|~<>=(),;.").find(c) == std::string_view::npos) {
            fail("SQLite does not know this character", start);
        }
        ++position_;
        return TokenKind::symbol;
    }

    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text) {
    return Lexer(text).run();
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::ranges::equal(left, right, {}, lower, lower);
}

std::string to_upper(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), upper);
    return result;
}

bool is_symbol(const Token& token, std::string_view symbol) {
    return token.kind == TokenKind::symbol && token.text == symbol;
}

bool is_word(const Token& token, std::string_view word) {
    return token.kind == TokenKind::word && equal_ignoring_case(token.text, word);
}

std::string unquoted(const Token& token) {
    if (token.kind != TokenKind::quoted_identifier && token.kind != TokenKind::string) {
        return std::string(token.text);
    }
    const char quote_character = token.text.front();
    const std::string_view inside = token.text.substr(1, token.text.size() - 2);
    if (quote_character == '[') {
        return std::string(inside);
    }
    std::string result;
    result.reserve(inside.size());
    for (std::size_t i = 0; i < inside.size(); ++i) {
        result += inside[i];
        if (inside[i] == quote_character) {
            ++i;  // a doubled quote stands for one
        }
    }
    return result;
}

bool is_keyword(std::string_view word) {
    return std::binary_search(keywords.begin(), keywords.end(), std::string_view(to_upper(word)));
}

std::string quote(std::string_view identifier) {
    const auto is_plain = [](char c) {
        return continues_word(c) && c != '$' && static_cast<unsigned char>(c) < 0x80;
    };
    if (!identifier.empty() && !is_digit(identifier.front()) && std::ranges::all_of(identifier, is_plain) &&
        !is_keyword(identifier)) {
        return std::string(identifier);
    }
    std::string result = "\"";
    for (const char c : identifier) {
        result.append(c == '"' ? 2 : 1, c);
    }
    return result + '"';
}

std::string string_literal(std::string_view text) {
    std::string result = "'";
    for (const char c : text) {
        result.append(c == '\'' ? 2 : 1, c);
    }
    return result + '\'';
}

}  // namespace schemist::sqlite
