#pragma once
// One spelling for SQL that is the same but for white space, comments, the case of keywords and needless
// quotes, so that text can be compared with text. SQLite keeps nothing but the text of what was created.

#include "sqlite/lexer.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::sqlite {

// What the names in an expression of a table can mean.
struct Scope {
    std::string table;
    std::vector<std::string> columns;

    // The column as the table spells it; null when there is none.
    const std::string* find(std::string_view name) const;
};

// An expression of a CHECK, a DEFAULT, a generated column or an index, without outer parentheses. A column is
// written as its table writes it and without the table's name, a function in lower case; what stands in
// double quotes and is no column is a string, as it is for SQLite in schemas of its early years.
std::string spell_expression(std::span<const Token> tokens, const Scope& scope);

// A whole CREATE VIEW or CREATE TRIGGER statement, with the line breaks that make it readable. White space
// inside of a line is kept as one space, since the text of an expression is the name of a view's column.
std::string spell_definition(std::string_view sql);

// All tokens in one line with a space between them; nothing else is changed.
std::string spell_plainly(std::span<const Token> tokens);

// Without the parentheses that surround all of it.
std::span<const Token> without_outer_parentheses(std::span<const Token> tokens);

// A built-in collation in upper case; empty for BINARY, which is what a column has anyway.
std::string canonical_collation(const std::string& name);

// A default that needs no parentheses: a literal, with a sign if it is a number.
bool is_literal_default(std::string_view expression);

// Every name in the text, in lower case: whatever could be one of a table, a view or a column.
std::vector<std::string> mentioned_names(std::string_view sql);

}  // namespace schemist::sqlite
