#include "sqlite/spelling.hpp"

#include "schema/text.hpp"

#include <algorithm>
#include <array>

namespace schemist::sqlite {
namespace {

// Keywords that SQLite takes as a name wherever one can stand and that mean nothing else inside of an
// expression.
constexpr std::array<std::string_view, 70> words_for_names{
    "ABORT",     "ACTION",    "AFTER",     "ALWAYS",    "ANALYZE",      "ASC",       "ATTACH",    "BEFORE",
    "BEGIN",     "BY",        "CASCADE",   "COLUMN",    "CONFLICT",     "CURRENT",   "DATABASE",  "DEFERRED",
    "DESC",      "DETACH",    "DO",        "EACH",      "EXCLUDE",      "EXCLUSIVE", "EXPLAIN",   "FAIL",
    "FIRST",     "FOLLOWING", "FOR",       "GENERATED", "GROUPS",       "IF",        "IGNORE",    "IMMEDIATE",
    "INITIALLY", "INSTEAD",   "KEY",       "LAST",      "MATERIALIZED", "NO",        "NULLS",     "OF",
    "OFFSET",    "OTHERS",    "PARTITION", "PLAN",      "PRAGMA",       "PRECEDING", "QUERY",     "RANGE",
    "RECURSIVE", "REINDEX",   "RELEASE",   "RENAME",    "REPLACE",      "RESTRICT",  "ROLLBACK",  "ROW",
    "ROWS",      "SAVEPOINT", "TEMP",      "TEMPORARY", "TIES",         "TRIGGER",   "UNBOUNDED", "VACUUM",
    "VIEW",      "VIRTUAL",   "WITH",      "WITHOUT",   "FULL",         "OUTER"};
static_assert(std::is_sorted(words_for_names.begin(), words_for_names.begin() + 68));

bool can_be_name(std::string_view word) {
    return std::ranges::find(words_for_names, to_upper(word)) != words_for_names.end();
}

bool is_name_of_rowid(std::string_view name) {
    return equal_ignoring_case(name, "rowid") || equal_ignoring_case(name, "oid") ||
           equal_ignoring_case(name, "_rowid_");
}

bool is_builtin_collation(std::string_view name) {
    return equal_ignoring_case(name, "BINARY") || equal_ignoring_case(name, "NOCASE") ||
           equal_ignoring_case(name, "RTRIM");
}

bool is_operand(const Token& token) {
    return token.kind != TokenKind::symbol || token.text == ")";
}

class ExpressionSpeller {
  public:
    ExpressionSpeller(std::span<const Token> tokens, const Scope& scope) : tokens_(tokens), scope_(scope) {}

    std::string run() {
        for (position_ = 0; position_ < tokens_.size(); ++position_) {
            if (skip_qualifier()) {
                continue;
            }
            append(spell());
        }
        return std::move(result_);
    }

  private:
    const Token* next() const { return position_ + 1 < tokens_.size() ? &tokens_[position_ + 1] : nullptr; }
    const Token* previous() const { return position_ > 0 ? &tokens_[position_ - 1] : nullptr; }
    bool next_is(std::string_view symbol) const { return next() != nullptr && is_symbol(*next(), symbol); }

    // "table." before a column: no other table can be meant, and the name changes when the table is rebuilt.
    bool skip_qualifier() {
        const Token& token = tokens_[position_];
        if ((token.kind != TokenKind::word && token.kind != TokenKind::quoted_identifier) || !next_is(".") ||
            !equal_ignoring_case(unquoted(token), scope_.table)) {
            return false;
        }
        ++position_;
        return true;
    }

    std::string spell() const {
        const Token& token = tokens_[position_];
        switch (token.kind) {
            case TokenKind::word:
                return spell_word(token);
            case TokenKind::quoted_identifier:
                return spell_quoted(token);
            case TokenKind::blob:
                return "X" + to_upper(token.text.substr(1));
            case TokenKind::symbol:
                return token.text == "==" ? "=" : token.text == "!=" ? "<>" : std::string(token.text);
            default:
                return std::string(token.text);
        }
    }

    bool after_collate() const { return previous() != nullptr && is_word(*previous(), "COLLATE"); }

    std::string spell_word(const Token& token) const {
        if (after_collate()) {
            return is_builtin_collation(token.text) ? to_upper(token.text) : quote(token.text);
        }
        if (next_is("(")) {
            return is_keyword(token.text) ? to_upper(token.text) : to_lower(token.text);
        }
        const std::string* column = scope_.find(token.text);
        if (column != nullptr && (!is_keyword(token.text) || can_be_name(token.text))) {
            return quote(*column);
        }
        return is_keyword(token.text) ? to_upper(token.text) : std::string(token.text);
    }

    std::string spell_quoted(const Token& token) const {
        const std::string name = unquoted(token);
        if (after_collate()) {
            return is_builtin_collation(name) ? to_upper(name) : quote(name);
        }
        if (next_is("(")) {
            return quote(to_lower(name));
        }
        if (const std::string* column = scope_.find(name)) {
            return quote(*column);
        }
        const bool is_part_of_name =
            next_is(".") ||
            (previous() != nullptr && (is_symbol(*previous(), ".") || is_word(*previous(), "AS")));
        if (token.text.front() == '"' && !is_part_of_name && !is_name_of_rowid(name)) {
            return string_literal(name);
        }
        return quote(name);
    }

    void append(const std::string& text) {
        const Token& token = tokens_[position_];
        if (!result_.empty() && needs_space(token)) {
            result_ += ' ';
        }
        after_sign_ = (is_symbol(token, "-") || is_symbol(token, "+") || is_symbol(token, "~")) &&
                      (last_ == nullptr || !is_operand(*last_) || is_expecting_operand(*last_));
        last_ = &token;
        result_ += text;
    }

    // A keyword such as AND or THEN stands before an operand, NULL and END behind one.
    static bool is_expecting_operand(const Token& token) {
        return token.kind == TokenKind::word && is_keyword(token.text) && !is_word(token, "NULL") &&
               !is_word(token, "END") && !is_word(token, "TRUE") && !is_word(token, "FALSE") &&
               !is_word(token, "ISNULL") && !is_word(token, "NOTNULL") && !can_be_name(token.text) &&
               !is_word(token, "CURRENT_DATE") && !is_word(token, "CURRENT_TIME") &&
               !is_word(token, "CURRENT_TIMESTAMP");
    }

    bool needs_space(const Token& token) const {
        if (is_symbol(token, ")") || is_symbol(token, ",") || is_symbol(token, ".") ||
            is_symbol(*last_, "(") || is_symbol(*last_, ".")) {
            return false;
        }
        if (after_sign_) {
            return is_symbol(token, "-");  // two of them would begin a comment
        }
        if (!is_symbol(token, "(")) {
            return true;
        }
        const bool is_function =
            last_->kind == TokenKind::quoted_identifier ||
            (last_->kind == TokenKind::word && (!is_keyword(last_->text) || is_word(*last_, "CAST") ||
                                                is_word(*last_, "RAISE") || is_word(*last_, "REPLACE")));
        return !is_function;
    }

    std::span<const Token> tokens_;
    const Scope& scope_;
    std::size_t position_ = 0;
    const Token* last_ = nullptr;
    bool after_sign_ = false;
    std::string result_;
};

class DefinitionSpeller {
  public:
    explicit DefinitionSpeller(std::string_view sql) : tokens_(tokenize(sql)) {
        while (!tokens_.empty() && is_symbol(tokens_.back(), ";")) {
            tokens_.pop_back();
        }
        is_trigger_ = std::ranges::any_of(tokens_.begin(),
                                          tokens_.begin() + std::min<std::ptrdiff_t>(3, std::ssize(tokens_)),
                                          [](const Token& token) { return is_word(token, "TRIGGER"); });
    }

    std::string run() {
        for (position_ = 0; position_ < tokens_.size(); ++position_) {
            const Token& token = tokens_[position_];
            if (is_symbol(token, ")")) {
                --depth_;
            }
            append_separator(token);
            result_ += spell(token);
            if (is_symbol(token, "(")) {
                ++depth_;
            }
            in_body_ = in_body_ || begins_body(token);
        }
        return std::move(result_);
    }

  private:
    const Token* previous() const { return position_ > 0 ? &tokens_[position_ - 1] : nullptr; }

    std::string spell(const Token& token) const {
        if (token.kind == TokenKind::quoted_identifier) {
            return quote(unquoted(token));
        }
        if (is_header_word(token)) {
            return to_upper(token.text);
        }
        const bool is_name =
            previous() != nullptr && (is_word(*previous(), "AS") || is_symbol(*previous(), "."));
        if (token.kind == TokenKind::word && is_keyword(token.text) && !can_be_name(token.text) &&
            (!is_name || is_word(token, "SELECT") || is_word(token, "VALUES") || is_word(token, "NOT"))) {
            return to_upper(token.text);
        }
        return std::string(token.text);
    }

    // Words that could be names elsewhere.
    bool is_header_word(const Token& token) const {
        if (position_ == 1) {
            return true;
        }
        const Token* last = previous();
        if (last == nullptr || token.kind != TokenKind::word) {
            return false;
        }
        if (is_word(token, "BY")) {
            return is_word(*last, "ORDER") || is_word(*last, "GROUP") || is_word(*last, "PARTITION");
        }
        if (!is_trigger_ || in_body_) {
            return false;
        }
        const bool is_time = is_word(token, "BEFORE") || is_word(token, "AFTER") || is_word(token, "INSTEAD");
        return (is_time && position_ == 3) ||
               (is_word(token, "OF") && (is_word(*last, "INSTEAD") || is_word(*last, "UPDATE"))) ||
               (is_word(token, "FOR") && position_ + 1 < tokens_.size() &&
                is_word(tokens_[position_ + 1], "EACH")) ||
               (is_word(token, "EACH") && is_word(*last, "FOR")) ||
               (is_word(token, "ROW") && is_word(*last, "EACH")) || begins_body(token);
    }

    bool begins_body(const Token& token) const {
        return is_trigger_ && !in_body_ && position_ > 3 && is_word(token, "BEGIN") &&
               !is_symbol(*previous(), ".") && !is_word(*previous(), "ON");
    }

    void append_separator(const Token& token) {
        const Token* last = previous();
        if (last == nullptr) {
            return;
        }
        const std::string_view line_break = breaks_before(token, *last);
        if (!line_break.empty()) {
            result_ += line_break;
            return;
        }
        // Quotes may have gone that kept two words apart.
        const bool are_words = last->kind != TokenKind::symbol && token.kind != TokenKind::symbol;
        if (last->end() != token.offset || are_words) {
            result_ += ' ';
        }
    }

    std::string_view breaks_before(const Token& token, const Token& last) const {
        if (depth_ > 0) {
            return {};
        }
        if (is_trigger_) {
            if (in_body_ && (is_symbol(last, ";") || is_word(last, "BEGIN"))) {
                return position_ + 1 == tokens_.size() ? "\n" : "\n    ";
            }
            return begins_body(token) ? "\n" : "";
        }
        constexpr std::array<std::string_view, 13> clauses{"SELECT", "FROM",   "WHERE", "GROUP",  "HAVING",
                                                           "ORDER",  "LIMIT",  "UNION", "WINDOW", "INTERSECT",
                                                           "EXCEPT", "VALUES", "WITH"};
        if (token.kind == TokenKind::word && position_ > 3 && !is_word(last, "DISTINCT") &&
            !is_symbol(last, ".") &&
            std::ranges::any_of(clauses, [&](std::string_view word) { return is_word(token, word); })) {
            return "\n";
        }
        return begins_join(token, last) ? "\n" : "";
    }

    static bool is_join_word(const Token& token) {
        constexpr std::array<std::string_view, 8> words{"NATURAL", "LEFT",  "RIGHT", "FULL",
                                                        "INNER",   "CROSS", "OUTER", "JOIN"};
        return std::ranges::any_of(words, [&](std::string_view word) { return is_word(token, word); });
    }

    bool begins_join(const Token& token, const Token& last) const {
        if (!is_join_word(token) || is_join_word(last)) {
            return false;
        }
        for (std::size_t i = position_; i < tokens_.size() && is_join_word(tokens_[i]); ++i) {
            if (is_word(tokens_[i], "JOIN")) {
                return true;
            }
        }
        return false;
    }

    std::vector<Token> tokens_;
    bool is_trigger_ = false;
    bool in_body_ = false;
    std::size_t position_ = 0;
    int depth_ = 0;
    std::string result_;
};

}  // namespace

const std::string* Scope::find(std::string_view name) const {
    const auto found = std::ranges::find_if(
        columns, [&](const std::string& column) { return equal_ignoring_case(column, name); });
    return found == columns.end() ? nullptr : &*found;
}

std::string spell_expression(std::span<const Token> tokens, const Scope& scope) {
    return ExpressionSpeller(without_outer_parentheses(tokens), scope).run();
}

std::string spell_definition(std::string_view sql) {
    return DefinitionSpeller(sql).run();
}

std::string spell_plainly(std::span<const Token> tokens) {
    std::string result;
    for (const Token& token : tokens) {
        if (!result.empty()) {
            result += ' ';
        }
        result += token.text;
    }
    return result;
}

std::span<const Token> without_outer_parentheses(std::span<const Token> tokens) {
    while (tokens.size() > 2 && is_symbol(tokens.front(), "(") && is_symbol(tokens.back(), ")")) {
        int depth = 0;
        for (const Token& token : tokens.first(tokens.size() - 1)) {
            depth += is_symbol(token, "(") ? 1 : is_symbol(token, ")") ? -1 : 0;
            if (depth == 0) {
                return tokens;  // the first one is closed before the end
            }
        }
        tokens = tokens.subspan(1, tokens.size() - 2);
    }
    return tokens;
}

std::string canonical_collation(const std::string& name) {
    const std::string upper = to_upper(name);
    if (upper == "BINARY") {
        return {};
    }
    return upper == "NOCASE" || upper == "RTRIM" ? upper : quote(name);
}

bool is_literal_default(std::string_view expression) {
    const std::vector<Token> tokens = tokenize(expression);
    if (tokens.size() == 2) {
        return (is_symbol(tokens[0], "-") || is_symbol(tokens[0], "+")) &&
               tokens[1].kind == TokenKind::number;
    }
    if (tokens.size() != 1) {
        return false;
    }
    const Token& token = tokens.front();
    constexpr std::array<std::string_view, 6> words{"NULL",         "TRUE",         "FALSE",
                                                    "CURRENT_TIME", "CURRENT_DATE", "CURRENT_TIMESTAMP"};
    return token.kind == TokenKind::string || token.kind == TokenKind::number ||
           token.kind == TokenKind::blob ||
           std::ranges::any_of(words, [&](std::string_view word) { return is_word(token, word); });
}

std::vector<std::string> mentioned_names(std::string_view sql) {
    std::vector<std::string> names;
    for (const Token& token : tokenize(sql)) {
        if (token.kind == TokenKind::word || token.kind == TokenKind::quoted_identifier ||
            token.kind == TokenKind::string) {
            names.push_back(to_lower(unquoted(token)));
        }
    }
    std::ranges::sort(names);
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

}  // namespace schemist::sqlite
