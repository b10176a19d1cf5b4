#pragma once
// How an existing table becomes another one, apart from its columns, constraints and indexes. Pure.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <vector>

namespace schemist::postgresql {

void change_table(const TableStructure& before, const TableStructure& after, const Reference& object,
                  const Differences& differences, Actions& actions);

void change_row_security(const TableStructure& before, const TableStructure& after,
                         std::vector<std::string>& statements);

}  // namespace schemist::postgresql
