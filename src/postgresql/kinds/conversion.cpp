// The kind `conversion`: between two encodings.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, n.nspname, x.conname, format('FOR %L TO %L FROM %s', "
        "pg_encoding_to_char(x.conforencoding), pg_encoding_to_char(x.contoencoding), x.conproc), "
        "x.condefault FROM pg_conversion x JOIN pg_namespace n ON n.oid = x.connamespace WHERE {} AND {} AND "
        "{}",
        is_of_users("x.oid"), is_user_namespace(), is_no_extension_member("pg_conversion", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Conversion conversion{
            {rows.string(row, 1), rows.string(row, 2)}, rows.string(row, 3), rows.boolean(row, 4), {}};
        reading.add(reading.schema.conversions, std::move(conversion),
                    {{catalogue::conversions, rows.oid(row, 0)}});
    }
}

struct Conversions {
    using Value = Conversion;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Conversion& conversion) {
        return "CONVERSION " + qualified(conversion.name);
    }
    static std::vector<std::string> create(const Conversion& conversion) {
        return {fmt::format("CREATE {}{} {}", conversion.is_default ? "DEFAULT " : "", target(conversion),
                            conversion.definition)};
    }
};

}  // namespace

KindOfObject conversion_kind() {
    return standard_kind<Conversions>();
}

}  // namespace schemist::postgresql
