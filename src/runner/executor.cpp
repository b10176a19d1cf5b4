#include "runner/executor.hpp"

#include "runner/executors.hpp"

#include <schemist/error.hpp>

namespace schemist {

std::unique_ptr<Executor> make_executor(Connection& connection, const JournalTable& table,
                                        const ExecutorOptions& options) {
    return connection.dialect() == DialectName::postgresql
               ? make_postgresql_executor(connection, table, options)
               : make_sqlite_executor(connection, table, options);
}

Error with_position(const Error& error, std::optional<std::size_t> position) {
    Error result(error.what_failed());
    result.at(error.where())
        .state(error.state())
        .hint(error.hint())
        .sqlstate(error.sqlstate())
        .exit_code(error.exit_code());
    if (position) {
        result.position(*position);
    }
    return result;
}

}  // namespace schemist
