#include "cli/command_case.hpp"

#include "cli/shell.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <sstream>
#include <stdexcept>

namespace schemist::test {
namespace {

bool all_of(std::string_view text, const char* characters) {
    return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

bool is_duration(std::string_view text) {
    const std::size_t unit = text.find(' ');
    return unit != std::string_view::npos && all_of(text.substr(0, unit), "0123456789.") &&
           (text.substr(unit) == " ms" || text.substr(unit) == " s");
}

struct Placeholder {
    std::string_view name;
    bool (*stands_for)(std::string_view text);
    const char* pattern;  // what to replace when a case is written anew
    const char* replacement;
};

const std::array<Placeholder, 5> placeholders{{
    {"[TIME]", [](std::string_view text) { return all_of(text, "0123456789-:.TZ"); },
     R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z)", "[TIME]"},
    {"[ID]", [](std::string_view text) { return text.size() == 12 && all_of(text, "0123456789abcdef"); },
     R"((^|[^0-9a-f])[0-9a-f]{12}(?![0-9a-f]))", "$1[ID]"},
    {"[MS]", is_duration, R"(\b\d+(\.\d+)? m?s\b)", "[MS]"},
    {"[NUMBER]", [](std::string_view text) { return all_of(text, "0123456789"); }, R"("ms": \d+)",
     R"("ms": [NUMBER])"},
    {"[..]", [](std::string_view) { return true; }, nullptr, nullptr},
}};

bool line_matches(std::string_view pattern, std::string_view text) {
    std::size_t at = std::string_view::npos;
    const Placeholder* first = nullptr;
    for (const Placeholder& placeholder : placeholders) {
        if (const std::size_t found = pattern.find(placeholder.name); found < at) {
            at = found;
            first = &placeholder;
        }
    }
    if (first == nullptr) {
        return pattern == text;
    }
    if (text.substr(0, at) != pattern.substr(0, at)) {
        return false;
    }
    const std::string_view rest = text.substr(at);
    for (std::size_t length = 0; length <= rest.size(); ++length) {
        if (first->stands_for(rest.substr(0, length)) &&
            line_matches(pattern.substr(at + first->name.size()), rest.substr(length))) {
            return true;
        }
    }
    return false;
}

using Lines = std::vector<std::string>;

bool matches_from(const Lines& expected, std::size_t i, const Lines& actual, std::size_t j) {
    if (i == expected.size()) {
        return j == actual.size();
    }
    if (expected[i] == "..." || expected[i] == "! ...") {
        return matches_from(expected, i + 1, actual, j) ||
               (j < actual.size() && matches_from(expected, i, actual, j + 1));
    }
    return j < actual.size() && line_matches(expected[i], actual[j]) &&
           matches_from(expected, i + 1, actual, j + 1);
}

void append_lines(std::string_view text, std::string_view prefix, Lines& lines) {
    std::istringstream stream{std::string(text)};
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line.empty() && prefix == "! " ? "!" : std::string(prefix) + line);
    }
    if (!text.empty() && text.back() != '\n') {
        lines.push_back("\\ no newline at the end");
    }
}

}  // namespace

CommandCase read_command_case(const std::filesystem::path& path) {
    CommandCase result;
    result.path = path;
    std::istringstream lines(read_file(path));
    std::string* text = &result.about;
    for (std::string line; std::getline(lines, line);) {
        if (line == "-- needs: postgresql") {
            result.needs_postgresql = true;
        } else if (line.starts_with("-- file: ")) {
            result.parts.emplace_back(CaseFile{line.substr(9), ""});
            text = &std::get<CaseFile>(result.parts.back()).text;
        } else if (line == "-- commands") {
            text = nullptr;
        } else if (text != nullptr) {
            *text += line + "\n";
        } else if (line.starts_with("$ ")) {
            result.parts.emplace_back(CaseCommand{line.substr(2), {}});
        } else if (!result.parts.empty() && std::holds_alternative<CaseCommand>(result.parts.back())) {
            std::get<CaseCommand>(result.parts.back()).expected.push_back(line);
        } else {
            throw std::runtime_error(path.string() + ": output without a command: " + line);
        }
    }
    return result;
}

std::string text_of(const CommandCase& command_case) {
    std::string text = command_case.about;
    text += command_case.needs_postgresql ? "-- needs: postgresql\n" : "";
    bool in_commands = false;
    for (const auto& part : command_case.parts) {
        if (const auto* file = std::get_if<CaseFile>(&part)) {
            text += "-- file: " + file->name + "\n" + file->text;
            in_commands = false;
            continue;
        }
        const auto& command = std::get<CaseCommand>(part);
        text += in_commands ? "" : "-- commands\n";
        text += "$ " + command.command + "\n";
        for (const std::string& line : command.expected) {
            text += line + "\n";
        }
        in_commands = true;
    }
    return text;
}

bool matches(const Lines& expected, const Lines& actual) {
    return matches_from(expected, 0, actual, 0);
}

Lines lines_of(std::string_view out, std::string_view error, int exit_code) {
    Lines lines;
    append_lines(out, "", lines);
    append_lines(error, "! ", lines);
    if (exit_code != 0) {
        lines.push_back("# exit " + std::to_string(exit_code));
    }
    return lines;
}

Lines with_placeholders(const Lines& lines) {
    Lines result = lines;
    for (std::string& line : result) {
        for (const Placeholder& placeholder : placeholders) {
            if (placeholder.pattern != nullptr) {
                line = std::regex_replace(line, std::regex(placeholder.pattern), placeholder.replacement);
            }
        }
    }
    return result;
}

}  // namespace schemist::test
