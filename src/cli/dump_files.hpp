#pragma once
// A schema as a folder: a file for each object, and one that says in which order they are loaded.

#include "plan/plan.hpp"
#include "schema/dialect.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::cli {

// The name of the file in the folder that lists the others.
inline constexpr std::string_view load_order_file = "load.order";

struct DumpFile {
    std::string path;  // in the folder: "table/public.notes.sql"
    std::string text;

    bool operator==(const DumpFile&) const = default;
};

// A script is not run in one transaction, outside of which SET LOCAL says nothing.
std::string for_a_script(const std::string& statement);

// The plan as a script that any program for SQL can run, with a comment where it loses rows or values.
std::string to_runnable_script(Plan plan);

// In the order in which they are loaded. What of an object can only be made after another one stands in a file of its own
// behind it. Pure.
std::vector<DumpFile> dump_files(const Schema& schema, const Dialect& dialect);

// Writes them and their order, and removes what an older dump left in the folder.
void write_dump(const std::filesystem::path& folder, const std::vector<DumpFile>& files);

// The files of the folder in their order; empty when it has none. Throws Error when one of them is not there.
std::vector<std::filesystem::path> load_order(const std::filesystem::path& folder);

}  // namespace schemist::cli
