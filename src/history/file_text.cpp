// A revision as the text of a file.

#include "history/file.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

bool says(std::string_view text, const Revision& revision) {
    try {
        const Revision again = parse_revision(text, revision.path);
        return again.sections == revision.sections && again.id == revision.id &&
               again.parents == revision.parents && again.message == revision.message;
    } catch (const Error&) {  // a line of the message is none of the file's form
        return false;
    }
}

std::string headers(const Revision& revision) {
    std::string text = fmt::format("-- revision: {}\n", revision.id);
    const auto header = [&](std::string_view key, const std::string& value) {
        if (!value.empty()) {
            text += fmt::format("-- {}: {}\n", key, value);
        }
    };
    text += fmt::format("-- revises:{}{}\n", revision.parents.empty() ? "" : " ",
                        fmt::join(revision.parents, ", "));
    header("message", revision.message);
    header("created", revision.created);
    header("labels", fmt::format("{}", fmt::join(revision.labels, ", ")));
    header("depends", fmt::format("{}", fmt::join(revision.depends, ", ")));
    header("replaces", fmt::format("{}", fmt::join(revision.replaces, ", ")));
    return text;
}

// Each begins with an empty line.
std::string sections(const Revision& revision) {
    std::string text;
    for (const RevisionSection& section : revision.sections) {
        text += fmt::format("\n-- {}: {}\n", to_string(section.direction),
                            section.dialect ? to_string(*section.dialect) : std::string_view("any"));
        bool first = true;
        for (const RevisionStep& step : section.steps) {
            text += first ? "" : "\n-- step\n";
            text += step.text.empty() ? "" : step.text + "\n";
            first = false;
        }
    }
    return text;
}

std::string value_of(std::string_view word, const Revision& revision) {
    if (word == "headers") {
        const std::string text = headers(revision);
        return text.substr(0, text.size() - 1);
    }
    if (word == "sections") {
        const std::string text = sections(revision);
        return text.empty() ? text : text.substr(1, text.size() - 2);
    }
    return word == "id"        ? revision.id
           : word == "message" ? revision.message
           : word == "created" ? revision.created
                               : fmt::format("{}", fmt::join(revision.parents, ", "));
}

}  // namespace

std::string write_revision(const Revision& revision) {
    const std::string text = headers(revision) + sections(revision);
    if (!says(text, revision)) {
        throw Error(fmt::format("revision {} cannot be written as a file that says the same", revision.id))
            .at(revision.path.empty() ? revision_file_name(revision) : revision.path)
            .state("nothing was written")
            .hint(
                "a message is one line, and no line of a step may begin with '-- step', '-- upgrade:' or '-- "
                "downgrade:'")
            .exit_code(ExitCode::mismatch);
    }
    return text;
}

std::string write_revision(const Revision& revision, std::string_view layout,
                           const std::string& layout_path) {
    std::string text;
    for (std::size_t at = 0; at < layout.size();) {
        constexpr std::array<std::string_view, 6> words{"headers", "sections", "id",
                                                        "message", "created",  "revises"};
        const std::string_view rest = layout.substr(at);
        const auto* const word = std::ranges::find_if(
            words, [&](std::string_view one) { return rest.starts_with(fmt::format("{{{}}}", one)); });
        if (word == words.end()) {
            text += layout[at++];
        } else {
            text += value_of(*word, revision);
            at += word->size() + 2;
        }
    }
    if (!says(text, revision)) {
        throw Error(fmt::format("the template does not make a file of revision {}", revision.id))
            .at(layout_path)
            .state("nothing was written")
            .hint(
                "it needs a line {headers} and, below that, a line {sections}; other lines above the "
                "sections "
                "are comments without a colon behind their first word")
            .exit_code(ExitCode::configuration);
    }
    return text;
}

}  // namespace schemist
