// The kind `range_type`, with its multirange.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

constexpr std::string_view multirange_option = ", MULTIRANGE_TYPE_NAME = ";

std::string query(const Scope&) {
    return "SELECT t.oid, m.oid, n.nspname, t.typname, format_type(r.rngsubtype, NULL), CASE WHEN NOT "
           "o.opcdefault THEN "
           "r.rngsubopc END, CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation END, "
           "nullif(r.rngcanonical, "
           "0)::regproc, nullif(r.rngsubdiff, 0)::regproc, m.typname, mn.nspname FROM "
           "pg_range r JOIN pg_type t ON t.oid "
           "= "
           "r.rngtypid JOIN pg_type m ON m.oid = r.rngmultitypid JOIN pg_namespace mn ON mn.oid = "
           "m.typnamespace JOIN pg_type s ON s.oid = r.rngsubtype JOIN "
           "pg_opclass "
           "o ON o.oid = r.rngsubopc JOIN pg_namespace n ON n.oid = t.typnamespace WHERE " +
           is_of_users("t.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_type", "t.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        RangeType type;
        type.name = {rows.string(row, 2), rows.string(row, 3)};
        type.definition = "SUBTYPE = " + rows.string(row, 4);
        if (!rows.is_null(row, 5)) {
            type.definition += ", SUBTYPE_OPCLASS = " + reading.operator_classes.at(rows.oid(row, 5)).name;
        }
        if (!rows.is_null(row, 6)) {
            type.definition += ", COLLATION = " + reading.collations.at(rows.oid(row, 6));
        }
        if (!rows.is_null(row, 7)) {
            type.definition += ", CANONICAL = " + rows.string(row, 7);
        }
        if (!rows.is_null(row, 8)) {
            type.definition += ", SUBTYPE_DIFF = " + rows.string(row, 8);
        }
        type.definition +=
            std::string(multirange_option) + qualified({rows.string(row, 10), rows.string(row, 9)});
        const Oid multirange = rows.oid(row, 1);
        reading.add(reading.schema.range_types, std::move(type), {{catalogue::types, rows.oid(row, 0)}});
        reading.parts.insert_or_assign({catalogue::types, multirange},
                                       reference_of(reading.schema.range_types.back()));
    }
}

std::string subtype_of(const RangeType& type) {
    constexpr std::string_view option = "SUBTYPE = ";
    return type.definition.substr(option.size(), type.definition.find(", ") - option.size());
}

Reference multirange_name(const RangeType& type) {
    return {Kind::range_type, {"", multirange_of(type)}, "multirange"};
}

struct RangeTypes {
    using Value = RangeType;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const RangeType& type) { return "TYPE " + qualified(type.name); }
    static std::vector<std::string> create(const RangeType& type) {
        return {fmt::format("CREATE {} AS RANGE ({})", target(type), type.definition)};
    }
    // The functions that make values keep their names otherwise.
    static std::vector<std::string> set_aside(const RangeType& type) {
        const std::string multirange = multirange_of(type);
        const std::string name = qualified(type.name);
        const std::string old = quote_identifier(with_suffix(type.name.name, "_old"));
        const std::string old_multirange = quote_identifier(with_suffix(type.name.name, "_old_multi"));
        const std::string subtype = subtype_of(type);
        std::vector<std::string> statements;
        for (const std::string& arguments : {subtype + ", " + subtype, subtype + ", " + subtype + ", text"}) {
            statements.push_back(fmt::format("ALTER FUNCTION {}({}) RENAME TO {}", name, arguments, old));
        }
        for (const std::string& arguments : {std::string(), name, name + "[]"}) {
            statements.push_back(
                fmt::format("ALTER FUNCTION {}({}) RENAME TO {}", multirange, arguments, old_multirange));
        }
        statements.push_back(fmt::format("ALTER TYPE {} RENAME TO {}", multirange, old_multirange));
        return statements;
    }
    // Another type may have the multirange's name until it goes, or columns have gone over from it. The functions that make
    // values stand beside the range.
    static void connect(const RangeType& type, const Differences& differences, DdlAction& create) {
        const std::string name = multirange_of(type);
        const std::vector<RangeType>& types = differences.from().range_types;
        const auto other = std::ranges::find(types, name, multirange_of);
        if (other == types.end() || differences.is_made_anew(reference_of(type))) {
            return;
        }
        const std::string old = quote_identifier(with_suffix(type.name.name, "_old_multi"));
        create.prefers.push_back(multirange_name(type));
        if (other->name.schema == type.name.schema) {
            create.otherwise.push_back(fmt::format("ALTER FUNCTION {}() RENAME TO {}", name, old));
        }
        create.otherwise.push_back(fmt::format("ALTER TYPE {} RENAME TO {}", name, old));
    }
    static void disconnect(const RangeType& type, DdlAction& drop) {
        drop.drops.push_back(multirange_name(type));
    }
};

}  // namespace

std::string multirange_of(const RangeType& type) {
    return type.definition.substr(type.definition.rfind(multirange_option) + multirange_option.size());
}

KindOfObject range_type_kind() {
    return standard_kind<RangeTypes>();
}

}  // namespace schemist::postgresql
