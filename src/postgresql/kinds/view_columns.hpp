#pragma once
// What views and materialized views share: their query and their columns.

#include "postgresql/kinds/kind.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

// Of views and materialized views at once.
Reader view_column_reader();

bool is_same_column(const ViewColumn& one, const ViewColumn& other);

// Defaults, comments and privileges of the columns.
void change_view_columns(const Name& view, const std::vector<ViewColumn>& before,
                         const std::vector<ViewColumn>& after, std::vector<std::string>& statements);

}  // namespace schemist::postgresql
