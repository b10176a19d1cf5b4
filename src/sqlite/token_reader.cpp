#include "sqlite/token_reader.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::sqlite {

bool TokenReader::at_any_word(std::initializer_list<std::string_view> words) const {
    return std::ranges::any_of(words, [&](std::string_view word) { return at_word(word); });
}

const Token& TokenReader::peek() const {
    if (at_end()) {
        fail("more text");
    }
    return tokens_[position_];
}

const Token& TokenReader::take() {
    const Token& token = peek();
    ++position_;
    return token;
}

bool TokenReader::accept_symbol(std::string_view symbol) {
    const bool found = at_symbol(symbol);
    position_ += found ? 1 : 0;
    return found;
}

bool TokenReader::accept(std::initializer_list<std::string_view> words) {
    std::size_t ahead = 0;
    for (const std::string_view word : words) {
        if (!at_word(word, ahead++)) {
            return false;
        }
    }
    position_ += words.size();
    return true;
}

void TokenReader::expect_symbol(std::string_view symbol) {
    if (!accept_symbol(symbol)) {
        fail(symbol);
    }
}

void TokenReader::expect(std::initializer_list<std::string_view> words) {
    if (!accept(words)) {
        fail(*words.begin());
    }
}

std::string TokenReader::take_name() {
    const Token& token = peek();
    if (token.kind != TokenKind::word && token.kind != TokenKind::quoted_identifier &&
        token.kind != TokenKind::string) {
        fail("a name");
    }
    ++position_;
    return unquoted(token);
}

std::string TokenReader::take_qualified_name() {
    std::string name = take_name();
    return accept_symbol(".") ? take_name() : name;
}

std::span<const Token> TokenReader::take_parenthesised() {
    expect_symbol("(");
    const std::size_t start = position_;
    for (int depth = 1; depth > 0; ++position_) {
        const Token& token = peek();
        depth += is_symbol(token, "(") ? 1 : is_symbol(token, ")") ? -1 : 0;
    }
    return std::span(tokens_).subspan(start, position_ - start - 1);
}

std::span<const Token> TokenReader::take_until(std::initializer_list<std::string_view> words) {
    const std::size_t start = position_;
    while (!at_end() && !at_symbol(",") && !at_symbol(")") && !at_any_word(words)) {
        if (at_symbol("(")) {
            take_parenthesised();
        } else {
            ++position_;
        }
    }
    return std::span(tokens_).subspan(start, position_ - start);
}

std::string_view TokenReader::rest() const {
    return at_end() ? std::string_view{} : text_.substr(tokens_[position_].offset);
}

void TokenReader::fail(std::string_view expected) const {
    const std::string found = at_end() ? "the end of the text" : fmt::format("'{}'", tokens_[position_].text);
    throw Error(fmt::format("{} is expected, {} was found", expected, found))
        .position(at_end() ? text_.size() : tokens_[position_].offset)
        .exit_code(ExitCode::mismatch);
}

}  // namespace schemist::sqlite
