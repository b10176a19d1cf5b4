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

// With a column whose values can be long a table gets a TOAST table, and has lost the one that it had if it was written anew
// without such a column in between: what sets its parameters again then, also in the tables that follow this one.
std::vector<std::string> toast_parameters_again(const Name& table, const Differences& differences);

}  // namespace schemist::postgresql
