#include "cli/commands.hpp"
#include "cli/project.hpp"
#include "schema/json.hpp"

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const auto connection = invocation.connect();
    const Dialect& dialect = invocation.dialect();
    invocation.report_unmodelled(*connection);
    const Schema schema = dialect.introspect(*connection, invocation.journal(dialect.name()));
    if (invocation.json()) {
        invocation.output().result(to_json(schema));
        return 0;
    }
    invocation.output().result(to_script(creation(schema, dialect)));
    return 0;
}

}  // namespace

const Command dump_command{"dump",
                           "Print the structure of the database in canonical form, as SQL or JSON",
                           {},
                           run,
                           "schemist dump >schema.sql"};

}  // namespace schemist::cli
