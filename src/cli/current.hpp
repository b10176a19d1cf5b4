#pragma once
// Where a database is.

#include "cli/project.hpp"

#include <string>
#include <vector>

namespace schemist::cli {

// The current revisions of the database that the URL names, as far as the files have them. Throws Error when there are
// none.
std::vector<std::string> current_of_database(Invocation& invocation, const History& history);

}  // namespace schemist::cli
