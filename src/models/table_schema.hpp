#pragma once
// One model as a table of one dialect.

#include "schema/schema.hpp"

#include <schemist/definition.hpp>

namespace schemist {

// The table's name in this dialect.
Name table_name(const TableDefinition& table, DialectName dialect);

// The table, and in `enum_types` the types that its columns need and that are not there yet.
TableStructure table_schema(const TableDefinition& definition, DialectName dialect,
                            std::vector<EnumType>& enum_types);

}  // namespace schemist
