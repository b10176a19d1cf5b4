#pragma once
// What tells a rename of a column, and an added one, from others.

#include "schema/table.hpp"

#include <vector>

namespace schemist {

// The columns of `table` that the other has none of that name for. Pointers into `table`.
inline std::vector<const Column*> columns_missing_in(const TableStructure& other,
                                                     const TableStructure& table) {
    std::vector<const Column*> missing;
    for (const Column& column : table.columns) {
        if (other.find_column(column.name) == nullptr) {
            missing.push_back(&column);
        }
    }
    return missing;
}

}  // namespace schemist
