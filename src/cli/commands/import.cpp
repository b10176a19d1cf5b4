#include "cli/alembic_history.hpp"
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/new_revision.hpp"
#include "cli/project.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

// Those that an earlier import has not written; what is there may have been edited since.
std::vector<Revision> new_ones(const History& history, std::vector<Revision> revisions) {
    std::erase_if(revisions, [&](const Revision& revision) { return history.find(revision.id) != nullptr; });
    return revisions;
}

// All together, checked as a whole before the first file is written.
void check(const History& history, const std::vector<Revision>& added) {
    const auto present = history.revisions();
    std::vector<Revision> all(present.begin(), present.end());
    all.insert(all.end(), added.begin(), added.end());
    const History checked(std::move(all));
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
    const History history = invocation.history();
    const std::vector<Revision> added = new_ones(history, imported.revisions);
    check(history, added);
    Json json = Json::array();
    for (const Revision& revision : added) {
        const std::string path = write_revision_file(invocation, revision).string();
        json.push_back(path);
        if (!invocation.json()) {
            invocation.output().result(fmt::format("made {}\n", path));
        }
    }
    std::vector<std::string> remarks;
    for (const AlembicRemark& remark : imported.remarks) {
        if (std::ranges::find(added, remark.revision, &Revision::id) != added.end()) {
            remarks.push_back(fmt::format("revision {}: {}", remark.revision, remark.text));
            invocation.output().warning(remarks.back());
        }
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"created", json}, {"remarks", remarks}});
    } else if (added.empty()) {
        invocation.output().note("nothing to import: all revisions are there");
    } else {
        invocation.output().note(
            "next: compare with `schemist check`; for databases that carry alembic_version: schemist adopt "
            "--from alembic");
    }
    return static_cast<int>(remarks.empty() ? ExitCode::success : ExitCode::pending);
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
