#include "cli/reference.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

bool is_positional(const Option& option) {
    return option.form == OptionForm::positional || option.form == OptionForm::positionals;
}

std::string shown_name(const Option& option) {
    std::string name;
    for (const char letter : option.name) {
        name += letter == ',' ? std::string("`, `") : std::string(1, letter);
    }
    const std::string_view value =
        option.form == OptionForm::flag || is_positional(option) ? std::string_view() : " TEXT";
    return fmt::format("`{}{}`", name, value);
}

std::string usage(const Command& command) {
    std::string text = fmt::format("schemist {} [OPTIONS]", command.name);
    for (const Option& option : command.options) {
        if (is_positional(option)) {
            const std::string name =
                fmt::format("{}{}", option.name, option.form == OptionForm::positionals ? "..." : "");
            text += option.required ? " " + name : " [" + name + "]";
        }
    }
    return text;
}

std::string options_table(std::span<const Option> options) {
    std::string text = "| option | meaning |\n|---|---|\n";
    for (const Option& option : options) {
        text += fmt::format("| {} | {} |\n", shown_name(option), option.help);
    }
    return text;
}

}  // namespace

std::string reference_page(std::span<const Command> commands) {
    std::string text =
        "# Reference\n\n"
        "<!-- made by `schemist help --markdown`; a test compares -->\n\n"
        "What each command understands, as `schemist COMMAND --help` prints it. What they print and do "
        "stands in "
        "[commands](commands.md).\n\n"
        "## Options of every command\n\n" +
        options_table(common_options());
    for (const Command& command : commands) {
        text +=
            fmt::format("\n## {}\n\n{}.\n\n```\n{}\n```\n", command.name, command.summary, usage(command));
        if (!command.options.empty()) {
            text += "\n" + options_table(command.options);
        }
        if (!command.example.empty()) {
            text += fmt::format("\nExample:\n\n```sh\n{}\n```\n", command.example);
        }
    }
    return text;
}

}  // namespace schemist::cli
