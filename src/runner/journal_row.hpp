#pragma once
// What a journal row says of the SQL that it stands for.

#include "history/checksum.hpp"
#include "runner/journal.hpp"
#include "schema/dialect.hpp"

#include <cstddef>
#include <string>

namespace schemist {

// The row of a revision after so many of its steps, as it follows upon what the journal has of it. Who writes it is not said.
JournalRow row_after(const Journal& journal, const Revision& revision, Direction direction, std::size_t step,
                     std::size_t steps, std::size_t in_flight, const Dialect& dialect);

// The row of a revision that counts as applied, with all its steps.
JournalRow applied_row(const Journal& journal, const Revision& revision, const Dialect& dialect);

// Of the whole revision once it is applied; of the steps that have begun while it stands between two of them, so
// that the file can still be corrected where it failed.
std::string row_checksum(const JournalRow& row, const Revision& revision, const Dialect& dialect);

// Compares a row with the file as it is.
ChecksumMatch compare_checksum(const JournalRow& row, const Revision& revision, const Dialect& dialect);

}  // namespace schemist
