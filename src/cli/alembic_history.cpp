#include "cli/alembic_history.hpp"

#include "cli/alembic_program.hpp"
#include "cli/shell_command.hpp"
#include "cli/shell_words.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace schemist::cli {
namespace {

using Json = nlohmann::json;

std::string output_of(const std::string& command, const std::filesystem::path& folder) {
    ShellResult result = run_in_shell(command);
    if (result.status != 0) {
        throw Error(
            fmt::format("Alembic could not read its history: Python ended with status {}", result.status))
            .at(folder.string())
            .state("nothing was written")
            .hint(
                "its words stand above; --python names a Python that has Alembic and what the scripts import")
            .exit_code(ExitCode::configuration);
    }
    return std::move(result.output);
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
        fmt::format("{} -c {} {}", python, shell_quoted(alembic_program()), shell_quoted(folder.string()));
    for (const DialectName dialect : dialects) {
        command += fmt::format(" {}", to_string(dialect));
    }
    AlembicHistory history;
    for (const Json& one : Json::parse(output_of(command, folder))) {
        history.revisions.push_back(revision_of(one));
        for (const Json& remark : one["remarks"]) {
            history.remarks.push_back({history.revisions.back().id, remark.get<std::string>()});
        }
    }
    return history;
}

}  // namespace schemist::cli
