#pragma once
// From a URL to a connection and its dialect.

#include "config/url.hpp"

#include <schemist/connection.hpp>

#include <memory>

namespace schemist {

class Dialect;

enum class ConnectionPurpose {
    migration,    // the direct host; SQLite does not enforce foreign keys while tables are rebuilt
    application,  // as it is
};

std::unique_ptr<Connection> connect(const Url& url, ConnectionPurpose purpose);

const Dialect& dialect_of(const Url& url);

}  // namespace schemist
