#pragma once
// tests/cli/cases/<name>.case: files, commands, and what these print.

#include <filesystem>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace schemist::test {

// A file to write before the commands that follow.
struct CaseFile {
    std::string name;
    std::string text;
};

// `$ COMMAND`, then the lines it prints; those of stderr begin with "! ". The last one, `# exit N`, is left out
// for 0.
struct CaseCommand {
    std::string command;
    std::vector<std::string> expected;
};

// A case begins with what it is about. A line `-- needs: postgresql` gives it an empty database, $POSTGRESQL_URL.
// Then come sections, `-- file: NAME` and `-- commands`, in the order in which they happen.
struct CommandCase {
    std::filesystem::path path;
    std::string about;
    bool needs_postgresql = false;
    std::vector<std::variant<CaseFile, CaseCommand>> parts;
};

CommandCase read_command_case(const std::filesystem::path& path);
std::string text_of(const CommandCase& command_case);

// Whether lines are as expected. "..." alone stands for any number of lines, `[..]` for any text within one,
// [ID], [MS], [TIME] and [NUMBER] for a revision's id, a duration, a time, digits.
bool matches(const std::vector<std::string>& expected, const std::vector<std::string>& actual);

// The lines of a command's output as a case expects them.
std::vector<std::string> lines_of(std::string_view out, std::string_view error, int exit_code);

// With placeholders for what differs from run to run.
std::vector<std::string> with_placeholders(const std::vector<std::string>& lines);

}  // namespace schemist::test
