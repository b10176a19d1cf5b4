#pragma once
// Schemas of other projects, in a folder beside the project's; see docs/architecture.md.

#include "support/postgresql.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace schemist::test {

// Empty where it is not there.
std::filesystem::path corpus_folder();
void create_roles_of_corpus();

// A database with the script in it, which may also be one for psql. Roles that it mentions are created. Nothing when it is
// written for a newer server.
std::unique_ptr<TestDatabase> load_script(const std::string& script);

}  // namespace schemist::test
