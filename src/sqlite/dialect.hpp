#pragma once
// SQLite, as everything outside of this module sees it.

#include "schema/dialect.hpp"

namespace schemist::sqlite {

const Dialect& dialect();

}  // namespace schemist::sqlite
