#pragma once
// Reads the structure of a database: one message, one answer, one snapshot.

#include "postgresql/connection.hpp"
#include "schema/selection.hpp"

namespace schemist::postgresql {

// What is selected of the structure. Inside of the caller's transaction, if there is one.
Schema introspect(Connection& connection, const Name& journal, const Selection& selection = {});

}  // namespace schemist::postgresql
