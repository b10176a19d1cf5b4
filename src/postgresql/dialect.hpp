#pragma once
// PostgreSQL as everything outside of this folder sees it.

#include "schema/dialect.hpp"
#include "schema/selection.hpp"

#include <memory>

namespace schemist::postgresql {

const Dialect& dialect();

// One that sees only a part of the objects.
std::unique_ptr<Dialect> dialect(Selection selection);

}  // namespace schemist::postgresql
