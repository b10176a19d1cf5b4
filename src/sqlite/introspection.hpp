#pragma once
// Reading the structure of a SQLite database.

#include "schema/selection.hpp"

#include <schemist/connection.hpp>

namespace schemist::sqlite {

// What is selected of the structure, without `journal`, in one read transaction and two statements. Throws Error when the
// text of an object was understood otherwise than SQLite itself understands it.
Schema introspect(schemist::Connection& connection, const Name& journal, const Selection& selection = {});

}  // namespace schemist::sqlite
