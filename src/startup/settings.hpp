#pragma once
// What a start and a run are to do, from the program, the configuration and the environment.

#include "config/config.hpp"
#include "config/environment.hpp"
#include "config/url.hpp"
#include "runner/runner.hpp"

#include <schemist/migrate.hpp>

namespace schemist {

// Of the options, else of the environment, else the default. They throw Error (configuration) for another word.
MigrateMode mode_of(const MigrateOptions& options, const EnvironmentVariables& environment);
OnFailure on_failure_of(const MigrateOptions& options, const EnvironmentVariables& environment);
AdoptPolicy adopt_of(const MigrateOptions& options, const EnvironmentVariables& environment);

RunOptions run_options(const Config& config);

// For a database that others use too: with further connections to it for the lock and for when one is lost, and with
// the wish to stop.
RunOptions live_run_options(const Config& config, const Url& url, std::stop_token stop);

// The compiled in revisions, or those of the folder.
History history_of(const MigrateOptions& options, const Config& config);

}  // namespace schemist
