#include "sqlite/parser.hpp"
#include "sqlite/spelling.hpp"
#include "sqlite/token_reader.hpp"

#include <algorithm>

namespace schemist::sqlite {
namespace {

IndexElement parse_element(TokenReader& reader, const TableStructure& table, const Scope& scope) {
    IndexElement element;
    std::span<const Token> tokens = reader.take_until({});
    if (!tokens.empty() && (is_word(tokens.back(), "DESC") || is_word(tokens.back(), "ASC")) &&
        tokens.size() > 1) {
        element.descending = is_word(tokens.back(), "DESC");
        tokens = tokens.first(tokens.size() - 1);
    }
    std::string collation;
    if (tokens.size() > 2 && is_word(tokens[tokens.size() - 2], "COLLATE")) {
        collation = unquoted(tokens.back());
        tokens = tokens.first(tokens.size() - 2);
    }
    const std::span<const Token> inner = without_outer_parentheses(tokens);
    if (inner.size() == 1 && inner.front().kind != TokenKind::symbol &&
        scope.find(unquoted(inner.front())) != nullptr) {
        element.column = *scope.find(unquoted(inner.front()));
    } else {
        element.expression = spell_expression(inner, scope);
    }
    if (!collation.empty()) {
        const std::string canonical = canonical_collation(collation);
        const Column* column = table.find_column(element.column);
        const std::string own = column == nullptr ? std::string() : column->collation;
        if (canonical != own) {
            element.collation = canonical.empty() ? "BINARY" : canonical;
        }
    }
    return element;
}

}  // namespace

Index parse_index(std::string_view sql, const TableStructure& table) {
    TokenReader reader(sql);
    Index index;
    Scope scope;
    scope.table = table.name.name;
    for (const Column& column : table.columns) {
        scope.columns.push_back(column.name);
    }
    reader.expect({"CREATE"});
    index.unique = reader.accept({"UNIQUE"});
    reader.expect({"INDEX"});
    reader.accept({"IF", "NOT", "EXISTS"});
    index.name = reader.take_qualified_name();
    reader.expect({"ON"});
    reader.take_name();
    reader.expect_symbol("(");
    do {
        index.elements.push_back(parse_element(reader, table, scope));
    } while (reader.accept_symbol(","));
    reader.expect_symbol(")");
    if (reader.accept({"WHERE"})) {
        index.predicate = spell_expression(reader.take_until({}), scope);
    }
    return index;
}

}  // namespace schemist::sqlite
