#include "postgresql/kinds/moved_value.hpp"

#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

bool has_new_type(const Attribute& attribute, const Differences& differences) {
    const std::string base = base_type(attribute.type);
    const Domain* domain = type_of(differences.to().domains, base);
    const CompositeType* composite = type_of(differences.to().composite_types, base);
    const EnumType* of_enum = enum_of(differences.to(), base);
    return (domain != nullptr && differences.is_made_anew({Kind::domain, domain->name, {}})) ||
           (composite != nullptr && differences.is_made_anew({Kind::composite_type, composite->name, {}})) ||
           (of_enum != nullptr && differences.is_altered_enum(of_enum->name));
}

std::string attribute_value(const std::string& row, const Attribute& before, const Attribute& after,
                            const Differences& differences) {
    const std::string value = fmt::format("({}).{}", row, quote_identifier(after.name));
    if (before.type == after.type && !has_new_type(after, differences)) {
        return value;
    }
    const bool arrays = before.type.ends_with("[]") && after.type.ends_with("[]");
    return fmt::format("{}::{}::{}", value, arrays ? "text[]" : "text", after.type);
}

// The value of the new type, which has the attributes of the same names.
std::string moved_row(const std::string& value, const CompositeType& then, const CompositeType& now,
                      const Differences& differences) {
    std::vector<std::string> values;
    for (const Attribute& attribute : now.attributes) {
        const auto old = std::ranges::find(then.attributes, attribute.name, &Attribute::name);
        values.push_back(old == then.attributes.end() ? std::string("NULL")
                                                      : attribute_value(value, *old, attribute, differences));
    }
    return fmt::format("CASE WHEN {0} IS DISTINCT FROM NULL THEN ROW({1})::{2} END", value,
                       join(values, ", "), qualified(now.name));
}

// The server takes no subquery there, but a function with one.
MovedValue moved_elements(const std::string& array, const CompositeType& then, const CompositeType& now,
                          const Differences& differences) {
    const std::string function = "pg_temp." + quote_identifier("moved_" + now.name.name);
    const Name old{then.name.schema, with_suffix(then.name.name, "_old")};
    return {fmt::format("{}({})", function, array),
            {fmt::format(
                "CREATE OR REPLACE FUNCTION {}({}[]) RETURNS {}[] LANGUAGE sql AS $$SELECT CASE WHEN "
                "cardinality($1) = 0 "
                "THEN '{{}}' ELSE (SELECT array_agg({} ORDER BY n) FROM generate_subscripts($1, 1) n) END$$",
                function, qualified(old), qualified(now.name), moved_row("$1[n]", then, now, differences))},
            {fmt::format("DROP FUNCTION {}({}[])", function, qualified(old))}};
}

}  // namespace

MovedValue moved_value(const Column& column, const Differences& differences) {
    const std::string name = quote_identifier(column.name);
    const auto of_this_type = [&](const CompositeType& type) {
        return column.type == qualified(type.name) || column.type == qualified(type.name) + "[]";
    };
    const auto now = std::ranges::find_if(differences.to().composite_types, of_this_type);
    const auto then = std::ranges::find_if(differences.from().composite_types, of_this_type);
    if (now == differences.to().composite_types.end() || then == differences.from().composite_types.end()) {
        return {fmt::format("{}::{}::{}", name, column.type.ends_with("[]") ? "text[]" : "text", column.type),
                {},
                {}};
    }
    return column.type.ends_with("[]") ? moved_elements(name, *then, *now, differences)
                                       : MovedValue{moved_row(name, *then, *now, differences), {}, {}};
}

}  // namespace schemist::postgresql
