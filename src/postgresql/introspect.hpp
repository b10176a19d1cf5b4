#pragma once
// Reads the structure of a database: one message, one answer, one snapshot.

#include "postgresql/connection.hpp"
#include "schema/selection.hpp"

#include <string>
#include <vector>

namespace schemist::postgresql {

// What is selected of the structure. Inside of the caller's transaction, if there is one.
Schema introspect(Connection& connection, const Name& journal, const Selection& selection = {});

// User objects of kinds that Schemist does not read, for people: "view public.v", "function public.f(integer)".
std::vector<std::string> unmodelled(schemist::Connection& connection);

}  // namespace schemist::postgresql
