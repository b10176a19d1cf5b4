#pragma once
// A throwaway database in memory.

#include "schema/dialect.hpp"

#include <memory>

namespace schemist::sqlite {

// Its connection is one as migrations use it: foreign keys are not enforced.
std::unique_ptr<Scratch> make_scratch();

}  // namespace schemist::sqlite
