#include "diff/diff.hpp"
#include "models/definitions.hpp"
#include "models/desired.hpp"
#include "plan/order.hpp"
#include "postgresql/dialect.hpp"
#include "sqlite/dialect.hpp"

namespace schemist::test {

void create_tables(Connection& connection, const std::vector<TableDefinition>& definitions) {
    const Dialect& dialect =
        connection.dialect() == DialectName::sqlite ? sqlite::dialect() : postgresql::dialect();
    const Schema schema = desired(definitions, connection.dialect()).schema;
    for (const DdlAction& action : ordered_actions(diff({}, schema), {}, schema, dialect)) {
        for (const std::string& statement : action.statements) {
            connection.run_script(statement);
        }
    }
}

}  // namespace schemist::test
