#pragma once
// What models have no words for: views, functions, triggers, privileges, partitions and so on, which revisions make by
// hand. It is none of the models' business, and stays as it is. Pure.

#include "schema/schema.hpp"

namespace schemist {

// The desired schema with what is there besides of kinds and attributes that models cannot declare, except for what goes
// with a table or a column that the models do not have any more.
Schema with_undeclared(Schema desired, const Schema& present);

// Without tables that models cannot declare: partitions and other children, which follow their parents by themselves, and
// virtual ones. `desired` is what the models say.
Schema without_undeclared_tables(Schema present, const Schema& desired);

}  // namespace schemist
