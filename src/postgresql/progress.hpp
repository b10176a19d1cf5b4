#pragma once
// How far a long statement is, by the server's own progress views.

#include <schemist/connection.hpp>

#include <string>

namespace schemist::postgresql {

// "building index: scanning table, 45 %", or empty when the server has no word for what the process does. `observer` is
// another connection.
std::string progress(schemist::Connection& observer, int process);

}  // namespace schemist::postgresql
