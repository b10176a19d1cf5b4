#pragma once
// What a dump that is restored does to expressions.

#include <schemist/connection.hpp>

namespace schemist::postgresql {

// Makes every default, generated column, check, exclusion and index of the database anew from what the server prints of
// it. A server does not print the text that it was given but what it understood, and understands that in a form of
// its own: `role IN ('a')` on a varchar prints a cast of an array, which reads as an array of casts. What is read twice
// does not change any more. For scratch databases without foreign keys: comments are lost, and what hangs on a generated
// column.
void reparse_expressions(schemist::Connection& connection);

// The same for views, policies, conditions of triggers, rules, domains, expressions of statistics and functions with a body in
// SQL. For scratch databases: comments of some are lost.
void reparse_definitions(schemist::Connection& connection);

}  // namespace schemist::postgresql
