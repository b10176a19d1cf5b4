#include "cli/annotation.hpp"
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

std::string annotation_of(const Error& error) {
    return cli::annotation(
        cli::AnnotationLevel::error, error.where(),
        error.hint().empty() ? error.what_failed() : error.what_failed() + "\nnext: " + error.hint());
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
            output.result(annotation_of(error));
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
