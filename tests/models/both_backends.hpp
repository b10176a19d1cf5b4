#pragma once
// A test body that runs on both databases.

#include "models/definitions.hpp"
#include "postgresql/connection.hpp"
#include "sqlite/connection.hpp"
#include "support/postgresql.hpp"

#include <schemist/database.hpp>

#include <doctest/doctest.h>

namespace schemist::test {

template <class Body>
void on_both_backends(const std::vector<TableDefinition>& definitions, Body body) {
    SUBCASE("sqlite") {
        Database db(sqlite::Connection::open(":memory:"));
        create_tables(db.connection(), definitions);
        body(db);
    }
    SUBCASE("postgresql") {
        TestDatabase server;
        Database db(server.connection());
        create_tables(db.connection(), definitions);
        body(db);
    }
}

}  // namespace schemist::test
