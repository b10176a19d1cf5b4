#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/reference.hpp"

#include <algorithm>

namespace schemist::cli {
namespace {

Json to_json(const Command& command) {
    Json options = Json::array();
    for (const Option& option : command.options) {
        options.push_back({{"name", option.name}, {"help", option.help}, {"required", option.required}});
    }
    return {{"name", command.name},
            {"summary", command.summary},
            {"options", options},
            {"example", command.example}};
}

int run(Invocation& invocation) {
    Output& output = invocation.output();
    if (invocation.arguments().has("markdown")) {
        output.result(reference_page(all_commands()));
        return 0;
    }
    const std::string name = invocation.arguments().value("command");
    const bool known =
        name.empty() || std::ranges::find(all_commands(), name, &Command::name) != all_commands().end();
    if (known && invocation.json()) {
        Json commands = Json::array();
        for (const Command& command : all_commands()) {
            if (name.empty() || command.name == name) {
                commands.push_back(to_json(command));
            }
        }
        print_json(output, {{"commands", commands}});
        return 0;
    }
    // As if the words were `schemist COMMAND --help`; without the last, the parser says what is wrong with the command.
    std::vector<const char*> words{"schemist"};
    if (!name.empty()) {
        words.push_back(name.c_str());
    }
    if (known) {
        words.push_back("--help");
    }
    output.result(parse_command_line(static_cast<int>(words.size()), words.data(), all_commands()).text);
    return 0;
}

}  // namespace

const Command help_command{"help",
                           "Explain a command, or list all",
                           {{"command", OptionForm::positional, "The command"},
                            {"--markdown", OptionForm::flag, "Print the page that docs/reference.md is"}},
                           run,
                           "schemist help upgrade"};

}  // namespace schemist::cli
