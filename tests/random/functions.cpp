// Functions, procedures and aggregates.

#include "random/objects.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

std::string options(Draw& draw) {
    constexpr std::array<std::string_view, 7> forms{"",
                                                    " IMMUTABLE",
                                                    " STABLE STRICT",
                                                    " SECURITY DEFINER",
                                                    " PARALLEL SAFE COST 7",
                                                    " SET search_path TO 'public'",
                                                    " SET work_mem TO '4MB' SET statement_timeout TO '0'"};
    return std::string(draw.any(forms));
}

std::string grants(Draw& draw, const std::string& target) {
    std::string sql = with_comment(draw, target);
    sql += draw.chance(10) ? fmt::format("REVOKE ALL ON {} FROM PUBLIC;\n", target) : "";
    sql += draw.chance(10) ? fmt::format("GRANT EXECUTE ON {} TO schemist_reader;\n", target) : "";
    return sql;
}

// A column may be added whose default is a call with it: then it is computed, and a domain may refuse NULL::domain.
std::string no_value(const std::string& type) {
    return type.ends_with("[]") ? "NULL::" + type : fmt::format("('{{}}'::{}[])[1]", type);
}

bool is_domain(const Model& model, const std::string& type) {
    return std::ranges::any_of(model.early, [&](const RandomObject& object) {
        return object.sort == "domain" && object.use == type;
    });
}

}  // namespace

bool make_function(Draw& draw, const Model& model, RandomObject& object) {
    std::vector<std::string> types;
    std::vector<std::string> parameters;
    std::vector<std::string> values;
    for (int i = 0, count = draw.number(0, 2); i < count; ++i) {
        types.push_back(any_type(draw, model, object));
        parameters.push_back(fmt::format("{}_{} {}", draw.chance(80) ? "p" : "q", i, types.back()) +
                             (draw.chance(20) ? " DEFAULT NULL" : ""));
        values.push_back(no_value(types.back()));
    }
    // Whoever comes after one with a default has one as well.
    for (std::size_t i = 1; i < parameters.size(); ++i) {
        if (parameters[i - 1].ends_with("NULL") && !parameters[i].ends_with("NULL")) {
            parameters[i] += " DEFAULT NULL";
        }
    }
    const std::string result = any_type(draw, model, object);
    const std::string name = qualified(object);
    const std::string signature = fmt::format("{}({})", name, fmt::join(types, ", "));
    // What PL/pgSQL returns a domain may refuse.
    const bool plain = draw.chance(50) || is_domain(model, result);
    object.key = "function " + signature;
    object.use = fmt::format("{}({})", name, fmt::join(values, ", "));
    object.sql =
        fmt::format(
            "CREATE FUNCTION {}({}) RETURNS {} LANGUAGE {}{} AS {};\n", name, fmt::join(parameters, ", "),
            result, plain ? "sql" : "plpgsql", options(draw),
            literal(plain ? fmt::format("SELECT NULL::{} WHERE false -- {}", result, draw.number(1, 9))
                          : fmt::format("BEGIN RETURN NULL; -- {}\nEND", draw.number(1, 9)))) +
        grants(draw, "FUNCTION " + signature);
    return true;
}

bool make_trigger_function(Draw& draw, const Model&, RandomObject& object) {
    object.use = qualified(object) + "()";
    object.sql =
        fmt::format(
            "CREATE FUNCTION {} RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; -- {}\nEND';\n",
            object.use, draw.number(1, 9)) +
        with_comment(draw, "FUNCTION " + object.use);
    return true;
}

bool make_aggregate(Draw& draw, const Model&, RandomObject& object) {
    const std::string target = qualified(object) + "(integer)";
    object.use = qualified(object) + "(1)";
    object.sql = fmt::format("CREATE AGGREGATE {} (SFUNC = int4pl, STYPE = integer{}{});\n", target,
                             draw.chance(50) ? fmt::format(", INITCOND = '{}'", draw.number(1, 5)) : "",
                             draw.chance(30) ? ", PARALLEL = SAFE" : "") +
                 with_comment(draw, "AGGREGATE " + target);
    return true;
}

bool make_procedure(Draw& draw, const Model& model, RandomObject& object) {
    const std::string type = any_type(draw, model, object);
    const std::string mode = draw.chance(30) ? "INOUT " : "";
    object.sql = fmt::format("CREATE PROCEDURE {}({}p {}) LANGUAGE plpgsql{} AS 'BEGIN -- {}\nEND';\n",
                             qualified(object), mode, type, draw.chance(20) ? " SECURITY DEFINER" : "",
                             draw.number(1, 9)) +
                 grants(draw, fmt::format("PROCEDURE {}({})", qualified(object), type));
    return true;
}

bool make_row_function(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table = draw.any(model.tables);
    const std::string type = qualified(table.schema, table.name);
    object.needs.push_back(key_of(table));
    if (draw.chance(50)) {
        object.sql = fmt::format("CREATE FUNCTION {}({}) RETURNS integer LANGUAGE sql AS 'SELECT {}';\n",
                                 qualified(object), type, draw.number(1, 9));
        object.use = fmt::format("{}(NULL::{})", qualified(object), type);
        object.key = fmt::format("function {}({})", qualified(object), type);
    } else if (draw.chance(50)) {
        object.sql =
            fmt::format("CREATE FUNCTION {}() RETURNS SETOF {} LANGUAGE sql AS 'SELECT * FROM {}';\n",
                        qualified(object), type, type);
    } else {
        object.sql = fmt::format(
            "CREATE FUNCTION {}() RETURNS TABLE (a integer, b {}) LANGUAGE sql AS 'SELECT 1, NULL::{}';\n",
            qualified(object), type, type);
    }
    return true;
}

bool make_parsed_function(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table = draw.any(model.tables);
    const RandomColumn& column = draw.any(table.columns);
    object.needs = {key_of(table), key_of(table, column)};
    object.use = qualified(object) + "()";
    object.key = "function " + object.use;
    object.sql =
        fmt::format("CREATE FUNCTION {} RETURNS bigint{} BEGIN ATOMIC SELECT count({}) + {} FROM {}; END;\n",
                    object.use, draw.chance(30) ? " STABLE" : "", quoted(column.name), draw.number(1, 9),
                    qualified(table.schema, table.name)) +
        grants(draw, "FUNCTION " + object.use);
    return draw.server_major() >= 14;
}

// A part of the table uses the function, and the function the table.
bool make_own_function(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table = draw.any(model.tables);
    const std::string type = qualified(table.schema, table.name);
    const std::string function = qualified(object);
    const std::string part = quoted(object.name + " own");
    object.needs.push_back(key_of(table));
    if (draw.chance(30)) {
        object.sql = fmt::format(
            "CREATE FUNCTION {0}() RETURNS bigint BEGIN ATOMIC SELECT count(*) + {1} FROM {2}; END;\n"
            "ALTER TABLE {2} ADD COLUMN {3} bigint DEFAULT {0}();\n",
            function, draw.number(1, 9), type, part);
        return true;
    }
    object.sql =
        fmt::format("CREATE FUNCTION {}({}) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT {}';\n",
                    function, type, draw.number(1, 9));
    const std::string call = fmt::format("{}({}.*)", function, quoted(table.name));
    object.sql +=
        draw.chance(50)
            ? fmt::format("CREATE INDEX {} ON {} ({});\n", part, type, call)
            : fmt::format("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({} > 0) NO INHERIT;\n", type, part, call);
    return true;
}

}  // namespace schemist::test
