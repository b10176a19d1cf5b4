// Domains, composite and range types, collations.

#include "random/objects.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {

bool make_domain(Draw& draw, const Model& model, RandomObject& object) {
    object.use = qualified(object);
    const int base = draw.chance(80) ? fixed(object.name, 3) : draw.number(0, 2);
    const RandomObject* other =
        fixed(object.name, 4) == 0 ? any_object(draw, model.early, "domain") : nullptr;
    std::string type = base == 0 ? "integer" : base == 1 ? "text" : "numeric";
    if (other != nullptr) {
        type = other->use;
        object.needs.push_back(other->key);
    }
    std::string sql = fmt::format("CREATE DOMAIN {} AS {}", object.use, type);
    sql += draw.chance(20) ? fmt::format(" DEFAULT '{}'", draw.number(1, 9)) : "";
    sql += draw.chance(15) ? " NOT NULL" : "";
    for (int i = 1; i <= 2; ++i) {
        if (draw.chance(40)) {
            sql += fmt::format(" CONSTRAINT check_{} CHECK (VALUE::text <> '{}')", i, draw.number(1, 9));
            sql += draw.chance(30) ? fmt::format(" CHECK (VALUE IS NULL OR VALUE::text > '{}')", i) : "";
        }
    }
    object.sql = sql + ";\n" + with_comment(draw, "DOMAIN " + object.use);
    // The domain uses a function, and that the domain.
    const std::string function = qualified(object.schema, object.name + " own");
    if (draw.chance(8)) {
        object.sql += fmt::format(
            "CREATE FUNCTION {0}({1}[]) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';\n"
            "ALTER DOMAIN {1} ADD CONSTRAINT own CHECK ({0}(NULL::{1}[]));\n",
            function, object.use);
    } else if (draw.chance(8)) {
        object.sql += fmt::format(
            "CREATE FUNCTION {0}() RETURNS {1} LANGUAGE sql AS 'SELECT ''5''::{1}';\n"
            "ALTER DOMAIN {1} SET DEFAULT {0}();\n",
            function, object.use);
    }
    return true;
}

bool make_composite(Draw& draw, const Model& model, RandomObject& object) {
    object.use = qualified(object);
    std::vector<std::string> attributes;
    for (int i = 1; i <= 4; ++i) {
        if (i == 1 || draw.chance(60)) {
            attributes.push_back(fmt::format("attribute_{} {}", i, any_type(draw, model, object)));
        }
    }
    object.sql = fmt::format("CREATE TYPE {} AS ({});\n", object.use, fmt::join(attributes, ", ")) +
                 with_comment(draw, "TYPE " + object.use);
    return true;
}

bool make_range(Draw& draw, const Model&, RandomObject& object) {
    object.use = qualified(object);
    const int base = fixed(object.name, 3);
    object.sql = fmt::format("CREATE TYPE {} AS RANGE (SUBTYPE = {}{});\n", object.use,
                             base == 0   ? "double precision"
                             : base == 1 ? "text"
                                         : "time",
                             base == 0   ? ", SUBTYPE_DIFF = float8mi"
                             : base == 1 ? ", COLLATION = \"C\""
                                         : "") +
                 with_comment(draw, "TYPE " + object.use);
    return true;
}

bool make_collation(Draw& draw, const Model&, RandomObject& object) {
    object.use = qualified(object);
    object.sql = fmt::format("CREATE COLLATION {} ({});\n", object.use,
                             draw.chance(70) || fixed(object.name, 3) > 0 ? "LOCALE = 'C'"
                                                                          : "PROVIDER = icu, LOCALE = 'de'") +
                 with_comment(draw, "COLLATION " + object.use);
    return true;
}

}  // namespace schemist::test
