#pragma once
// A journal against the files: what fits and what does not.

#include "runner/runner.hpp"

namespace schemist {

// The rows of revisions that were squashed become parts of that of the revision they were squashed into. Where that is
// not applied they stay what they are: not among the files.
Journal gathered(Journal journal, const History& history);

// What is applied whole, in order, and known to the files.
std::vector<std::string> applied_ids(const Journal& journal, const History& history);

StatusReport examine(const Journal& journal, const Dialect& dialect, const History& history);

// Throws Error (mismatch) when an applied revision was edited; warns when only its comments were.
void refuse_edited(const Journal& journal, const Dialect& dialect, const History& history,
                   Reporter& reporter);

// Throws Error (mismatch) when only some of the revisions that were squashed into one are applied.
void refuse_partly_squashed(std::span<const JournalRow> rows, const History& history);

// Throws Error (newer) when the journal has revisions that the files do not have.
void refuse_unknown(const Journal& journal, const History& history, std::string_view what_was_to_be_done);

WithoutComments without_comments(const Dialect& dialect);

}  // namespace schemist
