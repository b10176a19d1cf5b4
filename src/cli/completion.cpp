// What shells complete: commands, options, and the names of revisions.

#include "cli/reference.hpp"
#include "schema/text.hpp"

#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {
namespace {

std::vector<std::string> option_words(const Command& command) {
    std::vector<std::string> words{"--help"};
    for (const std::span<const Option> options :
         {std::span<const Option>(command.options), common_options()}) {
        for (const Option& option : options) {
            if (option.name.starts_with('-')) {
                const std::vector<std::string> all = comma_list(option.name);
                words.insert(words.end(), all.begin(), all.end());
            }
        }
    }
    return words;
}

bool takes_revision(const Command& command) {
    for (const Option& option : command.options) {
        if (option.name == "revision" || option.name == "revisions") {
            return true;
        }
    }
    return false;
}

std::vector<std::string> names(std::span<const Command> commands, bool only_with_revision) {
    std::vector<std::string> result;
    for (const Command& command : commands) {
        if (!only_with_revision || takes_revision(command)) {
            result.emplace_back(command.name);
        }
    }
    return result;
}

std::string bash_script(std::span<const Command> commands) {
    std::string cases;
    for (const Command& command : commands) {
        cases +=
            fmt::format("        {}) words='{}' ;;\n", command.name, fmt::join(option_words(command), " "));
    }
    return fmt::format(R"(# bash completion for schemist; load it with: source <(schemist completion bash)
_schemist() {{
    local current=${{COMP_WORDS[COMP_CWORD]}} previous=${{COMP_WORDS[COMP_CWORD - 1]}} command= word words=
    for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
        case $word in
        {}) command=$word; break ;;
        esac
    done
    COMPREPLY=()
    case $previous in
    -c|--config) mapfile -t COMPREPLY < <(compgen -f -- "$current"); return ;;
    esac
    if [ -z "$command" ]; then
        words='{} --help --version --config --url --json --quiet --no-color'
    elif [[ $current == -* ]]; then
        case $command in
{}        esac
    else
        case $command in
        {}) words=$("${{COMP_WORDS[0]}}" completion revisions 2>/dev/null) ;;
        help) words='{}' ;;
        completion) words='bash zsh fish' ;;
        esac
    fi
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
}}
complete -F _schemist schemist
)",
                       fmt::join(names(commands, false), "|"), fmt::join(names(commands, false), " "), cases,
                       fmt::join(names(commands, true), "|"), fmt::join(names(commands, false), " "));
}

// zsh understands bash's way; its own would say nothing more here.
std::string zsh_script(std::span<const Command> commands) {
    std::string lines;
    std::string cases;
    for (const Command& command : commands) {
        std::string summary;
        for (const char letter : command.summary) {
            summary += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
        }
        lines += fmt::format("        '{}:{}'\n", command.name, summary);
        cases +=
            fmt::format("    {}) compadd -- {} ;;\n", command.name, fmt::join(option_words(command), " "));
    }
    return fmt::format(R"(#compdef schemist
# zsh completion for schemist; load it with: source <(schemist completion zsh)
_schemist() {{
    local -a commands
    commands=(
{}    )
    if (( CURRENT == 2 )); then
        _describe command commands
    elif [[ $words[CURRENT] == -* ]]; then
        case $words[2] in
    {}        esac
    else
        case $words[2] in
        {}) compadd -- $("$words[1]" completion revisions 2>/dev/null) ;;
        help) _describe command commands ;;
        completion) compadd bash zsh fish ;;
        *) _files ;;
        esac
    fi
}}
compdef _schemist schemist
)",
                       lines, cases, fmt::join(names(commands, true), "|"));
}

std::string fish_script(std::span<const Command> commands) {
    std::string text = "# fish completion for schemist; load it with: schemist completion fish | source\n";
    const auto quoted = [](std::string_view words) {
        std::string result = "'";
        for (const char letter : words) {
            result += letter == '\'' || letter == '\\' ? std::string{'\\', letter} : std::string(1, letter);
        }
        return result + "'";
    };
    text += "complete -c schemist -f\n";
    for (const Command& command : commands) {
        text += fmt::format("complete -c schemist -n __fish_use_subcommand -a {} -d {}\n", command.name,
                            quoted(command.summary));
        const std::string condition = fmt::format("'__fish_seen_subcommand_from {}'", command.name);
        for (const std::span<const Option> options :
             {std::span<const Option>(command.options), common_options()}) {
            for (const Option& option : options) {
                std::string names_of;
                for (const std::string& form :
                     option.name.starts_with('-') ? comma_list(option.name) : std::vector<std::string>{}) {
                    names_of += form.starts_with("--") ? " -l " + form.substr(2) : " -s " + form.substr(1);
                }
                if (!names_of.empty()) {
                    text += fmt::format("complete -c schemist -n {}{}{} -d {}\n", condition, names_of,
                                        option.form == OptionForm::flag ? "" : " -r", quoted(option.help));
                }
            }
        }
        if (takes_revision(command)) {
            text += fmt::format(
                "complete -c schemist -n {} -a '(schemist completion revisions 2>/dev/null)'\n", condition);
        }
    }
    return text;
}

}  // namespace

std::string completion_script(std::string_view shell, std::span<const Command> commands) {
    return shell == "bash"   ? bash_script(commands)
           : shell == "zsh"  ? zsh_script(commands)
           : shell == "fish" ? fish_script(commands)
                             : std::string{};
}

}  // namespace schemist::cli
