#pragma once
// The tables in which other migration tools keep what they have applied: recognised, read, never changed.

#include "history/graph.hpp"
#include "schema/dialect.hpp"
#include "schema/schema.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// One migration that another tool has applied.
struct OtherEntry {
    std::string version;             // how the tool itself calls it
    std::vector<std::string> names;  // all that a revision here may be called after it
    std::string group;  // Django: the application; migrations of different groups are not in one order
};

// Its bookkeeping in a database.
struct OtherTool {
    std::string name;   // as --from takes it: "alembic"
    std::string title;  // "Alembic"
    Name table;
    bool keeps_only_latest = false;   // its table names the latest migrations, not all of them
    std::vector<OtherEntry> applied;  // in the order in which they were applied
    std::string trouble;  // why it cannot be relied on: a failed or half applied migration; or empty
};

// The words that --from takes.
std::vector<std::string> other_tool_names();

// The schema without their tables, where it is a goal: nobody else is to make them.
Schema without_other_tools(Schema schema);

// Those whose tables are there, by their names and columns.
std::vector<OtherTool> find_other_tools(Connection& connection, const Dialect& dialect, const Schema& live);

// "alembic_version: 1a2b3c (Alembic)", for people.
std::string to_string(const OtherTool& tool);

// Which revisions of the history stand for what the tool has applied last: as the map says, else the revision with the
// same id, message or file name. Throws Error (mismatch) when one has no counterpart, or several, and (configuration)
// when the map speaks of what the tool has not applied.
std::vector<std::string> counterparts(const OtherTool& tool, const History& history,
                                      const std::map<std::string, std::string>& map);

}  // namespace schemist
