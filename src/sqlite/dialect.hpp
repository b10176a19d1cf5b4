#pragma once
// SQLite, as everything outside of this module sees it.

#include "schema/dialect.hpp"
#include "schema/selection.hpp"

#include <memory>

namespace schemist::sqlite {

const Dialect& dialect();

// One that sees only a part of the objects. They are in no schema here: a pattern with one means those in public.
std::unique_ptr<Dialect> dialect(Selection selection);

}  // namespace schemist::sqlite
