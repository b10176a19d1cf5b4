// The kind `user_mapping`.

#include "postgresql/kinds/foreign_options.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// The view shows options only to whom they concern.
std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.umid, x.umuser = 0, x.usename, x.srvname, {} FROM pg_user_mappings x WHERE {} AND {}",
        options_without_secrets("x.umoptions"), is_of_users("x.umid"),
        is_no_extension_member("pg_user_mapping", "x.umid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        UserMapping mapping;
        mapping.role = rows.boolean(row, 1) ? "PUBLIC" : quote_identifier(rows.text(row, 2));
        mapping.server = rows.string(row, 3);
        mapping.name = fmt::format("{} on {}", mapping.role, mapping.server);
        mapping.options = parse_storage(rows.text(row, 4));
        reading.add(reading.schema.user_mappings, std::move(mapping),
                    {{catalogue::user_mappings, rows.oid(row, 0)}});
    }
}

struct UserMappings {
    using Value = UserMapping;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const UserMapping& mapping) {
        return fmt::format("USER MAPPING FOR {} SERVER {}", mapping.role, quote_identifier(mapping.server));
    }
    static std::vector<std::string> create(const UserMapping& mapping) {
        return {"CREATE " + target(mapping) + options_clause(mapping.options)};
    }
    static std::vector<std::string> alter(const UserMapping& before, const UserMapping& after) {
        const std::string options = changed_options(before.options, after.options);
        return options.empty() ? std::vector<std::string>{}
                               : std::vector<std::string>{"ALTER " + target(after) + options};
    }
    static std::string note(const Change& change) {
        return change.action == Action::create
                   ? "made without a password: ALTER USER MAPPING ... OPTIONS (ADD password ...)"
                   : "";
    }
};

}  // namespace

KindOfObject user_mapping_kind() {
    return standard_kind<UserMappings>();
}

}  // namespace schemist::postgresql
