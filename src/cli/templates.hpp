#pragma once
// What `schemist init` may write.

#include <span>
#include <string>
#include <string_view>

namespace schemist::cli {

struct ProjectTemplate {
    std::string_view name;
    std::string_view summary;
    std::string_view models;  // the lines of [models] that are set
};

std::span<const ProjectTemplate> project_templates();

// A schemist.toml. Throws Error for an unknown template.
std::string config_of_template(std::string_view name, std::string_view migrations);

}  // namespace schemist::cli
