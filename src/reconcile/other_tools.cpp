#include "reconcile/other_tools.hpp"

#include "history/file.hpp"
#include "history/target.hpp"
#include "reconcile/known_tools.hpp"
#include "schema/text.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <set>
#include <span>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {
namespace {

bool has_columns(const TableStructure& table, const std::vector<std::string_view>& columns) {
    return std::ranges::all_of(columns, [&](std::string_view wanted) {
        return std::ranges::any_of(table.columns,
                                   [&](const Column& column) { return to_lower(column.name) == wanted; });
    });
}

// Rails keeps the name of its environment in a table beside.
bool is_of_rails(const Schema& live, const Name& table) {
    return live.find_table({table.schema, "ar_internal_metadata"}) != nullptr;
}

const KnownTool* tool_of(const TableStructure& table, const Schema& live) {
    for (const KnownTool& tool : known_tools()) {
        const bool is_this_one = tool.name != "rails" || is_of_rails(live, table.name);
        if (to_lower(table.name.name) == tool.table && is_this_one && has_columns(table, tool.columns)) {
            return &tool;
        }
    }
    return nullptr;
}

std::string without_zeros(const std::string& text) {
    const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    return is_number ? text.substr(std::min(text.find_first_not_of('0'), text.size() - 1)) : text;
}

bool is_called(const Revision& revision, const std::string& name) {
    return without_zeros(revision.id) == without_zeros(name) || revision.message == name ||
           without_extension(revision.path) == name;
}

// What the revision of this entry is: nothing when there is none.
std::optional<std::string> counterpart(const OtherEntry& entry, const History& history,
                                       const std::map<std::string, std::string>& map) {
    for (const std::string& name : entry.names) {
        if (const auto found = map.find(name); found != map.end()) {
            return resolve_revision(history, found->second).id;
        }
    }
    for (const std::string& name : entry.names) {
        std::set<std::string> ids;
        for (const Revision& revision : history.revisions()) {
            if (is_called(revision, name)) {
                ids.insert(revision.id);
            }
        }
        if (ids.size() > 1) {
            throw Error(fmt::format("'{}' may stand for several revisions: {}", name, fmt::join(ids, ", ")))
                .at("--from")
                .state("nothing was changed")
                .hint(fmt::format("say which one with --map {}=REVISION", entry.version))
                .exit_code(ExitCode::mismatch);
        }
        if (!ids.empty()) {
            return *ids.begin();
        }
    }
    return std::nullopt;
}

// The latest of each group; where only the latest are kept, all of them.
std::vector<const OtherEntry*> latest(const OtherTool& tool) {
    std::vector<const OtherEntry*> result;
    for (const OtherEntry& entry : tool.applied) {
        if (!tool.keeps_only_latest) {
            std::erase_if(result, [&](const OtherEntry* other) { return other->group == entry.group; });
        }
        result.push_back(&entry);
    }
    return result;
}

void require_applied(const std::map<std::string, std::string>& map, const OtherTool& tool) {
    for (const auto& mapped : map) {
        const std::string& theirs = mapped.first;
        const bool is_applied = std::ranges::any_of(tool.applied, [&](const OtherEntry& entry) {
            return std::ranges::find(entry.names, theirs) != entry.names.end();
        });
        if (!is_applied) {
            throw Error(fmt::format("{} has not applied '{}'", tool.title, theirs))
                .at("--map")
                .state("nothing was changed")
                .hint(fmt::format("what it has applied: {}", to_string(tool)))
                .exit_code(ExitCode::configuration);
        }
    }
}

[[noreturn]] void fail_unmapped(const OtherTool& tool, const std::vector<std::string>& unmapped,
                                const History& history) {
    std::string ours;
    for (const Revision& revision : history.revisions()) {
        ours += fmt::format("\n    {} {}", revision.id, revision.message);
    }
    throw Error(fmt::format("{} has applied what no revision stands for:\n    {}\n  the revisions are:{}",
                            tool.title, fmt::join(unmapped, "\n    "), ours))
        .at(to_string(tool.table))
        .state("nothing was changed")
        .hint(fmt::format("say which revision it is: --map {}=REVISION", unmapped.front()))
        .exit_code(ExitCode::mismatch);
}

}  // namespace

std::vector<std::string> other_tool_names() {
    std::vector<std::string> names;
    for (const KnownTool& tool : known_tools()) {
        names.emplace_back(tool.name);
    }
    std::ranges::sort(names);
    return names;
}

Schema without_other_tools(Schema schema) {
    std::set<Name> tables;
    for (const TableStructure& table : schema.tables) {
        if (const KnownTool* tool = tool_of(table, schema)) {
            tables.insert({table.name.schema, std::string(tool->table)});
            tables.insert({table.name.schema, std::string(tool->beside)});
        }
    }
    const auto is_theirs = [&](const Name& table) {
        return tables.contains({table.schema, to_lower(table.name)});
    };
    std::erase_if(schema.sequences, [&](const Sequence& sequence) {
        return sequence.owned_by && is_theirs(sequence.owned_by->table);
    });
    std::erase_if(schema.tables, [&](const TableStructure& table) { return is_theirs(table.name); });
    return schema;
}

std::vector<OtherTool> find_other_tools(Connection& connection, const Dialect& dialect, const Schema& live) {
    std::vector<OtherTool> found;
    for (const TableStructure& table : live.tables) {
        const KnownTool* known = tool_of(table, live);
        if (known == nullptr) {
            continue;
        }
        OtherTool tool;
        tool.name = known->name;
        tool.title = known->title;
        tool.table = table.name;
        tool.keeps_only_latest = known->keeps_only_latest;
        const std::string space = table.name.schema.empty() ? "" : dialect.quote(table.name.schema) + ".";
        known->read(
            connection.query(fmt::format(fmt::runtime(known->query), space + dialect.quote(table.name.name))),
            tool);
        found.push_back(std::move(tool));
    }
    return found;
}

std::string to_string(const OtherTool& tool) {
    std::vector<std::string> versions;
    for (const OtherEntry* entry : latest(tool)) {
        versions.push_back(entry->version);
    }
    const std::string state = !tool.trouble.empty() ? tool.trouble
                              : versions.empty()    ? std::string("nothing applied")
                                                    : fmt::format("{}", fmt::join(versions, ", "));
    return fmt::format("{}: {} ({})", to_string(tool.table), state, tool.title);
}

std::vector<std::string> counterparts(const OtherTool& tool, const History& history,
                                      const std::map<std::string, std::string>& map) {
    if (!tool.trouble.empty()) {
        throw Error(fmt::format("{}, so what it has applied is not known", tool.trouble))
            .at(to_string(tool.table))
            .state("nothing was changed")
            .hint(fmt::format("repair it with {} first, or adopt by structure alone, without --from",
                              tool.title))
            .exit_code(ExitCode::mismatch);
    }
    require_applied(map, tool);
    std::vector<std::string> revisions;
    std::vector<std::string> unmapped;
    for (const OtherEntry* entry : latest(tool)) {
        if (const auto revision = counterpart(*entry, history, map)) {
            revisions.push_back(*revision);
            continue;
        }
        // An application of Django of which nothing was ported is somebody else's.
        const bool is_foreign =
            !entry->group.empty() && std::ranges::none_of(tool.applied, [&](const OtherEntry& other) {
                return other.group == entry->group && counterpart(other, history, map);
            });
        if (!is_foreign) {
            unmapped.push_back(entry->version);
        }
    }
    if (tool.applied.empty()) {
        throw Error(fmt::format("{} has applied nothing", tool.title))
            .at(to_string(tool.table))
            .state("nothing was changed")
            .hint("adopt by structure alone, without --from")
            .exit_code(ExitCode::mismatch);
    }
    if (revisions.empty() && unmapped.empty()) {
        for (const OtherEntry* entry : latest(tool)) {
            unmapped.push_back(entry->version);
        }
    }
    if (!unmapped.empty()) {
        fail_unmapped(tool, unmapped, history);
    }
    return revisions;
}

}  // namespace schemist
