// Privileges, and the kinds that few schemas have.

#include "random/objects.hpp"

#include <array>

#include <fmt/format.h>

namespace schemist::test {

bool make_grant(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table = draw.any(model.tables);
    const RandomColumn& column = draw.any(table.columns);
    const std::string name = qualified(table.schema, table.name);
    object.needs = {key_of(table)};
    constexpr std::array<std::string_view, 4> privileges{"SELECT", "INSERT, UPDATE", "ALL", "REFERENCES"};
    object.sql = fmt::format("GRANT {} ON {} TO {}{};\n", draw.any(privileges), name,
                             draw.chance(50) ? "schemist_reader" : "schemist_writer",
                             draw.chance(20) ? " WITH GRANT OPTION" : "");
    if (draw.chance(40)) {
        object.needs.push_back(key_of(table, column));
        object.sql += fmt::format("GRANT UPDATE ({}) ON {} TO schemist_reader;\n", quoted(column.name), name);
    }
    return true;
}

bool make_default_privileges(Draw& draw, const Model&, RandomObject& object) {
    // None on sequences and types: what is given to those of identity columns and extensions is not read (docs/limits.md).
    object.key = "default privileges";
    constexpr std::array<std::string_view, 4> forms{
        "GRANT SELECT ON TABLES TO schemist_reader",
        "IN SCHEMA public GRANT INSERT ON TABLES TO schemist_writer",
        "REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC", "GRANT UPDATE ON TABLES TO schemist_reader"};
    object.sql = fmt::format("ALTER DEFAULT PRIVILEGES {};\n", draw.any(forms));
    return true;
}

bool make_operator(Draw& draw, const Model&, RandomObject& object) {
    constexpr std::array<std::string_view, 4> signs{"<<<!", "=#=", "~#~", "@#@"};
    const std::string schema = object.schema.empty() ? "public" : quoted(object.schema);
    const std::string sign =
        schema + "." + std::string(signs.at(static_cast<std::size_t>(fixed(object.name, 4))));
    object.key = "operator " + sign;
    object.sql = fmt::format("CREATE OPERATOR {} (FUNCTION = {}, LEFTARG = integer, RIGHTARG = integer{});\n",
                             sign, draw.chance(50) ? "int4lt" : "int4gt",
                             draw.chance(50) ? ", RESTRICT = scalarltsel, JOIN = scalarltjoinsel" : "") +
                 with_comment(draw, fmt::format("OPERATOR {} (integer, integer)", sign));
    return true;
}

bool make_operator_class(Draw& draw, const Model& model, RandomObject& object) {
    const std::string name = qualified(object);
    const RandomObject* family = draw.chance(40) ? any_object(draw, model.late, "operator family") : nullptr;
    if (family != nullptr) {
        object.needs.push_back(family->key);
        // A family has each operator once.
        object.key = "class of " + family->key;
    }
    object.sql = fmt::format(
        "CREATE OPERATOR CLASS {} FOR TYPE integer USING {};\n", name,
        family != nullptr ? fmt::format("btree FAMILY {} AS OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 "
                                        "btint4cmp(integer, integer)",
                                        family->use)
        : draw.chance(50)
            ? "btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, "
              "FUNCTION 1 btint4cmp(integer, integer)"
            : "hash AS OPERATOR 1 =, FUNCTION 1 hashint4(integer)");
    return true;
}

bool make_cast(Draw& draw, const Model& model, RandomObject& object) {
    const RandomObject* type =
        any_object(draw, model.early, fixed(object.name, 2) == 0 ? "composite" : "range");
    if (type == nullptr) {
        return false;
    }
    const std::string target = fmt::format("CAST ({} AS text)", type->use);
    object.key = target;
    object.needs = {type->key};
    object.sql = fmt::format("CREATE {} WITH INOUT{};\n", target, draw.chance(50) ? " AS ASSIGNMENT" : "") +
                 with_comment(draw, target);
    return true;
}

bool make_statistics(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table = draw.any(model.tables);
    const RandomColumn& column = draw.any(table.columns);
    if (column.is_virtual) {
        return false;
    }
    const std::string name = qualified(object);
    object.needs = {key_of(table), key_of(table, column)};
    object.sql = fmt::format("CREATE STATISTICS {} ON ({}::text), ({} IS NULL) FROM {};\n", name,
                             quoted(column.name), quoted(column.name), qualified(table.schema, table.name)) +
                 with_comment(draw, "STATISTICS " + name);
    object.sql += draw.chance(20) ? fmt::format("ALTER STATISTICS {} SET STATISTICS 50;\n", name) : "";
    return draw.server_major() >= 14;
}

bool make_extension(Draw& draw, const Model& model, RandomObject& object) {
    constexpr std::array<std::string_view, 3> extensions{"citext", "hstore", "pg_trgm"};
    const std::string name(extensions.at(static_cast<std::size_t>(fixed(object.name, 3))));
    object.key = "extension " + name;
    std::string schema = "public";
    if (!model.schemas.empty() && draw.chance(30)) {
        schema = draw.any(model.schemas);
        object.needs.push_back("schema " + schema);
    }
    object.sql = fmt::format("CREATE EXTENSION {} SCHEMA {};\n", name, quoted(schema));
    return true;
}

}  // namespace schemist::test
