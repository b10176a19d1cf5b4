#pragma once
// What GitHub's workflows show beside the lines of a pull request.

#include <string>
#include <string_view>

namespace schemist::cli {

enum class AnnotationLevel { notice, warning, error };

// One line of a workflow's output. `where` is "migrations/8f3c.sql:12", a file, or anything else, which is left out.
std::string annotation(AnnotationLevel level, std::string_view where, std::string_view message);

}  // namespace schemist::cli
