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

// What the values of a domain are, or those of an array of it.
std::string without_domains(std::string_view type, const Schema& schema) {
    std::string text(type);
    for (;;) {
        const Domain* domain = type_of(schema.domains, base_type(text));
        if (domain == nullptr || (is_array(text) && is_array(domain->type))) {
            return text;
        }
        text = domain->type + (is_array(text) ? "[]" : "");
    }
}

// A composite type as it was and as it is, of a column or an attribute that is of it, of an array of it, or of a domain.
struct Versions {
    const CompositeType* then;
    const CompositeType* now;
};

Versions versions(std::string_view type, const Differences& differences) {
    const auto find = [&](const Schema& schema) {
        return type_of(schema.composite_types, base_type(without_domains(type, schema)));
    };
    return {find(differences.from()), find(differences.to())};
}

// Writes the values of new types, with the functions that are there meanwhile.
class Mover {
  public:
    explicit Mover(const Differences& differences) : differences_(differences) {}

    MovedValue moved(const std::string& value, std::string_view before, std::string_view after) {
        const bool becomes_array_or_none = is_array(without_domains(before, differences_.from())) !=
                                           is_array(without_domains(after, differences_.to()));
        std::string expression =
            becomes_array_or_none ? through_text(value, before, after) : of_type(value, after);
        return {std::move(expression), std::move(before_), std::move(after_)};
    }

  private:
    std::string of_type(const std::string& value, std::string_view type) {
        const auto [then, now] = versions(type, differences_);
        if (then == nullptr || now == nullptr || then->name != now->name ||
            !differences_.is_made_anew({Kind::composite_type, now->name, {}})) {
            return through_text(value, type, type);
        }
        const std::string inner = without_domains(type, differences_.to());
        if (inner == type) {
            return is_array(type) ? elements(value, *then, *now) : row(value, *then, *now);
        }
        const std::string old = qualified(differences_.name_set_aside(then->name));
        return fmt::format("({})::{}",
                           is_array(inner) ? elements(fmt::format("{}::{}[]", value, old), *then, *now)
                                           : row(value, *then, *now),
                           type);
    }

    static std::string through_text(const std::string& value, std::string_view before,
                                    std::string_view after) {
        return fmt::format("{}::{}::{}", value, is_array(before) && is_array(after) ? "text[]" : "text",
                           after);
    }

    std::string attribute(const std::string& row, const Attribute& before, const Attribute& after) {
        const std::string value = fmt::format("({}).{}", row, quote_identifier(after.name));
        if (before.type != after.type) {
            return through_text(value, before.type, after.type);
        }
        return has_new_type(after, differences_) ? of_type(value, after.type) : value;
    }

    // The value of the new type, which has the attributes of the same names.
    std::string row(const std::string& value, const CompositeType& then, const CompositeType& now) {
        std::vector<std::string> values;
        for (const Attribute& after : now.attributes) {
            const auto before = std::ranges::find(then.attributes, after.name, &Attribute::name);
            values.push_back(before == then.attributes.end() ? std::string("NULL")
                                                             : attribute(value, *before, after));
        }
        return fmt::format("CASE WHEN {0} IS DISTINCT FROM NULL THEN ROW({1})::{2} END", value,
                           join(values, ", "), qualified(now.name));
    }

    // The server takes no subquery there, but a function with one.
    std::string elements(const std::string& array, const CompositeType& then, const CompositeType& now) {
        const std::string function = "pg_temp." + quote_identifier("moved_" + now.name.name);
        const Name old = differences_.name_set_aside(then.name);
        const std::string drop = fmt::format("DROP FUNCTION {}({}[])", function, qualified(old));
        if (std::ranges::find(after_, drop) == after_.end()) {
            const std::string element = row("$1[n]", then, now);
            before_.push_back(fmt::format(
                "CREATE OR REPLACE FUNCTION {}({}[]) RETURNS {}[] LANGUAGE sql AS $$SELECT CASE WHEN "
                "cardinality($1) = 0 "
                "THEN '{{}}' ELSE (SELECT array_agg({} ORDER BY n) FROM generate_subscripts($1, 1) n) END$$",
                function, qualified(old), qualified(now.name), element));
            after_.push_back(drop);
        }
        return fmt::format("{}({})", function, array);
    }

    const Differences& differences_;
    std::vector<std::string> before_;
    std::vector<std::string> after_;
};

}  // namespace

MovedValue moved_value(const Column& before, const Column& after, const Differences& differences) {
    return Mover(differences).moved(quote_identifier(after.name), before.type, after.type);
}

}  // namespace schemist::postgresql
