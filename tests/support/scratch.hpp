#pragma once
// A test database as a scratch database.

#include "postgresql/connection.hpp"
#include "schema/dialect.hpp"
#include "support/postgresql.hpp"

namespace schemist::test {

class ScratchDatabase final : public Scratch {
  public:
    Connection& connection() override { return database_.connection(); }

  private:
    TestDatabase database_;
};

}  // namespace schemist::test
