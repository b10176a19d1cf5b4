// How a revision's file is called.

#include "history/file.hpp"

#include <schemist/error.hpp>

#include <array>

#include <fmt/format.h>

namespace schemist {

std::string slug(std::string_view message) {
    constexpr std::size_t longest = 40;
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               static_cast<unsigned char>(c) >= 0x80;
    };
    std::string result;
    bool gap = false;
    for (const char c : message) {
        if (!is_word(c)) {
            gap = !result.empty();
            continue;
        }
        result += gap ? "_" : "";
        result += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        gap = false;
    }
    if (result.size() <= longest) {
        return result;
    }
    result.resize(longest);
    const std::size_t last = result.rfind('_');
    if (last != std::string::npos) {
        return result.substr(0, last) + "_";
    }
    while (!result.empty() && (static_cast<unsigned char>(result.back()) & 0xC0U) == 0x80U) {
        result.pop_back();
    }
    if (!result.empty() && static_cast<unsigned char>(result.back()) >= 0x80) {
        result.pop_back();
    }
    return result + "_";
}

namespace {

Error wrong_pattern(std::string what) {
    return Error(std::move(what))
        .at("revision.file_name")
        .state("nothing was written")
        .hint("write it with {id}, {slug}, {year}, {month}, {day}, {hour}, {minute} and {second}")
        .exit_code(ExitCode::configuration);
}

// A part of `created`, which is as 2026-11-20T12:41:07Z; zeros where it is shorter.
std::string digits(const Revision& revision, std::size_t begin, std::size_t count) {
    const std::string part =
        revision.created.size() >= begin + count ? revision.created.substr(begin, count) : std::string{};
    return part.empty() ? std::string(count, '0') : part;
}

std::string value_of(std::string_view word, const Revision& revision) {
    struct Part {
        std::string_view name;
        std::size_t begin;
        std::size_t count;
    };
    constexpr std::array<Part, 6> parts{{{"year", 0, 4},
                                         {"month", 5, 2},
                                         {"day", 8, 2},
                                         {"hour", 11, 2},
                                         {"minute", 14, 2},
                                         {"second", 17, 2}}};
    if (word == "id") {
        return revision.id;
    }
    if (word == "slug") {
        return slug(revision.message);
    }
    for (const Part& part : parts) {
        if (part.name == word) {
            return digits(revision, part.begin, part.count);
        }
    }
    throw wrong_pattern(fmt::format("the name of a file cannot have '{{{}}}' in it", word));
}

}  // namespace

std::string revision_file_name(const Revision& revision, std::string_view pattern) {
    std::string name;
    for (std::size_t at = 0; at < pattern.size();) {
        const std::size_t end = pattern[at] == '{' ? pattern.find('}', at) : std::string_view::npos;
        if (end == std::string_view::npos) {
            name += pattern[at++];
            continue;
        }
        name += value_of(pattern.substr(at + 1, end - at - 1), revision);
        at = end + 1;
    }
    name += ".sql";
    if (name.find('/') != std::string::npos || name.front() == '.' || name.starts_with("schema.")) {
        throw wrong_pattern(fmt::format("a file called '{}' would not be read as a revision", name));
    }
    return name;
}

}  // namespace schemist
