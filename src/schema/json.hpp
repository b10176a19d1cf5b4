#pragma once
// Schemas and changes as JSON text.

#include "schema/change.hpp"
#include "schema/schema.hpp"

#include <string>
#include <string_view>

namespace schemist {

// Indented JSON; members that have their default value are left out, so that a schema reads short and diffs
// well.
std::string to_json(const Schema& schema);

// The reverse. Throws Error, naming the member, for anything that to_json would not write.
Schema schema_from_json(std::string_view text);

// An array of {action, object, before, after, description}.
std::string to_json(const Changes& changes);

}  // namespace schemist
