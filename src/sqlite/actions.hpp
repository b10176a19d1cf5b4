#pragma once
// Changes -> SQL.

#include "schema/dialect.hpp"

#include <vector>

namespace schemist::sqlite {

// As Dialect::actions. The order is SQLite's own and always the same: renames while every view and trigger
// still holds, so that SQLite rewrites them; then what goes; then tables; then indexes, views and triggers
// that come. Each action needs the one before it, so that nothing puts them into another order.
std::vector<DdlAction> actions(const Changes& changes, const Schema& from, const Schema& to);

}  // namespace schemist::sqlite
