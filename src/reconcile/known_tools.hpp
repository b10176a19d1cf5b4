#pragma once
// Which other migration tools are known, and how each keeps what it has applied.

#include "reconcile/other_tools.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace schemist {

struct KnownTool {
    std::string_view name;
    std::string_view title;
    std::string_view table;
    std::vector<std::string_view> columns;  // that it must have
    std::string_view query;                 // from {}, the table
    void (*read)(const Rows&, OtherTool&);
    bool keeps_only_latest = false;
    std::string_view beside = {};  // another table of the tool
};

const std::vector<KnownTool>& known_tools();

// "V1__notes" of "V1__notes.sql".
std::string without_extension(const std::string& path);

}  // namespace schemist
