#pragma once
// The proof that counts: what diff and actions make of one database equals the other, as pg_dump sees both.

#include "plan/plan.hpp"
#include "schema/schema.hpp"
#include "support/postgresql.hpp"

#include <string>
#include <string_view>

namespace schemist::test {

Schema introspect(TestDatabase& database);

// 15, or whichever tests/matrix runs.
int server_major();

// The dump, with the columns of each CREATE TABLE sorted: neither database can move one.
std::string comparable(const std::string& dump);

// The plan from the one to the other.
Plan plan_between(TestDatabase& from, TestDatabase& to);

// Each step in a transaction of its own where it can be.
void apply(TestDatabase& database, const Plan& plan);

// Loads two scripts, goes from the first to the second and back, and checks after each way that the dumps are equal and
// a second plan is empty. `rows` is run between, before the first way. Gives the script of the way there.
std::string check_both_ways(std::string_view before, std::string_view after, std::string_view rows = {});

}  // namespace schemist::test
