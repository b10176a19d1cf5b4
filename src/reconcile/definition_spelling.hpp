#pragma once
// Views, policies, triggers and the like that mean the same and are printed in different ways, as expressions of tables are
// (meaning.hpp): what a server prints of `role IN (...)` it prints otherwise once it has read it from there.

#include "reconcile/replay.hpp"

namespace schemist {

// The live structure in which every definition that means the same as the expected one is written as that is. What they mean
// is asked of the database: both structures are made in scratch from what was read, and read back. Where one of them cannot be
// made there, a definition means the same only when it is the same text.
Schema with_expected_definitions(Schema live, const Schema& expected, const ReplaySettings& settings);

// The same with every definition that has a counterpart, whatever it means. Pure.
Schema with_all_definitions_of(Schema live, const Schema& expected);

}  // namespace schemist
