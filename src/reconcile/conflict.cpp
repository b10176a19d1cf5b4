#include "reconcile/conflict.hpp"

#include "history/target.hpp"

#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        const std::size_t begin = line.find_first_not_of(' ');
        line = begin == std::string::npos ? "" : line.substr(begin);
        if (line.ends_with(',')) {
            line.pop_back();
        }
        lines.push_back(line);
    }
    return lines;
}

std::vector<std::string> without(const std::vector<std::string>& lines,
                                 const std::vector<std::string>& others) {
    std::vector<std::string> rest;
    std::ranges::copy_if(lines, std::back_inserter(rest), [&](const std::string& line) {
        return std::ranges::find(others, line) == others.end();
    });
    return rest;
}

// The object of the change alone: of a part, the whole table.
Schema only(const Schema& schema, const Reference& object) {
    Schema result;
    const bool is_part = is_part_of_table(object.kind);
    Schema::fields([&](const char*, auto list) {
        std::ranges::copy_if(schema.*list, std::back_inserter(result.*list), [&](const auto& candidate) {
            const Reference reference = reference_of(candidate);
            return is_part ? reference.name == object.name && reference.part.empty() : reference == object;
        });
    });
    return result;
}

// Those that are no conflict stand in lists of their own.
Schema without_indexes(Schema schema, const Changes& conflicts) {
    for (TableStructure& table : schema.tables) {
        std::erase_if(table.indexes, [&](const Index& index) {
            const Reference object{Kind::index, table.name, index.name};
            return std::ranges::find(conflicts, object, &Change::object) == conflicts.end();
        });
    }
    return schema;
}

Reference whole(const Reference& object) {
    return is_part_of_table(object.kind) ? Reference{Kind::table, object.name, {}} : object;
}

std::string list(std::string_view title, const std::vector<std::string>& names) {
    return names.empty() ? std::string() : fmt::format("\n    {}: {}", title, fmt::join(names, ", "));
}

std::string described(const std::vector<std::string>& revisions, const History& history) {
    std::vector<std::string> texts;
    for (const std::string& id : current_heads(history, revisions)) {
        const std::string& message = history.find(id)->message;
        texts.push_back(message.empty() ? id : fmt::format("{} ({})", id, message));
    }
    return fmt::format("{}", fmt::join(texts, ", "));
}

}  // namespace

std::vector<Sides> sides(const Changes& conflicts, const Schema& all_live, const Schema& all_expected,
                         const Dialect& dialect) {
    std::vector<Sides> result;
    std::vector<Reference> done;
    const Schema live = without_indexes(all_live, conflicts);
    const Schema expected = without_indexes(all_expected, conflicts);
    for (const Change& change : conflicts) {
        const Reference object = whole(change.object);
        if (std::ranges::find(done, object) != done.end()) {
            continue;
        }
        done.push_back(object);
        const auto before = lines_of(to_script(creation(only(live, object), dialect)));
        const auto after = lines_of(to_script(creation(only(expected, object), dialect)));
        result.push_back({to_string(object), without(before, after), without(after, before)});
    }
    return result;
}

Error conflict(const Match& match, const std::vector<std::string>& reasons, const History& history,
               const Dialect& dialect) {
    const Schema& expected = match.candidate->structure;
    std::string text = fmt::format("the structure is not that of a revision; it comes closest to {}",
                                   described(match.candidate->revisions, history));
    for (const Change& change : match.fit.conflicts) {
        text += "\n    differs: " + describe(change).substr(std::string_view("alter ").size());
    }
    for (const Sides& object : sides(match.fit.conflicts, match.live, expected, dialect)) {
        text += fmt::format("\n    {}", object.object);
        for (const std::string& line : object.live) {
            text += "\n      database:  " + line;
        }
        for (const std::string& line : object.expected) {
            text += "\n      revisions: " + line;
        }
    }
    text += list("missing", names_of(match.fit.missing));
    text += list("not made by these revisions", names_of(match.fit.extra));
    for (const std::string& reason : reasons) {
        text += "\n    " + reason;
    }
    const std::string nearest = current_heads(history, match.candidate->revisions).front();
    Error error(text);
    error.state("nothing was changed")
        .hint(fmt::format(
            "make the database agree, or write revisions that agree with it; `schemist stamp {}` says that "
            "it is that revision all the same",
            nearest))
        .exit_code(ExitCode::mismatch);
    return error;
}

}  // namespace schemist
