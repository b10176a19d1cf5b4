#pragma once
// Journal rows for revisions that were not run, in one transaction with what makes them true.

#include "history/graph.hpp"
#include "plan/plan.hpp"
#include "runner/journal.hpp"
#include "runner/runner.hpp"

#include <functional>
#include <string>
#include <vector>

namespace schemist {

struct Stamping {
    std::vector<std::string> revisions;       // in the order in which they count as applied
    std::vector<std::string> statements;      // that run before the rows are written
    std::function<void(Connection&)> verify;  // throws Error when the result is not as it must be
};

// False when the journal is not `expected` any more; nothing was changed then. Waits for the lock. Throws Error, and
// then nothing was changed either.
bool stamp_when_unchanged(Connection& connection, const Dialect& dialect, const History& history,
                          const Journal& expected, const Stamping& stamping, const RunOptions& options,
                          Reporter& reporter);

}  // namespace schemist
