// The kind `transform`: between a type and a language of procedures.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, format_type(x.trftype, NULL), l.lanname, concat_ws(', ', 'FROM SQL WITH FUNCTION ' || "
        "nullif(x.trffromsql, 0)::regprocedure, 'TO SQL WITH FUNCTION ' || nullif(x.trftosql, "
        "0)::regprocedure) FROM pg_transform x JOIN pg_language l ON l.oid = x.trflang WHERE {} AND {}",
        is_of_users("x.oid"), is_no_extension_member("pg_transform", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Transform transform;
        transform.type = rows.string(row, 1);
        transform.language = rows.string(row, 2);
        transform.name = fmt::format("for {} language {}", transform.type, transform.language);
        transform.definition = rows.string(row, 3);
        reading.add(reading.schema.transforms, std::move(transform),
                    {{catalogue::transforms, rows.oid(row, 0)}});
    }
}

struct Transforms {
    using Value = Transform;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Transform& transform) {
        return fmt::format("TRANSFORM FOR {} LANGUAGE {}", transform.type,
                           quote_identifier(transform.language));
    }
    static std::vector<std::string> create(const Transform& transform) {
        return {fmt::format("CREATE {} ({})", target(transform), transform.definition)};
    }
    static std::vector<std::string> alter(const Transform& before, const Transform& after) {
        std::vector<std::string> statements;
        if (before.definition != after.definition) {
            statements.push_back(fmt::format("CREATE OR REPLACE {} ({})", target(after), after.definition));
        }
        return statements;
    }
};

}  // namespace

KindOfObject transform_kind() {
    return standard_kind<Transforms>();
}

}  // namespace schemist::postgresql
