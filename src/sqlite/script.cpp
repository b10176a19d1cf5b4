#include "sqlite/script.hpp"

#include "sqlite/lexer.hpp"
#include "sqlite/spelling.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace schemist::sqlite {
namespace {

template <std::size_t Size>
bool is_any_word(const Token& token, const std::array<std::string_view, Size>& words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return is_word(token, word); });
}

bool is_trigger(std::span<const Token> tokens) {
    std::size_t position = 0;
    const auto accept = [&](std::string_view word) {
        const bool found = position < tokens.size() && is_word(tokens[position], word);
        position += found ? 1 : 0;
        return found;
    };
    if (!accept("CREATE")) {
        return false;
    }
    (void)(accept("TEMP") || accept("TEMPORARY"));
    return accept("TRIGGER");
}

// Semicolons inside of a trigger's body do not end it: as for sqlite3_complete(), only `; END ;` does.
bool is_end(std::span<const Token> statement, bool trigger) {
    return !trigger || (statement.size() > 2 && is_word(statement.back(), "END") &&
                        is_symbol(statement[statement.size() - 2], ";"));
}

// Pragmas that SQLite refuses, or passes over in silence, while a transaction is open.
bool is_pragma_outside_of_transactions(std::span<const Token> statement) {
    constexpr std::array<std::string_view, 10> pragmas{
        "journal_mode", "foreign_keys", "synchronous",    "auto_vacuum",        "page_size",
        "encoding",     "temp_store",   "wal_checkpoint", "incremental_vacuum", "locking_mode"};
    return is_word(statement.front(), "PRAGMA") &&
           std::ranges::any_of(statement.first(std::min<std::size_t>(4, statement.size())),
                               [&](const Token& token) { return is_any_word(token, pragmas); });
}

ScriptStatement describe(std::span<const Token> statement) {
    constexpr std::array<std::string_view, 3> alone{"VACUUM", "ATTACH", "DETACH"};
    constexpr std::array<std::string_view, 6> control{"BEGIN",    "COMMIT",    "END",
                                                      "ROLLBACK", "SAVEPOINT", "RELEASE"};
    const Token& first = statement.front();
    ScriptStatement result{first.offset, statement.back().end() - first.offset};
    result.transactional = !is_any_word(first, alone) && !is_pragma_outside_of_transactions(statement);
    result.controls_transaction = is_any_word(first, control);
    return result;
}

}  // namespace

std::vector<ScriptStatement> split(std::string_view script) {
    const std::vector<Token> tokens = tokenize(script);
    std::vector<ScriptStatement> statements;
    std::size_t start = 0;
    bool trigger = false;
    for (std::size_t position = 0; position <= tokens.size(); ++position) {
        const std::span<const Token> statement = std::span(tokens).subspan(start, position - start);
        if (statement.size() <= 3) {
            trigger = is_trigger(statement);
        }
        const bool at_end = position == tokens.size();
        if (!at_end && !(is_symbol(tokens[position], ";") && is_end(statement, trigger))) {
            continue;
        }
        if (!statement.empty()) {
            statements.push_back(describe(statement));
        }
        start = position + 1;
        trigger = false;
    }
    return statements;
}

std::string without_comments(std::string_view script) {
    return spell_plainly(tokenize(script));
}

}  // namespace schemist::sqlite
