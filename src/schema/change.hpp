#pragma once
// One difference between two schemas, as a value.

#include "schema/object.hpp"

#include <string>
#include <vector>

namespace schemist {

enum class Action { create, alter, rename, drop };

// create: `after` is set. drop: `before` is set. alter and rename: both are set.
//
// A created or dropped table carries its parts (columns, constraints, indexes) inside: there is no change of
// its own for them. In an alter of a table only its own attributes count (comment, storage, unlogged,
// tablespace, ...); its parts have their own changes.
//
// A rename is only that: other differences of the same object are further changes, which use the new name.
struct Change {
    Action action;
    Reference object;  // how it is called before the change for drop, alter and rename; after it for create
    Object before;
    Object after;

    bool operator==(const Change&) const = default;
};

using Changes = std::vector<Change>;

// "add column messages.model", "alter column messages.title: type, default". For people.
std::string describe(const Change& change);

}  // namespace schemist
