#include "cli/templates.hpp"

#include "config/config.hpp"
#include "schema/nearest.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::cli {

std::span<const ProjectTemplate> project_templates() {
    static constexpr std::array<ProjectTemplate, 5> templates{{
        {"generic", "All settings as comments; the default", ""},
        {"sql", "The desired state is a file, schema.sql", "files = [\"schema.sql\"]\n"},
        {"command", "The desired state is what a command prints as SQL",
         "command = \"./print-schema\"\nformat = \"sql\"\n"},
        {"sqlmodel", "The desired state are SQLModel or SQLAlchemy models (see docs/models.md)",
         "command = \"python3 schemist_models.py app.models\"\nformat = \"sql\"\n"},
        {"database", "The desired state is that of another database",
         "database = \"postgresql://localhost/goal\"\n"},
    }};
    return templates;
}

std::string config_of_template(std::string_view name, std::string_view migrations) {
    const auto found = std::ranges::find(project_templates(), name, &ProjectTemplate::name);
    if (found == project_templates().end()) {
        std::vector<std::string> known;
        for (const ProjectTemplate& one : project_templates()) {
            known.emplace_back(one.name);
        }
        const std::vector<std::string> close = nearest(name, known, 1);
        throw Error(fmt::format("there is no template '{}'", name))
            .at("--template")
            .state("nothing was written")
            .hint(close.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                : fmt::format("did you mean {}?", close.front()))
            .exit_code(ExitCode::configuration);
    }
    std::string text = default_config_text(migrations);
    constexpr std::string_view next_section = "\n[objects]";
    text.insert(text.find(next_section), found->models);
    return text;
}

}  // namespace schemist::cli
