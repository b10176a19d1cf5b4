// Whatever a command prints as JSON is as docs/json says, its errors too.
#include "cli/commands.hpp"
#include "cli/test_project.hpp"

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace schemist;
using namespace schemist::test;

namespace {

const std::string sources = SCHEMIST_SOURCE_DIR;

// Lines of the shell behind `schemist`, in the order in which they run; those with a result, and those with an error.
const std::vector<std::string> lines{
    "init",
    "list-templates",
    "revision --autogenerate -m notes --rev-id a1",
    "revision --autogenerate -m nothing",
    "revision -m more --rev-id b2",
    "revision -m aside --rev-id c3 --head a1 --splice",
    "merge -m both --rev-id d4",
    "plan",
    "upgrade head --sql",
    "upgrade head",
    "downgrade -1",
    "downgrade head:base --sql",
    "current",
    "status",
    "log",
    "history --indicate-current",
    "history --graph",
    "heads",
    "branches",
    "show heads",
    "edit head",
    "stamp head",
    "stamp head --sql",
    "adopt",
    "verify",
    "doctor",
    "check",
    "diff empty models",
    "dump",
    "diagram --mermaid",
    "squash d4",
    "completion fish",
    "help",
    "import alembic old --python /usr/bin/python3",
    // Errors, each of its own.
    "init -c other.toml --template nothing",
    "list-templates --nothing",
    "revision -m twice --rev-id a1",
    "merge a1 b2",
    "squash heads@nothing",
    "plan nothing",
    "upgrade nothing",
    "downgrade nothing",
    "current --url nonsense",
    "status --url nonsense",
    "log --url nonsense",
    "history --rev-range b2:a1",
    "heads --nothing",
    "branches --nothing",
    "show nothing",
    "edit nothing",
    "stamp nothing",
    "adopt --url nonsense",
    "verify --url nonsense",
    "doctor --nothing",
    "check --against nonsense",
    "diff nothing empty",
    "dump --url nonsense",
    "diagram --from nothing",
    "completion nothing",
    "help nothing",
    "import nothing old",
    "models",
    "resolve",
};

}  // namespace

TEST_CASE("what commands print as JSON fits the schemas in docs/json") {
    Project project(DialectName::sqlite);
    Shell& shell = project.shell();
    shell.set("EDITOR", "true");
    shell.set("SCHEMIST_DATABASE_URL", project.url());
    shell.write("schemist.toml", "dialects = [\"sqlite\"]\n[models]\nfiles = [\"schema.sql\"]\n");
    shell.write("schema.sql", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL);\n");
    std::filesystem::create_directory(shell.folder() / "migrations");
    std::filesystem::copy(sources + "/tests/alembic/project", shell.folder() / "old",
                          std::filesystem::copy_options::recursive);
    std::string command = sources + "/tests/cli/tools/json_schemas " + sources + "/docs/json";
    for (const std::string& line : lines) {
        command += fmt::format(" '{}'", line);
    }
    const Outcome outcome = shell.run(command);
    CHECK_MESSAGE(outcome.exit_code == 0, outcome.out << outcome.error);
    // Every command has at least one result or, where a single program has none, an error.
    for (const cli::Command& one : cli::all_commands()) {
        const std::string name(one.name);
        const bool shown =
            outcome.out.find("\n" + name) != std::string::npos || outcome.out.starts_with(name);
        CHECK_MESSAGE(shown, name);
        const bool has_error = std::ranges::any_of(lines, [&](const std::string& line) {
            return line.starts_with(name) && outcome.out.find(line + ": error\n") != std::string::npos;
        });
        CHECK_MESSAGE(has_error, name);
        CHECK_MESSAGE(std::filesystem::exists(sources + "/docs/json/" + name + ".json"), name);
        CHECK_MESSAGE(!one.example.empty(), name);
    }
}
