// The kind `cast`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// A range type brings one of its own.
std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, format('(%s AS %s)', format_type(x.castsource, NULL), format_type(x.casttarget, "
        "NULL)), concat(CASE x.castmethod WHEN 'f' THEN 'WITH FUNCTION ' || x.castfunc::regprocedure WHEN "
        "'i' THEN 'WITH INOUT' ELSE 'WITHOUT FUNCTION' END, CASE x.castcontext WHEN 'a' THEN ' AS "
        "ASSIGNMENT' WHEN 'i' THEN ' AS IMPLICIT' END) FROM pg_cast x WHERE {} AND NOT EXISTS (SELECT FROM "
        "pg_depend e WHERE e.classid = "
        "'pg_cast'::regclass AND e.objid = x.oid AND e.deptype IN ('e', 'i'))",
        is_of_users("x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.add(reading.schema.casts, Cast{rows.string(row, 1), rows.string(row, 2), {}},
                    {{catalogue::casts, rows.oid(row, 0)}});
    }
}

struct Casts {
    using Value = Cast;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Cast& cast) { return "CAST " + cast.name; }
    static std::vector<std::string> create(const Cast& cast) {
        return {fmt::format("CREATE {} {}", target(cast), cast.definition)};
    }
};

}  // namespace

KindOfObject cast_kind() {
    return standard_kind<Casts>();
}

}  // namespace schemist::postgresql
