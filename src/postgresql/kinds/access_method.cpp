// The kind `access_method`: of indexes or tables.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, x.amname, format('TYPE %s HANDLER %s', CASE x.amtype WHEN 'i' THEN 'INDEX' ELSE "
        "'TABLE' END, x.amhandler) FROM pg_am x WHERE {} AND {}",
        is_of_users("x.oid"), is_no_extension_member("pg_am", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.add(reading.schema.access_methods, AccessMethod{rows.string(row, 1), rows.string(row, 2), {}},
                    {{catalogue::access_methods, rows.oid(row, 0)}});
    }
}

struct AccessMethods {
    using Value = AccessMethod;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const AccessMethod& method) {
        return "ACCESS METHOD " + quote_identifier(method.name);
    }
    static std::vector<std::string> create(const AccessMethod& method) {
        return {fmt::format("CREATE {} {}", target(method), method.definition)};
    }
};

}  // namespace

KindOfObject access_method_kind() {
    return standard_kind<AccessMethods>();
}

}  // namespace schemist::postgresql
