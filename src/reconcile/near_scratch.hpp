#pragma once
// Scratch databases in which a live database is compared.

#include "reconcile/workshop.hpp"

#include <string>

namespace schemist {

// Where a scratch database prints what it reads as the live one does: on `server` (a URL) if it is not empty, else on a
// private one of the same major version, else beside the live database, `conninfo`, if its user may create one there.
MakeScratch scratch_near(Connection& live, const std::string& conninfo, const std::string& server);

}  // namespace schemist
