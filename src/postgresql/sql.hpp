#pragma once
// How names, literals and lists are written in PostgreSQL's SQL, and what an expression mentions. Pure.

#include "schema/index.hpp"
#include "schema/name.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

// Quoted only where the server would quote it too: upper case, special characters, and every keyword that is reserved
// anywhere.
std::string quote_identifier(std::string_view identifier);

std::string quote_literal(std::string_view text);

// What stands before it: its schema and a point; nothing when that is empty, or is "public" and the name is found without.
std::string qualifier(const Name& name);

std::string qualified(const Name& name);

// An object that lives in the same schema as the table it belongs to: an index, an identity's sequence.
std::string qualified_like(const Name& table, std::string_view name);

// "a, b, c"
std::string column_list(const std::vector<std::string>& columns);

// "a = 1, b = 'x y'"
std::string storage_list(const StorageParameters& storage);

// The name with a suffix, cut so that the server takes it whole.
std::string with_suffix(std::string_view name, std::string_view suffix);

// Without the parentheses that stand around the whole of it.
std::string_view without_parentheses(std::string_view expression);

// A statement or query as the server prints it, without its semicolon and the white space around it.
std::string without_semicolon(std::string_view printed);

// What an expression mentions: identifiers, unquoted, and the texts of its string constants.
struct Mentions {
    std::vector<std::string> identifiers;
    std::vector<std::string> constants;

    bool identifier(std::string_view name) const;
    bool constant(std::string_view text) const;
};

Mentions mentions(std::string_view expression);

// The elements of an array's text form, "{a,\"b c\"}".
std::vector<std::string> parse_array(std::string_view text);

// "name=value" elements as a map, without the server's own bookkeeping (pg_attver).
StorageParameters parse_storage(std::string_view array);

// "a" and "b" as "a, b"; every part after the first in front of the separator.
std::string join(const std::vector<std::string>& parts, std::string_view separator);

}  // namespace schemist::postgresql
