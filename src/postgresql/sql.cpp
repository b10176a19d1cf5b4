#include "postgresql/sql.hpp"

#include "postgresql/scanner.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Keywords of PostgreSQL 16 to 18 that version 15, whose scanner decides on all others, does not have.
constexpr std::array<std::string_view, 13> later_keywords{
    "json",           "json_array",   "json_arrayagg", "json_exists",    "json_object",
    "json_objectagg", "json_query",   "json_scalar",   "json_serialize", "json_table",
    "json_value",     "merge_action", "system_user"};

bool is_plain(std::string_view identifier) {
    const auto is_start = [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; };
    return !identifier.empty() && is_start(identifier.front()) &&
           std::ranges::all_of(identifier, [&](char c) { return is_start(c) || (c >= '0' && c <= '9'); });
}

bool must_be_quoted(std::string_view identifier) {
    return !is_plain(identifier) || std::ranges::find(later_keywords, identifier) != later_keywords.end() ||
           is_restricted_keyword(identifier);
}

// Where the parenthesis at the start of the text is closed. The server prints a quote inside of quotes twice, so that
// counting them is enough.
std::size_t closing_parenthesis(std::string_view text) {
    std::size_t depth = 0;
    char quote = '\0';
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (quote != '\0') {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '(') {
            ++depth;
        } else if (c == ')' && --depth == 0) {
            return at;
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::string quote_identifier(std::string_view identifier) {
    thread_local std::unordered_map<std::string, bool> known;
    const auto [entry, is_new] = known.try_emplace(std::string(identifier), false);
    if (is_new) {
        entry->second = must_be_quoted(identifier);
    }
    const bool quoted = entry->second;
    if (known.size() > 10000) {
        known.clear();
    }
    if (!quoted) {
        return std::string(identifier);
    }
    std::string text = "\"";
    for (const char c : identifier) {
        text.append(c == '"' ? 2 : 1, c);
    }
    return text + '"';
}

std::string quote_literal(std::string_view text) {
    const bool escapes = text.find('\\') != std::string_view::npos;
    std::string literal = escapes ? "E'" : "'";
    for (const char c : text) {
        literal.append(c == '\'' || c == '\\' ? 2 : 1, c);
    }
    return literal + '\'';
}

std::string qualifier(const Name& name) {
    const bool is_found_without = name.schema.empty() || (name.schema == "public" && !name.hidden);
    return is_found_without ? std::string() : quote_identifier(name.schema) + '.';
}

std::string qualified(const Name& name) {
    return qualified_like(name, name.name);
}

std::string qualified_like(const Name& table, std::string_view name) {
    return qualifier(table) + quote_identifier(name);
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
    return fmt::format("{}", fmt::join(parts, separator));
}

std::string column_list(const std::vector<std::string>& columns) {
    std::vector<std::string> quoted;
    std::ranges::transform(columns, std::back_inserter(quoted), quote_identifier);
    return join(quoted, ", ");
}

std::string storage_list(const StorageParameters& storage) {
    std::vector<std::string> parts;
    for (const auto& [name, value] : storage) {
        const bool is_number =
            !value.empty() && std::ranges::all_of(value, [](char c) { return c >= '0' && c <= '9'; });
        parts.push_back(name + " = " + (is_number || is_plain(value) ? value : quote_literal(value)));
    }
    return join(parts, ", ");
}

std::string with_suffix(std::string_view name, std::string_view suffix) {
    return std::string(cut(name, longest_name - suffix.size())).append(suffix);
}

std::string_view without_parentheses(std::string_view expression) {
    while (expression.size() >= 2 && expression.front() == '(' &&
           closing_parenthesis(expression) == expression.size() - 1) {
        expression = expression.substr(1, expression.size() - 2);
    }
    return expression;
}

bool Mentions::identifier(std::string_view name) const {
    return std::ranges::find(identifiers, name) != identifiers.end();
}

bool Mentions::constant(std::string_view text) const {
    return std::ranges::find(constants, text) != constants.end();
}

std::vector<std::string> parse_array(std::string_view text) {
    std::vector<std::string> elements;
    if (text.size() <= 2) {
        return elements;
    }
    std::string element;
    bool quoted = false;
    for (std::size_t at = 1; at + 1 < text.size(); ++at) {
        const char c = text[at];
        if (c == '\\') {
            element += text[++at];
        } else if (c == '"') {
            quoted = !quoted;
        } else if (c == ',' && !quoted) {
            elements.push_back(std::move(element));
            element.clear();
        } else {
            element += c;
        }
    }
    elements.push_back(std::move(element));
    return elements;
}

StorageParameters parse_storage(std::string_view array) {
    StorageParameters storage;
    for (const std::string& element : parse_array(array)) {
        const std::size_t sign = element.find('=');
        if (sign != std::string::npos && !element.starts_with("pg_attver=")) {
            storage.emplace(element.substr(0, sign), element.substr(sign + 1));
        }
    }
    return storage;
}

std::string without_semicolon(std::string_view printed) {
    const std::size_t first = printed.find_first_not_of(" \n");
    const std::size_t last = printed.find_last_not_of(" \n;");
    return first == std::string_view::npos ? std::string()
                                           : std::string(printed.substr(first, last - first + 1));
}

}  // namespace schemist::postgresql
