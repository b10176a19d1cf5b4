#pragma once
// Who a row of the journal says did it.

#include "runner/runner.hpp"

#include <string>

namespace schemist {

// What the options say, else user@host. Looked up when a row is written, since a run with nothing to do has no use
// for it and the user's name may be far away (LDAP).
std::string applied_by(const RunOptions& options);

}  // namespace schemist
