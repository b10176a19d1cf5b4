#pragma once
// The steps of a revision as they run: what the file says, cut where a statement cannot run in a transaction.

#include "history/revision.hpp"
#include "schema/dialect.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace schemist {

struct RunStep {
    std::string text;
    std::size_t line = 0;  // of its first character in the file
    std::vector<ScriptStatement> statements;
    bool transactional = true;  // false: one statement, alone

    // The line in the file for an offset into the text.
    std::size_t line_at(std::size_t offset) const;
};

// Never empty: a section without statements is one step without text. Pure. Throws Error with file and line
// when there is no section for the dialect, when a statement controls the transaction, and when the SQL
// cannot be split.
std::vector<RunStep> run_steps(const Revision& revision, Direction direction, const Dialect& dialect);

// False when there is no section for this, and nothing that stands for an empty one.
bool has_section(const Revision& revision, Direction direction, DialectName dialect);

}  // namespace schemist
