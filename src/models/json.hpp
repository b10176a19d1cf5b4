#pragma once
// The document that a program prints to hand over its models:
// {"schemist": 1, "dialects": {"postgresql": {"schema": {...}, "renames": [...], "external": [...]},
// "sqlite": ...}}

#include "models/desired.hpp"

#include <map>
#include <span>
#include <string>
#include <string_view>

namespace schemist {

using DesiredByDialect = std::map<DialectName, Desired>;

std::string to_json(const DesiredByDialect& desired);

// The document of these models for both dialects.
std::string to_json(std::span<const TableDefinition> tables);

// The reverse. Throws Error, naming the member, for anything else. A dialect that the document leaves out is
// not in the result.
DesiredByDialect desired_from_json(std::string_view text);

}  // namespace schemist
