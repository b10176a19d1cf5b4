#pragma once
// Reading tokens one after the other.

#include "sqlite/lexer.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::sqlite {

class TokenReader {
  public:
    explicit TokenReader(std::string_view text) : text_(text), tokens_(tokenize(text)) {}

    bool at_end() const { return position_ >= tokens_.size(); }
    bool at_symbol(std::string_view symbol) const {
        return !at_end() && is_symbol(tokens_[position_], symbol);
    }
    bool at_word(std::string_view word, std::size_t ahead = 0) const {
        return position_ + ahead < tokens_.size() && is_word(tokens_[position_ + ahead], word);
    }
    bool at_any_word(std::initializer_list<std::string_view> words) const;
    const Token& peek() const;

    const Token& take();
    bool accept_symbol(std::string_view symbol);
    // All of these words in a row, or none.
    bool accept(std::initializer_list<std::string_view> words);
    void expect_symbol(std::string_view symbol);
    void expect(std::initializer_list<std::string_view> words);

    // An identifier: a word, a quoted one, or a string, which SQLite takes as well.
    std::string take_name();
    // The last part of `database.name`.
    std::string take_qualified_name();
    // `(...)`: what stands between the parentheses.
    std::span<const Token> take_parenthesised();
    // Up to a comma or a closing parenthesis of this level, or to one of the words.
    std::span<const Token> take_until(std::initializer_list<std::string_view> words);

    // The text from the next token to the end.
    std::string_view rest() const;

    [[noreturn]] void fail(std::string_view expected) const;

  private:
    std::string_view text_;
    std::vector<Token> tokens_;
    std::size_t position_ = 0;
};

}  // namespace schemist::sqlite
