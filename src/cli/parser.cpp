// The only place that knows CLI11, whose headers take seconds to compile.

#include "cli/command.hpp"
#include "schema/nearest.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <deque>
#include <vector>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace schemist::cli {
namespace {

// CLI11 takes "-1" for an option; behind this letter it is a value, as Alembic's users write it.
constexpr char relative_mark = '\x01';

// "-1", or a range that begins so, "-3:current".
bool is_relative(std::string_view argument) {
    const std::string_view number = argument.substr(0, argument.find(':'));
    return number.size() > 1 && number[0] == '-' &&
           std::ranges::all_of(number.substr(1),
                               [](unsigned char letter) { return std::isdigit(letter) != 0; });
}

std::string unmarked(std::string value) {
    if (!value.empty() && value.front() == relative_mark) {
        value.erase(0, 1);
    }
    return value;
}

std::string long_name(std::string_view name) {
    const std::size_t dashes = name.find("--");
    return std::string(dashes == std::string_view::npos ? name : name.substr(dashes + 2));
}

bool is_positional(const Option& option) {
    return option.form == OptionForm::positional || option.form == OptionForm::positionals;
}

std::string indented(std::string_view lines) {
    std::string result;
    while (!lines.empty()) {
        const std::size_t end = lines.find('\n');
        result += fmt::format("  {}\n", lines.substr(0, end));
        lines = end == std::string_view::npos ? std::string_view{} : lines.substr(end + 1);
    }
    return result;
}

struct Binding {
    const CLI::Option* option;
    std::string name;
    bool flag;
};

// CLI11 writes into variables of its user; a deque keeps them where they are.
struct Storage {
    std::deque<std::vector<std::string>> values;
    std::vector<Binding> bindings;
};

void add_option(CLI::App& app, const Option& option, Storage& storage) {
    const std::string name(option.name);
    const std::string help(option.help);
    if (option.form == OptionForm::flag) {
        storage.bindings.push_back({app.add_flag(name, help), long_name(name), true});
        return;
    }
    auto& values = storage.values.emplace_back();
    CLI::Option* added = app.add_option(name, values, help);
    if (option.form == OptionForm::values) {
        added->expected(1)->take_all();
    } else if (option.form == OptionForm::positional) {
        added->expected(1)->allow_extra_args(false);  // a second one is a mistake
    } else if (option.form == OptionForm::value) {
        added->expected(1);
        added->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }
    added->required(option.required);
    added->type_name(is_positional(option) ? "" : "TEXT");
    storage.bindings.push_back({added, long_name(name), false});
}

void collect(const Storage& storage, Arguments& arguments) {
    for (const Binding& binding : storage.bindings) {
        if (binding.flag && binding.option->count() > 0) {
            arguments.add(binding.name, "");
        } else if (!binding.flag) {
            for (const std::string& value : binding.option->results()) {
                arguments.add(binding.name, unmarked(value));
            }
        }
    }
}

const Option* common_option(std::string_view word) {
    const auto options = common_options();
    const auto found = std::ranges::find_if(options, [&](const Option& option) {
        return word == "--" + long_name(option.name) || word == option.name.substr(0, option.name.find(','));
    });
    return found == options.end() ? nullptr : &*found;
}

// The one that the first word besides common options names, or all. The options of the others would cost more time than
// connecting does.
std::span<const Command> commands_meant(int argc, const char* const* argv,
                                        std::span<const Command> commands) {
    int first = 1;
    for (const Option* option = nullptr; first < argc && (option = common_option(argv[first])) != nullptr;) {
        first += option->form == OptionForm::value ? 2 : 1;
    }
    const auto named =
        first < argc ? std::ranges::find(commands, argv[first], &Command::name) : commands.end();
    return named == commands.end() ? commands : std::span(&*named, 1);
}

Error unknown_command(std::string_view word, std::span<const Command> commands) {
    std::vector<std::string> names;
    for (const Command& command : commands) {
        names.emplace_back(command.name);
    }
    const std::vector<std::string> close = nearest(word, names, 1);
    Error error(fmt::format("there is no command '{}'", word));
    error.hint(close.empty()
                   ? "all commands: schemist --help"
                   : fmt::format("did you mean `schemist {}`? All commands: schemist --help", close.front()));
    return error.exit_code(ExitCode::configuration);
}

// "did you mean --json?" for the first option that neither the command nor the program has; else empty.
std::string nearest_option(std::span<const std::string> words, const Command& command) {
    std::vector<std::string> known{"help"};
    for (const std::span<const Option> options :
         {common_options(), std::span<const Option>(command.options)}) {
        for (const Option& option : options) {
            if (!is_positional(option)) {
                known.push_back(long_name(option.name));
            }
        }
    }
    for (const std::string& word : words) {
        const std::string name = word.starts_with("--") ? word.substr(2, word.find('=') - 2) : "";
        if (!name.empty() && std::ranges::find(known, name) == known.end()) {
            const std::vector<std::string> close = nearest(name, known, 1);
            return close.empty() ? "" : fmt::format("did you mean --{}? ", close.front());
        }
    }
    return "";
}

}  // namespace

std::string Arguments::value(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::string() : found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view name) const {
    const auto found = values_.find(name);
    return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::span<const Option> common_options() {
    static const std::array<Option, 6> options{{
        {"-c,--config", OptionForm::value, "The configuration file (default: schemist.toml, if it is there)"},
        {"--url", OptionForm::value,
         "The database (default: from the environment, see docs/configuration.md)"},
        {"--json", OptionForm::flag, "Print the result as JSON"},
        {"--format", OptionForm::value,
         "github: print errors and findings also as annotations of a pull request"},
        {"-q,--quiet", OptionForm::flag, "Print results only, no progress"},
        {"--no-color", OptionForm::flag, "No colours, also on a terminal"},
    }};
    return options;
}

ParsedCommandLine parse_command_line(int argc, const char* const* argv, std::span<const Command> all) {
    const std::span<const Command> commands = commands_meant(argc, argv, all);
    CLI::App app{"Schemist: schema migrations for PostgreSQL and SQLite", "schemist"};
    app.set_version_flag("--version", std::string("schemist ") + version);
    app.require_subcommand(1);
    app.fallthrough();
    Storage storage;
    for (const Option& option : common_options()) {
        add_option(app, option, storage);
    }
    std::vector<CLI::App*> added;
    std::deque<Storage> command_storage;
    for (const Command& command : commands) {
        CLI::App* subcommand = app.add_subcommand(std::string(command.name), std::string(command.summary));
        if (!command.example.empty()) {
            subcommand->footer("Example:\n" + indented(command.example));
        }
        for (const Option& option : command.options) {
            add_option(*subcommand, option, command_storage.emplace_back());
        }
        added.push_back(subcommand);
    }

    std::vector<std::string> words;
    for (int i = argc - 1; i >= 1; --i) {
        words.push_back(is_relative(argv[i]) ? relative_mark + std::string(argv[i]) : std::string(argv[i]));
    }
    ParsedCommandLine parsed;
    if (words.empty()) {
        parsed.text = app.help();
        parsed.exit_code = static_cast<int>(ExitCode::configuration);
        return parsed;
    }
    try {
        app.parse(words);
    } catch (const CLI::CallForHelp&) {
        const auto used = app.get_subcommands();
        parsed.text = used.empty() ? app.help() : used.front()->help("schemist");
        return parsed;
    } catch (const CLI::CallForVersion&) {
        parsed.text = std::string("schemist ") + version + "\n";
        return parsed;
    } catch (const CLI::ParseError& error) {
        const auto used = app.get_subcommands();
        if (used.empty()) {
            for (int i = 1; i < argc; ++i) {
                if (argv[i][0] != '-') {
                    throw unknown_command(argv[i], all);
                }
            }
        }
        std::string message = error.what();
        std::erase(message, relative_mark);
        std::string hint = "schemist --help";
        for (std::size_t i = 0; i < commands.size(); ++i) {
            if (!used.empty() && added[i] == used.front()) {
                const std::vector<std::string> in_order(argv + 1, argv + argc);
                hint = fmt::format("{}schemist {} --help", nearest_option(in_order, commands[i]),
                                   commands[i].name);
            }
        }
        throw Error(message).hint(hint).exit_code(ExitCode::configuration);
    }
    for (std::size_t i = 0; i < commands.size(); ++i) {
        if (added[i]->parsed()) {
            parsed.command = &commands[i];
        }
    }
    collect(storage, parsed.arguments);
    for (const Storage& bound : command_storage) {
        collect(bound, parsed.arguments);
    }
    if (const std::string format = parsed.arguments.value("format"); !format.empty() && format != "github") {
        throw Error(fmt::format("there is no format '{}'", format))
            .at("--format")
            .hint("write --format github, or --json")
            .exit_code(ExitCode::configuration);
    }
    return parsed;
}

}  // namespace schemist::cli
