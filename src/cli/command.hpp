#pragma once
// What a command is: its words, its options, and the function that runs it.

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::cli {

class Invocation;

enum class OptionForm { flag, value, values, positional, positionals };

struct Option {
    std::string_view name;  // "-m,--message", "--sql", or a positional's name, "revision"
    OptionForm form;
    std::string_view help;
    bool required = false;
};

struct Command {
    std::string_view name;
    std::string_view summary;
    std::vector<Option> options;
    int (*run)(Invocation&);        // gives the exit code; throws Error
    std::string_view example = {};  // as typed into a shell, one line or several
};

// The values given on the command line, by the long name of the option without dashes.
class Arguments {
  public:
    bool has(std::string_view name) const { return values_.contains(name); }
    // The only or last value; empty when not given.
    std::string value(std::string_view name) const;
    std::vector<std::string> values(std::string_view name) const;
    void add(std::string_view name, std::string value) {
        values_[std::string(name)].push_back(std::move(value));
    }

  private:
    std::map<std::string, std::vector<std::string>, std::less<>> values_;
};

struct ParsedCommandLine {
    const Command* command = nullptr;  // nullptr: `text` is all that was asked for (help, version)
    Arguments arguments;               // those before the command and after it
    std::string text;
    int exit_code = 0;
};

// Options that every command has: --config, --url, --json, --quiet, --no-color.
std::span<const Option> common_options();

// Throws Error (configuration) with the nearest words for a wrong command line.
ParsedCommandLine parse_command_line(int argc, const char* const* argv, std::span<const Command> all);

}  // namespace schemist::cli
