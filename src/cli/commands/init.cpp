#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/templates.hpp"

#include <schemist/error.hpp>

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

namespace files = std::filesystem;

constexpr const char* next_steps = R"(
Next:
  1. Say in {0} where the models come from ([models]), or build your own tool (docs/getting-started.md).
  2. schemist revision --autogenerate -m "first tables"    writes and proves the first revision
  3. schemist upgrade head                                 applies it
)";

void write_new(const files::path& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary);
    file << text;
    file.close();
    if (!file) {
        throw Error("the file cannot be written")
            .at(path.string())
            .hint("check the permissions of the folder and the space on the disk")
            .exit_code(ExitCode::configuration);
    }
}

int run(Invocation& invocation) {
    const std::string given = invocation.arguments().value("config");
    const files::path config = given.empty() ? "schemist.toml" : given;
    const std::string named = invocation.arguments().value("directory");
    const std::string folder = named.empty() ? "migrations" : named;
    std::vector<std::string> made;
    if (!files::exists(config)) {
        const std::string wanted = invocation.arguments().value("template");
        write_new(config, config_of_template(wanted.empty() ? "generic" : wanted, folder));
        made.push_back(config.string());
    }
    const files::path folder_path = config.parent_path() / folder;
    std::error_code failed;
    if (files::create_directories(folder_path, failed)) {
        made.push_back(folder_path.string() + "/");
    }
    if (failed) {
        throw Error("the folder cannot be made: " + failed.message())
            .at(folder_path.string())
            .hint("choose another with `schemist init DIRECTORY`")
            .exit_code(ExitCode::configuration);
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"made", made}});
        return 0;
    }
    for (const std::string& path : made) {
        invocation.output().result(fmt::format("made {}\n", path));
    }
    if (made.empty()) {
        invocation.output().note("nothing to do: the configuration and the folder are there already");
    } else {
        invocation.output().note(fmt::format(next_steps, config.string()));
    }
    return 0;
}

}  // namespace

const Command init_command{
    "init",
    "Make schemist.toml and the folder of the revisions",
    {{"directory", OptionForm::positional, "The folder (default: migrations)"},
     {"-t,--template", OptionForm::value, "What schemist.toml begins with; see list-templates"}},
    run,
    "schemist init --template sql"};

}  // namespace schemist::cli
