#pragma once
// What became of a statement that cannot run in a transaction, judged by the catalogue.

#include "schema/dialect.hpp"

#include <schemist/connection.hpp>

#include <string_view>

namespace schemist::postgresql {

// May be asked at any time, also after a crash and by another process, inside or outside of a transaction: it only
// reads, in one message. Other names than those of the catalogue it looks up along the connection's search path.
LoneStatementState examine_lone_statement(schemist::Connection& connection, std::string_view statement);

}  // namespace schemist::postgresql
