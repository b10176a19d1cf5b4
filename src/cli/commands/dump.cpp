#include "cli/commands.hpp"
#include "cli/dump_files.hpp"
#include "cli/project.hpp"
#include "schema/json.hpp"

#include <fmt/format.h>

namespace schemist::cli {
namespace {

int run(Invocation& invocation) {
    const auto connection = invocation.connect();
    const Dialect& dialect = invocation.dialect();
    const Schema schema = dialect.introspect(*connection, invocation.journal(dialect.name()));
    if (const std::string folder = invocation.arguments().value("split"); !folder.empty()) {
        const std::vector<DumpFile> files = dump_files(schema, dialect);
        write_dump(folder, files);
        invocation.output().note(fmt::format("wrote {} files to {}", files.size(), folder));
        return 0;
    }
    if (invocation.json()) {
        invocation.output().result(to_json(schema));
        return 0;
    }
    invocation.output().result(to_runnable_script(creation(schema, dialect)));
    return 0;
}

}  // namespace

const Command dump_command{
    "dump",
    "Print the structure of the database in canonical form, as SQL or JSON",
    {{"--split", OptionForm::value,
      "Write a file for each object to this folder, and load.order, which says how they are loaded"}},
    run,
    "schemist dump >schema.sql"};

}  // namespace schemist::cli
