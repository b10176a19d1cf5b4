#include "postgresql/introspect.hpp"
#include "postgresql/kinds/kind.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {

// Since PostgreSQL 17 the NOT NULL of a domain is a constraint. Its name is the server's own choice as a rule, and follows no rename.
std::vector<std::string> unmodelled(schemist::Connection& connection) {
    const Rows rows = connection.query(fmt::format(R"(
        SELECT concat('not-null constraint ', i.identity) COLLATE "C"
        FROM pg_constraint x JOIN pg_type t ON t.oid = x.contypid JOIN pg_namespace n ON n.oid = t.typnamespace,
            LATERAL pg_identify_object('pg_constraint'::regclass, x.oid, 0) i
        WHERE x.contype = 'n' AND {} AND {} AND {} AND (x.conname !~ '_not_null[0-9]*$' OR EXISTS (
            SELECT FROM pg_description d WHERE d.classoid = 'pg_constraint'::regclass AND d.objoid = x.oid))
        ORDER BY 1)",
                                                   is_of_users("x.oid"), is_user_namespace(),
                                                   is_no_extension_member("pg_type", "t.oid")));
    std::vector<std::string> names;
    names.reserve(rows.size());
    for (std::size_t row = 0; row < rows.size(); ++row) {
        names.push_back(rows.text(row, 0));
    }
    return names;
}

}  // namespace schemist::postgresql
