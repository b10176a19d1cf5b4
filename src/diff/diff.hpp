#pragma once
// Two schemas -> the changes that lead from one to the other. Pure; both schemas must be canonical and
// sorted.

#include "schema/change.hpp"

namespace schemist {

// Every difference, in the order in which objects are listed. The order of columns is no difference: neither
// database can move one. A constraint, an index or an owned sequence that only has another name is renamed,
// since nothing can be lost by that; tables and columns are never taken for renamed here (see renames.hpp).
Changes diff(const Schema& from, const Schema& to);

}  // namespace schemist
