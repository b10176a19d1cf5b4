#pragma once
// Whether an index that exists is the one a statement asks for. Pure.

#include <optional>
#include <string>
#include <string_view>

#include <pg_query/pg_query.pb-c.h>

namespace schemist::postgresql {

// What tells the index with this definition (as pg_get_indexdef prints it) from the wanted one, for people; nothing
// when they are the same as far as can be told without the server: expressions are compared by the columns and the
// texts in them, because the server prints them in its own words.
std::optional<std::string> difference(const PgQuery__IndexStmt& wanted, std::string_view definition);

}  // namespace schemist::postgresql
