// The kind `foreign_server`.

#include "postgresql/kinds/foreign_options.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, x.srvname, w.fdwname, x.srvtype, x.srvversion, {} FROM pg_foreign_server x JOIN "
        "pg_foreign_data_wrapper w ON w.oid = x.srvfdw WHERE {} AND {}",
        options_without_secrets("x.srvoptions"), is_of_users("x.oid"),
        is_no_extension_member("pg_foreign_server", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        ForeignServer server;
        server.name = rows.string(row, 1);
        server.wrapper = rows.string(row, 2);
        server.type = rows.string(row, 3);
        server.version = rows.string(row, 4);
        server.options = parse_storage(rows.text(row, 5));
        reading.add(reading.schema.foreign_servers, std::move(server),
                    {{catalogue::foreign_servers, rows.oid(row, 0)}});
    }
}

struct ForeignServers {
    using Value = ForeignServer;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const ForeignServer& server) {
        return "SERVER " + quote_identifier(server.name);
    }
    static std::string granted(const ForeignServer& server) { return "FOREIGN " + target(server); }

    static std::vector<std::string> create(const ForeignServer& server) {
        std::string text = "CREATE " + target(server);
        text += server.type.empty() ? "" : " TYPE " + quote_literal(server.type);
        text += server.version.empty() ? "" : " VERSION " + quote_literal(server.version);
        text += " FOREIGN DATA WRAPPER " + quote_identifier(server.wrapper);
        return {text + options_clause(server.options)};
    }

    static std::vector<std::string> alter(const ForeignServer& before, const ForeignServer& after) {
        std::string text;
        if (before.version != after.version) {
            text += " VERSION " + (after.version.empty() ? "NULL" : quote_literal(after.version));
        }
        text += changed_options(before.options, after.options);
        return text.empty() ? std::vector<std::string>{}
                            : std::vector<std::string>{"ALTER " + target(after) + text};
    }

    static bool is_replaced(const ForeignServer& before, const ForeignServer& after) {
        return before.type != after.type || before.wrapper != after.wrapper;
    }
};

}  // namespace

KindOfObject foreign_server_kind() {
    return standard_kind<ForeignServers>();
}

}  // namespace schemist::postgresql
