#pragma once
// What a journal row says of the SQL that it stands for.

#include "history/checksum.hpp"
#include "runner/journal.hpp"
#include "schema/dialect.hpp"

#include <string>

namespace schemist {

// Of the whole revision once it is applied; of the steps that have begun while it stands between two of them, so
// that the file can still be corrected where it failed.
std::string row_checksum(const JournalRow& row, const Revision& revision, const Dialect& dialect);

// Compares a row with the file as it is.
ChecksumMatch compare_checksum(const JournalRow& row, const Revision& revision, const Dialect& dialect);

}  // namespace schemist
