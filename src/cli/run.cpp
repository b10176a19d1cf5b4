#include "cli/commands.hpp"
#include "cli/output.hpp"
#include "cli/project.hpp"
#include "cli/secrets.hpp"
#include "cli/stop_on_signal.hpp"

#include <schemist/error.hpp>
#include <schemist/run.hpp>

#include <csignal>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace schemist {
namespace {

constexpr std::string_view please_report = "this is a fault of Schemist; please report it";

void report(cli::Output& output, const Error& error, bool json) {
    if (!json) {
        output.error(error);
        return;
    }
    const nlohmann::ordered_json document{{"error",
                                           {{"message", cli::without_passwords(error.what_failed())},
                                            {"where", cli::without_passwords(error.where())},
                                            {"state", cli::without_passwords(error.state())},
                                            {"next", cli::without_passwords(error.hint())},
                                            {"sqlstate", error.sqlstate()},
                                            {"exit_code", static_cast<int>(error.exit_code())}}}};
    std::fputs((document.dump(2) + "\n").c_str(), stderr);
}

// As GitHub's workflows understand it, so that the message stands beside the line in a pull request.
std::string annotation(const Error& error) {
    const auto escaped = [](std::string_view text, bool is_property) {
        std::string result;
        for (const char letter : text) {
            result += letter == '%'                                     ? std::string("%25")
                      : letter == '\n'                                  ? std::string("%0A")
                      : is_property && (letter == ':' || letter == ',') ? (letter == ':' ? "%3A" : "%2C")
                                                                        : std::string(1, letter);
        }
        return result;
    };
    const std::string where = cli::without_passwords(error.where());
    const std::size_t colon = where.rfind(':');
    const bool has_line = colon != std::string::npos && colon + 1 < where.size() &&
                          where.find_first_not_of("0123456789", colon + 1) == std::string::npos;
    std::string place;
    if (has_line) {
        place = "file=" + escaped(where.substr(0, colon), true) + ",line=" + where.substr(colon + 1);
    } else if (where.ends_with(".sql") || where.ends_with(".toml")) {
        place = "file=" + escaped(where, true);
    }
    std::string message = cli::without_passwords(error.what_failed());
    message += error.hint().empty() ? "" : "\nnext: " + cli::without_passwords(error.hint());
    return "::error " + place + (place.empty() ? "" : ",") + "title=schemist::" + escaped(message, false) +
           "\n";
}

bool asks_for(int argc, const char* const* argv, std::string_view option, std::string_view value = {}) {
    for (int i = 1; i < argc; ++i) {
        if (argv[i] == option && (value.empty() || (i + 1 < argc && argv[i + 1] == value))) {
            return true;
        }
    }
    return false;
}

}  // namespace

int run(int argc, const char* const* argv, std::span<const TableDefinition> models) {
    std::signal(SIGPIPE, SIG_IGN);
    const bool json = asks_for(argc, argv, "--json");
    const bool github = asks_for(argc, argv, "--format=github") || asks_for(argc, argv, "--format", "github");
    cli::Output output(asks_for(argc, argv, "--quiet") || asks_for(argc, argv, "-q"),
                       !asks_for(argc, argv, "--no-color"));
    try {
        const cli::ParsedCommandLine parsed = cli::parse_command_line(argc, argv, cli::all_commands());
        if (parsed.command == nullptr) {
            output.result(parsed.text);
            return parsed.exit_code;
        }
        cli::Invocation invocation(parsed.arguments, models, output);
        return parsed.command->run(invocation);
    } catch (Error& error) {
        if (error.exit_code() == ExitCode::internal && error.hint().empty()) {
            error.hint(std::string(please_report));
        }
        if (github) {
            output.result(annotation(error));
        }
        report(output, error, json);
        return error.exit_code() == ExitCode::interrupted
                   ? static_cast<int>(ExitCode::interrupted) + cli::stopped_by()
                   : static_cast<int>(error.exit_code());
    } catch (const std::exception& error) {
        report(output, Error(error.what()).hint(std::string(please_report)).exit_code(ExitCode::internal),
               json);
        return static_cast<int>(ExitCode::internal);
    }
}

}  // namespace schemist
