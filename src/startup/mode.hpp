#pragma once
// What an application does with its migrations when it starts.

#include "config/environment.hpp"

#include <schemist/migrate.hpp>

namespace schemist {

// Of the options, else of SCHEMIST_MIGRATE_ON_START, else automatic. Throws Error (configuration) for another word.
MigrateMode mode_of(const MigrateOptions& options, const EnvironmentVariables& environment);

}  // namespace schemist
