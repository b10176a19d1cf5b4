#pragma once
// Statements that a revision must not contain, because they cannot work in one or would take away what it runs under.

#include <string>
#include <string_view>

#include <pg_query/pg_query.pb-c.h>

namespace schemist::postgresql {

// Why the statement is refused, and what to write instead; empty when it is fine. `node` is its parse tree, nullptr
// when the grammar does not know it. Pure.
std::string refusal(std::string_view statement, const PgQuery__Node* node);

}  // namespace schemist::postgresql
