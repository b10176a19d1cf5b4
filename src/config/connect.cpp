#include "config/connect.hpp"

#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/dialect.hpp"

namespace schemist {

std::unique_ptr<Connection> connect(const Url& url, ConnectionPurpose purpose) {
    const bool migration = purpose == ConnectionPurpose::migration;
    if (url.dialect == DialectName::sqlite) {
        sqlite::Options options;
        options.foreign_keys = !migration;
        return sqlite::Connection::open(url.database, options);
    }
    return postgresql::Connection::open(
        (migration ? for_migrations(url, environment_of_process()) : url).conninfo());
}

const Dialect& dialect_of(const Url& url) {
    return url.dialect == DialectName::postgresql ? postgresql::dialect() : sqlite::dialect();
}

}  // namespace schemist
