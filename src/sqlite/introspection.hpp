#pragma once
// Reading the structure of a SQLite database.

#include "schema/schema.hpp"

#include <schemist/connection.hpp>

namespace schemist::sqlite {

// The whole structure, without `journal`, in one read transaction and two statements. Throws Error when the
// text of an object was understood otherwise than SQLite itself understands it.
Schema introspect(schemist::Connection& connection, const Name& journal);

}  // namespace schemist::sqlite
