#pragma once
// Expressions that mean the same and are printed in different ways: a database that was restored from a dump prints
// `role IN (...)` otherwise than the one that was dumped, since its server has read another text.

#include "reconcile/replay.hpp"

namespace schemist {

// The live structure in which every expression that means the same as the expected one is written as that is: defaults,
// generated columns, checks, exclusions, keys and predicates of indexes. What they mean is asked of the database: both
// are made in scratch from what was read, and read back, until they are printed as they were read.
Schema with_expected_spelling(Schema live, const Schema& expected, const ReplaySettings& settings);

// The same with every expression that has a counterpart, whatever it means. Pure.
Schema with_all_expressions_of(Schema live, const Schema& expected);

}  // namespace schemist
