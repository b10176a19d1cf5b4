#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/project.hpp"
#include "cli/templates.hpp"

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    Json json = Json::array();
    std::vector<std::vector<std::string>> rows;
    for (const ProjectTemplate& one : project_templates()) {
        json.push_back({{"name", one.name}, {"summary", one.summary}});
        rows.push_back({std::string(one.name), std::string(one.summary)});
    }
    if (invocation.json()) {
        print_json(invocation.output(), {{"templates", json}});
    } else {
        invocation.output().result(aligned(rows));
    }
    return 0;
}

}  // namespace

const Command list_templates_command{
    "list-templates", "List what `init --template` understands", {}, run, "schemist list-templates"};

}  // namespace schemist::cli
