#include "cli/alembic_history.hpp"

#include "cli/shell_words.hpp"

#include <schemist/error.hpp>

#include <array>
#include <cstdio>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/wait.h>

namespace schemist::cli {
namespace {

using Json = nlohmann::json;

// Prints a JSON list of the revisions with their SQL. Alembic prints a section of BEGIN and COMMIT around what runs
// outside of a transaction; here that is where a step ends.
constexpr std::string_view script = R"python(
import io, json, os, re, sys, warnings
warnings.simplefilter("ignore")
out = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
from alembic.config import Config
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

folder, dialects = sys.argv[1], sys.argv[2:]
ini = os.path.join(folder, "alembic.ini")
if os.path.exists(ini):
    os.chdir(folder)
    config = Config("alembic.ini")
    for path in (config.get_main_option("prepend_sys_path") or "").split(os.pathsep):
        sys.path.insert(0, os.path.abspath(path))
else:
    config = Config()
    config.set_main_option("script_location", folder.replace("%", "%%"))
scripts = ScriptDirectory.from_config(config)

def steps(revision, direction, dialect):
    buffer = io.StringIO()
    context = MigrationContext.configure(dialect_name=dialect, opts={
        "as_sql": True, "output_buffer": buffer, "transactional_ddl": True})
    with Operations.context(context):
        getattr(revision.module, direction)()
    found = [[]]
    for line in buffer.getvalue().splitlines():
        if line in ("BEGIN;", "COMMIT;"):
            found.append([])
        else:
            found[-1].append(line)
    texts = [re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() for lines in found]
    return [text for text in texts if text]

def as_list(value):
    return [] if value is None else [value] if isinstance(value, str) else list(value)

result = []
for revision in reversed(list(scripts.walk_revisions())):
    created = re.search(r"Create Date:\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)", revision.module.__doc__ or "")
    entry = {"id": revision.revision, "parents": as_list(revision.module.down_revision),
             "labels": as_list(getattr(revision.module, "branch_labels", None)),
             "depends": as_list(getattr(revision.module, "depends_on", None)),
             "message": " ".join((revision.doc or "").split()),
             "created": created.group(1) + "T" + created.group(2) + "Z" if created else "",
             "sections": [], "remarks": []}
    for dialect in dialects:
        for direction in ("upgrade", "downgrade"):
            try:
                entry["sections"].append({"direction": direction, "dialect": dialect,
                                          "steps": steps(revision, direction, dialect)})
            except Exception as error:
                entry["remarks"].append("%s for %s has no SQL: %s" % (direction, dialect, str(error).split("\n")[0]))
    result.append(entry)
json.dump(result, out)
)python";

std::string output_of(const std::string& command, const std::filesystem::path& folder) {
    std::FILE* pipe = popen(command.c_str(), "re");
    std::string text;
    if (pipe != nullptr) {
        std::array<char, 65536> buffer{};
        for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) {
            text.append(buffer.data(), size);
        }
    }
    const int status = pipe == nullptr ? -1 : pclose(pipe);
    if (status != 0) {
        throw Error(fmt::format("Alembic could not read its history: Python ended with status {}",
                                WIFEXITED(status) ? WEXITSTATUS(status) : status))
            .at(folder.string())
            .state("nothing was written")
            .hint(
                "its words stand above; --python names a Python that has Alembic and what the scripts import")
            .exit_code(ExitCode::configuration);
    }
    return text;
}

RevisionSection section_of(const Json& json) {
    RevisionSection section;
    section.direction = json["direction"] == "upgrade" ? Direction::upgrade : Direction::downgrade;
    section.dialect = json["dialect"] == "sqlite" ? DialectName::sqlite : DialectName::postgresql;
    for (const Json& step : json["steps"]) {
        section.steps.push_back({step.get<std::string>(), 0});
    }
    if (section.steps.empty()) {
        section.steps.push_back({});
    }
    return section;
}

Revision revision_of(const Json& json) {
    Revision revision;
    revision.id = json["id"].get<std::string>();
    if (!is_valid_id(revision.id)) {
        throw Error(
            fmt::format("the revision '{}' of Alembic has an id that Schemist cannot have", revision.id))
            .state("nothing was written")
            .hint("an id has letters, digits, '_' and '.', and is not head, heads, base or current")
            .exit_code(ExitCode::configuration);
    }
    revision.parents = json["parents"].get<std::vector<std::string>>();
    revision.labels = json["labels"].get<std::vector<std::string>>();
    revision.depends = json["depends"].get<std::vector<std::string>>();
    revision.message = json["message"].get<std::string>();
    revision.created = json["created"].get<std::string>();
    for (const Json& section : json["sections"]) {
        revision.sections.push_back(section_of(section));
    }
    return revision;
}

}  // namespace

AlembicHistory read_alembic_history(const std::filesystem::path& folder,
                                    std::span<const DialectName> dialects, const std::string& python) {
    std::string command =
        fmt::format("{} -c {} {}", python, shell_quoted(script), shell_quoted(folder.string()));
    for (const DialectName dialect : dialects) {
        command += fmt::format(" {}", to_string(dialect));
    }
    AlembicHistory history;
    for (const Json& one : Json::parse(output_of(command, folder))) {
        history.revisions.push_back(revision_of(one));
        for (const Json& remark : one["remarks"]) {
            history.remarks.push_back(
                fmt::format("revision {}: {}", history.revisions.back().id, remark.get<std::string>()));
        }
    }
    return history;
}

}  // namespace schemist::cli
