// The kind `collation`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Where the locale of ICU stands is another place in almost every version.
std::string query(const Scope& scope) {
    const std::string_view locale = scope.server_version >= 170000   ? "co.colllocale"
                                    : scope.server_version >= 150000 ? "co.colliculocale"
                                                                     : "NULL";
    const std::string_view rules = scope.server_version >= 160000 ? "co.collicurules" : "NULL";
    return fmt::format(
        "SELECT co.oid, n.nspname, co.collname, concat_ws(', ', 'PROVIDER = ' || CASE co.collprovider WHEN "
        "'i' THEN "
        "'icu' WHEN 'b' THEN 'builtin' WHEN 'c' THEN 'libc' END, CASE WHEN NOT co.collisdeterministic THEN "
        "'DETERMINISTIC = false' END, CASE WHEN co.collprovider IN ('i', 'b') THEN 'LOCALE = ' || "
        "quote_literal(coalesce({0}::text, co.collcollate::text)) WHEN co.collcollate = co.collctype THEN "
        "'LOCALE = ' || "
        "quote_literal(co.collcollate) ELSE concat('LC_COLLATE = ', quote_literal(co.collcollate), ', "
        "LC_CTYPE = ', "
        "quote_literal(co.collctype)) END, 'RULES = ' || quote_literal({1}::text)) FROM pg_collation co JOIN "
        "pg_namespace n ON n.oid = co.collnamespace WHERE {2} AND {3} AND {4}",
        locale, rules, is_of_users("co.oid"), is_user_namespace(),
        is_no_extension_member("pg_collation", "co.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Collation collation{{rows.string(row, 1), rows.string(row, 2)}, rows.string(row, 3), {}};
        reading.add(reading.schema.collations, std::move(collation),
                    {{catalogue::collations, rows.oid(row, 0)}});
    }
}

struct Collations {
    using Value = Collation;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Collation& collation) { return "COLLATION " + qualified(collation.name); }
    static std::vector<std::string> create(const Collation& collation) {
        return {fmt::format("CREATE {} ({})", target(collation), collation.definition)};
    }
};

}  // namespace

KindOfObject collation_kind() {
    return standard_kind<Collations>();
}

}  // namespace schemist::postgresql
