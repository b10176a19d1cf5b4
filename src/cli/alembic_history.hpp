#pragma once
// An Alembic history as revisions, by Alembic itself.

#include "history/revision.hpp"

#include <schemist/connection.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace schemist::cli {

struct AlembicHistory {
    std::vector<Revision> revisions;
    std::vector<std::string> remarks;  // what a person has to look at
};

// Runs Alembic in offline mode, revision by revision and direction by direction, in a Python that has it. `folder` has
// alembic.ini, or is the folder of the scripts. Throws Error when Alembic cannot be run, or an id cannot be ours.
AlembicHistory read_alembic_history(const std::filesystem::path& folder,
                                    std::span<const DialectName> dialects, const std::string& python);

}  // namespace schemist::cli
