#include "cli/alembic_history.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/new_revision.hpp"
#include "cli/project.hpp"

#include <schemist/error.hpp>

#include <filesystem>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

void require_new(const History& history, const std::vector<Revision>& revisions) {
    for (const Revision& revision : revisions) {
        if (const Revision* other = history.find(revision.id)) {
            throw Error(fmt::format("revision {} is there already", revision.id))
                .at(other->path)
                .state("nothing was written")
                .hint("import into an empty folder, or remove what was imported before")
                .exit_code(ExitCode::configuration);
        }
    }
}

int run(Invocation& invocation) {
    const std::string tool = invocation.arguments().value("tool");
    if (tool != "alembic") {
        throw Error(fmt::format("histories of '{}' cannot be imported", tool))
            .state("nothing was written")
            .hint("those of alembic can; `schemist adopt --from` takes over the databases of other tools")
            .exit_code(ExitCode::configuration);
    }
    const std::string python = invocation.arguments().value("python");
    const AlembicHistory imported =
        read_alembic_history(std::filesystem::absolute(invocation.arguments().value("directory")),
                             invocation.dialects(), python.empty() ? "python3" : python);
    require_new(invocation.history(), imported.revisions);
    // Checked as a whole before the first file is written.
    const History checked(imported.revisions);
    Json json = Json::array();
    for (const Revision& revision : checked.revisions()) {
        const std::string path = write_revision_file(invocation, revision).string();
        json.push_back(path);
        if (!invocation.json()) {
            invocation.output().result(fmt::format("made {}\n", path));
        }
    }
    for (const std::string& remark : imported.remarks) {
        invocation.output().warning(remark);
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"created", json}, {"remarks", imported.remarks}});
    } else {
        invocation.output().note(
            "next: compare with `schemist check`; for databases that carry alembic_version: schemist adopt "
            "--from alembic");
    }
    return 0;
}

}  // namespace

const Command import_command{
    "import",
    "Turn the history of another tool into revisions: ids, parents, labels, messages and SQL",
    {{"tool", OptionForm::positional, "alembic", true},
     {"directory", OptionForm::positional, "The folder with alembic.ini, or that of the scripts", true},
     {"--python", OptionForm::value, "The Python that has Alembic (default: python3)"}},
    run,
    "schemist import alembic ../old-project --python ../old-project/venv/bin/python"};

}  // namespace schemist::cli
