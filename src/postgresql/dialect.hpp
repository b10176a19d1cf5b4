#pragma once
// PostgreSQL as everything outside of this folder sees it.

#include "schema/dialect.hpp"

namespace schemist::postgresql {

const Dialect& dialect();

}  // namespace schemist::postgresql
