#include "reconcile/near_scratch.hpp"

#include "postgresql/scratch.hpp"
#include "postgresql/server.hpp"
#include "sqlite/scratch.hpp"

#include <memory>

namespace schemist {

namespace {

MakeScratch scratch_on(const std::string& server) {
    const auto scratch = std::make_shared<postgresql::ScratchServer>(server);
    return [scratch] { return scratch->make(); };
}

}  // namespace

MakeScratch scratch_near(Connection& live, const std::string& conninfo, const std::string& server) {
    if (live.dialect() == DialectName::sqlite) {
        return sqlite::make_scratch;
    }
    if (!server.empty()) {
        return scratch_on(server);
    }
    const Rows about = live.run_script(
        "SELECT current_setting('server_version_num')::integer / 10000, rolcreatedb OR rolsuper FROM "
        "pg_catalog.pg_roles WHERE rolname = current_user");
    // Debian and others install each major version in a folder that is named after it.
    const std::string installed = postgresql::find_server_binaries().parent_path().filename().string();
    const bool use_private = installed == about.text(0, 0) || (!installed.empty() && about.text(0, 1) != "t");
    return scratch_on(use_private ? std::string{} : conninfo);
}

}  // namespace schemist
