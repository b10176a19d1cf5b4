#pragma once
// How things are called that a model does not name itself, and how names are written in SQL.

#include "schema/name.hpp"

#include <schemist/definition.hpp>

#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// "HTTPServer" -> "http_server", "UserId2" -> "user_id2".
std::string snake_case(std::string_view name);

// At most 63 bytes: a longer name is cut between characters, and ends with a hash of all of it.
std::string shortened(std::string name);

// "messages_user_id_fkey". A name that is taken gets a number, as PostgreSQL would give it; the result is
// taken then.
std::string constraint_name(std::string_view table, std::span<const std::string> columns,
                            std::string_view suffix, std::set<std::string>& taken);

// "ix_messages_user_id".
std::string index_name(std::string_view table, std::span<const std::string> columns,
                       std::set<std::string>& taken);

// An identifier as SQL, quoted only where it must be on either backend.
std::string identifier(std::string_view name);

// A type of the user's own in the namespace public, as SQL: qualified where PostgreSQL has a type of this
// name itself.
std::string user_type(std::string_view name);

// A table as SQL, for statements.
std::string table_reference(const TableDefinition& table, DialectName dialect);

}  // namespace schemist
