#pragma once
// What a table with parents has to be compared with: the server changes it together with them. Pure.

#include "schema/schema.hpp"

namespace schemist {

// What becomes of a table by itself once its parents are changed, and those left that it leaves.
TableStructure handed_down(const TableStructure& before, const TableStructure& after, const Schema& from,
                           const Schema& to);

// What the table must be made for it to join its new parents; `before` is what it has been made by its old ones.
TableStructure ready_to_join(const TableStructure& before, const TableStructure& after, const Schema& from,
                             const Schema& to);

}  // namespace schemist
