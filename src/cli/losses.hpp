#pragma once
// What a plan loses of the rows and values of a database, for people.

#include "plan/plan.hpp"

#include <schemist/connection.hpp>

#include <string>
#include <vector>

namespace schemist::cli {

// "column notes.body: all of its values, in about 1200 rows". Each once; without the rows where there is no database to ask.
std::vector<std::string> loss_lines(const Plan& plan, Connection* database);

// The plan with a note for each.
Plan with_loss_notes(Plan plan);

}  // namespace schemist::cli
