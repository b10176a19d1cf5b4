#pragma once
// An Alembic history as revisions, by Alembic itself.

#include "history/revision.hpp"

#include <schemist/connection.hpp>

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace schemist::cli {

// What a person has to look at in a revision.
struct AlembicRemark {
    std::string revision;
    std::string text;
};

struct AlembicHistory {
    std::vector<Revision> revisions;
    std::vector<AlembicRemark> remarks;
};

// Runs Alembic in offline mode, revision by revision and direction by direction, in a Python that has it. `folder` has
// alembic.ini, or is the folder of the scripts. Throws Error when Alembic cannot be run, or an id cannot be ours.
AlembicHistory read_alembic_history(const std::filesystem::path& folder,
                                    std::span<const DialectName> dialects, const std::string& python);

}  // namespace schemist::cli
