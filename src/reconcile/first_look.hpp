#pragma once
// What can be known of a database that has no journal before anything is tried in scratch: one query, and the text of
// the revisions.

#include "history/graph.hpp"
#include "schema/dialect.hpp"

#include <set>
#include <string>
#include <vector>

namespace schemist {

// The tables of users, without the journal. One query.
std::vector<Name> user_tables(Connection& connection, const Name& journal);

// The names, without their schemas and in small letters, of all tables that statements of the revisions make, by CREATE
// TABLE or by a rename. What functions and DO blocks make is not among them. Pure.
std::set<std::string> created_tables(const History& history, const Dialect& dialect);

// What the revisions did not make, as far as their keys can refer to it: tables with columns and keys, and their types.
Schema not_created(const Schema& live, const std::set<std::string>& created);

bool is_among(const Name& table, const std::set<std::string>& names);

// Whether the upgrade also changes rows: then the structure alone does not tell that it was run. Pure.
bool changes_rows(const Revision& revision, const Dialect& dialect);

}  // namespace schemist
