#pragma once
// How a live structure stands to an expected one. Pure.

#include "schema/change.hpp"

#include <string>
#include <vector>

namespace schemist {

// What can be added without a loss is `missing`, and only that: tables, columns, constraints, indexes, values of enums,
// sequences, defaults and comments that are not there; also the expected name of a constraint or an index that only is
// called otherwise. What the live structure has beyond is `extra`. What would have to become something else is a conflict.
struct Fit {
    Changes missing;
    Changes extra;
    Changes conflicts;

    bool is_exact() const { return missing.empty() && extra.empty() && conflicts.empty(); }
    std::size_t distance() const { return missing.size() + extra.size(); }
};

Fit fit(const Schema& live, const Schema& expected);

// The structure with what is missing added to it.
Schema with_missing(Schema live, const Changes& missing);

// "column notes.pinned"; of what only differs, also in what: "enum type state: values".
std::vector<std::string> names_of(const Changes& changes);

}  // namespace schemist
