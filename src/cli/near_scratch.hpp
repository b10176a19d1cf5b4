#pragma once
// Scratch databases in which a live database is compared.

#include "cli/project.hpp"

namespace schemist::cli {

// Where a scratch database prints what it reads as the live one does: on the server that the configuration names, else
// on a private one of the same major version, else beside the live database if its user may create one there.
MakeScratch scratch_near(Invocation& invocation, Connection& live);

}  // namespace schemist::cli
