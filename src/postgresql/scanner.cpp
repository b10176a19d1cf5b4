#include "postgresql/scanner.hpp"

#include "postgresql/parse_error.hpp"
#include "postgresql/sql.hpp"
#include "schema/text.hpp"

#include <algorithm>
#include <memory>

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

namespace schemist::postgresql {
namespace {

struct FreeScan {
    void operator()(PgQuery__ScanResult* result) const noexcept {
        pg_query__scan_result__free_unpacked(result, nullptr);
    }
};
using Scan = std::unique_ptr<PgQuery__ScanResult, FreeScan>;

Scan scan_with_library(std::string_view sql) {
    const std::string text(sql);
    PgQueryScanResult result = pg_query_scan(text.c_str());
    const auto release = [&] { pg_query_free_scan_result(result); };
    if (result.error != nullptr) {
        Error error = parse_error(*result.error, sql);
        release();
        throw error;
    }
    Scan scanned(pg_query__scan_result__unpack(nullptr, result.pbuf.len,
                                               reinterpret_cast<const std::uint8_t*>(result.pbuf.data)));
    release();
    if (!scanned) {
        throw std::bad_alloc();
    }
    return scanned;
}

TokenKind kind_of(const PgQuery__ScanToken& token) {
    switch (token.token) {
        case PG_QUERY__TOKEN__IDENT:
        case PG_QUERY__TOKEN__UIDENT:
            return TokenKind::identifier;
        case PG_QUERY__TOKEN__SCONST:
        case PG_QUERY__TOKEN__USCONST:
            return TokenKind::string_constant;
        case PG_QUERY__TOKEN__SQL_COMMENT:
        case PG_QUERY__TOKEN__C_COMMENT:
            return TokenKind::comment;
        case PG_QUERY__TOKEN__ASCII_59:
            return TokenKind::semicolon;
        default:
            return token.keyword_kind == PG_QUERY__KEYWORD_KIND__NO_KEYWORD ? TokenKind::other
                                                                            : TokenKind::keyword;
    }
}

// Between the quotes, with doubled quotes made single.
std::string unquoted(std::string_view token, char quote) {
    std::string text;
    for (std::size_t at = token.find(quote) + 1; at + 1 < token.size(); ++at) {
        text += token[at];
        if (token[at] == quote || (quote == '\'' && token[at] == '\\' && token.front() != quote)) {
            ++at;
        }
    }
    return text;
}

}  // namespace

std::vector<Token> scan(std::string_view sql) {
    const Scan scanned = scan_with_library(sql);
    std::vector<Token> tokens;
    tokens.reserve(scanned->n_tokens);
    for (std::size_t i = 0; i < scanned->n_tokens; ++i) {
        const PgQuery__ScanToken& token = *scanned->tokens[i];
        tokens.push_back({kind_of(token), static_cast<std::size_t>(token.start),
                          static_cast<std::size_t>(token.end - token.start)});
    }
    return tokens;
}

bool is_restricted_keyword(std::string_view word) {
    const Scan scanned = scan_with_library(word);
    if (scanned->n_tokens != 1) {
        return true;
    }
    const PgQuery__KeywordKind kind = scanned->tokens[0]->keyword_kind;
    return kind != PG_QUERY__KEYWORD_KIND__NO_KEYWORD && kind != PG_QUERY__KEYWORD_KIND__UNRESERVED_KEYWORD;
}

std::string identifier_text(std::string_view token) {
    if (token.find('"') != std::string_view::npos) {
        return unquoted(token, '"');
    }
    return to_lower(token);
}

std::string constant_text(std::string_view token) {
    if (token.find('\'') == std::string_view::npos || token.front() == '$') {
        const std::size_t tag = token.find('$', 1) + 1;
        return std::string(token.substr(tag, token.size() - 2 * tag));
    }
    return unquoted(token, '\'');
}

Mentions mentions(std::string_view expression) {
    Mentions found;
    for (const Token& token : scan(expression)) {
        const std::string_view text = expression.substr(token.offset, token.length);
        if (token.kind == TokenKind::identifier || token.kind == TokenKind::keyword) {
            found.identifiers.push_back(identifier_text(text));
        } else if (token.kind == TokenKind::string_constant) {
            found.constants.push_back(constant_text(text));
        }
    }
    return found;
}

}  // namespace schemist::postgresql
