#pragma once
// Renames: decided by the user, found as candidates, never guessed.

#include "schema/change.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// `from` is any object, or a part of a table that is called by its new name if that is renamed too; the part of an enum type
// is one of its values. `to` is the new name.
struct Rename {
    Reference from;
    std::string to;

    bool operator==(const Rename&) const = default;
};

// "rename column messages.body to content". For people.
std::string to_string(const Rename& rename);

// What --rename takes: "messages.body=content".
std::string to_option(const Rename& rename);

// The renames as changes, tables first. One whose old name is not in `from`, or whose new one is not in `to`
// or is there already, has happened before or does not concern this database; it is left out.
Changes rename_changes(const Schema& from, const Schema& to, std::span<const Rename> renames);

// The changes that undo these, in the order that works.
Changes reversed(const Changes& renames);

// The schema with these renames applied wherever the names stand alone; expressions keep their text, since
// only the database can rewrite them.
Schema with_renames(Schema schema, const Changes& renames);

// What disappears while something alike appears: a table with mostly the same columns, a column of the same
// type in the same table, another object that differs in nothing but its name. Only unambiguous pairs.
std::vector<Rename> rename_candidates(const Schema& from, const Schema& to);

// Reads "table=new", "table.column=new" or "table.column=table.new", "view=new", "type.value=new", ..., each with its schema if need be,
// against the schemas between which the rename happens. Throws Error when there is no such object.
Rename parse_rename(std::string_view text, const Schema& from, const Schema& to);

}  // namespace schemist
