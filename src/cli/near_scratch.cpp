#include "cli/near_scratch.hpp"

#include "config/environment.hpp"
#include "postgresql/scratch.hpp"
#include "postgresql/server.hpp"

#include <memory>

namespace schemist::cli {

MakeScratch scratch_near(Invocation& invocation, Connection& live) {
    const DialectName dialect = live.dialect();
    if (dialect == DialectName::sqlite || !invocation.config().scratch_postgresql.empty()) {
        return invocation.scratch(dialect);
    }
    const Rows server = live.run_script(
        "SELECT current_setting('server_version_num')::integer / 10000, rolcreatedb OR rolsuper FROM "
        "pg_catalog.pg_roles WHERE rolname = current_user");
    // Debian and others install each major version in a folder that is named after it.
    const std::string installed = postgresql::find_server_binaries().parent_path().filename().string();
    if (installed == server.text(0, 0) || (!installed.empty() && server.text(0, 1) != "t")) {
        return invocation.scratch(dialect);
    }
    const auto beside = std::make_shared<postgresql::ScratchServer>(
        for_migrations(invocation.url(), environment_of_process()).conninfo());
    return [beside] { return beside->make(); };
}

Schema external_tables(Invocation& invocation) {
    return invocation.has_models() ? invocation.desired(invocation.dialect().name()).external : Schema{};
}

}  // namespace schemist::cli
