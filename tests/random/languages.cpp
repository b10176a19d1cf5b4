// Languages, transforms, access methods, base types, conversions and operator families: what extensions are made of. Their
// functions in C are the server's own.

#include "random/objects.hpp"

#include <array>

#include <fmt/format.h>

namespace schemist::test {

bool make_language(Draw& draw, const Model&, RandomObject& object) {
    const std::string name = quoted(object.name);
    object.use = name;
    object.sql = fmt::format("CREATE TRUSTED LANGUAGE {} HANDLER plpgsql_call_handler{}{};\n", name,
                             draw.chance(50) ? " INLINE plpgsql_inline_handler" : "",
                             draw.chance(50) ? " VALIDATOR plpgsql_validator" : "") +
                 with_comment(draw, "LANGUAGE " + name);
    object.sql += draw.chance(20) ? fmt::format("REVOKE USAGE ON LANGUAGE {} FROM PUBLIC;\n", name) : "";
    object.sql +=
        draw.chance(20) ? fmt::format("GRANT USAGE ON LANGUAGE {} TO schemist_reader;\n", name) : "";
    return true;
}

bool make_transform(Draw& draw, const Model& model, RandomObject& object) {
    const RandomObject* language = any_object(draw, model.early, "language");
    const RandomObject* type = any_object(draw, model.early, draw.chance(50) ? "composite" : "base type");
    if (language == nullptr) {
        return false;
    }
    object.needs = {language->key};
    if (type != nullptr) {
        object.needs.push_back(type->key);
    }
    const std::string target =
        fmt::format("TRANSFORM FOR {} LANGUAGE {}", type == nullptr ? "integer" : type->use, language->use);
    const bool goes_back = type == nullptr && draw.chance(50);
    object.key = target;
    object.sql = fmt::format("CREATE {} (FROM SQL WITH FUNCTION prsd_lextype(internal){});\n", target,
                             goes_back ? ", TO SQL WITH FUNCTION int4recv(internal)" : "") +
                 with_comment(draw, target);
    return true;
}

// Of its kind only tables are made, which may be of it.
bool make_access_method(Draw& draw, const Model&, RandomObject& object) {
    const std::string name = quoted(object.name);
    const bool of_tables = fixed(object.name, 3) > 0;
    object.use = of_tables ? name : "";
    object.sql = fmt::format("CREATE ACCESS METHOD {} TYPE {};\n", name,
                             of_tables ? "TABLE HANDLER heap_tableam_handler" : "INDEX HANDLER bthandler") +
                 with_comment(draw, "ACCESS METHOD " + name);
    return true;
}

// It cannot be changed while columns are of it (docs/limits.md): the same name always has the same definition.
bool make_base_type(Draw& draw, const Model&, RandomObject& object) {
    object.use = qualified(object);
    const std::string in = qualified(object.schema, object.name + "_in");
    const std::string out = qualified(object.schema, object.name + "_out");
    constexpr std::array<std::string_view, 3> forms{"INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4",
                                                    "STORAGE = extended", "STORAGE = main, CATEGORY = 'S'"};
    const auto form = static_cast<std::size_t>(fixed(object.name, 3));
    const bool is_number = form == 0;
    object.sql = fmt::format(
        "CREATE TYPE {0};\nCREATE FUNCTION {1}(cstring) RETURNS {0} LANGUAGE internal IMMUTABLE STRICT AS "
        "'{3}';\n"
        "CREATE FUNCTION {2}({0}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS '{4}';\n"
        "CREATE TYPE {0} (INPUT = {1}, OUTPUT = {2}, {5});\n",
        object.use, in, out, is_number ? "int4in" : "textin", is_number ? "int4out" : "textout",
        forms.at(form));
    object.sql += with_comment(draw, "TYPE " + object.use);
    object.sql += draw.chance(15) ? fmt::format("REVOKE USAGE ON TYPE {} FROM PUBLIC;\n", object.use) : "";
    return true;
}

bool make_conversion(Draw& draw, const Model&, RandomObject& object) {
    struct Pair {
        std::string_view from;
        std::string_view to;
        std::string_view function;
    };
    constexpr std::array<Pair, 3> pairs{{{"LATIN1", "UTF8", "iso8859_1_to_utf8"},
                                         {"UTF8", "LATIN1", "utf8_to_iso8859_1"},
                                         {"KOI8R", "WIN1251", "koi8r_to_win1251"}}};
    const Pair& pair = draw.any(pairs);
    const std::string name = qualified(object);
    const bool is_default = draw.chance(30);
    if (is_default) {
        object.key = fmt::format("default conversion from {} in {}", pair.from, object.schema);
    }
    object.sql = fmt::format("CREATE {}CONVERSION {} FOR '{}' TO '{}' FROM {};\n",
                             is_default ? "DEFAULT " : "", name, pair.from, pair.to, pair.function) +
                 with_comment(draw, "CONVERSION " + name);
    return true;
}

bool make_operator_family(Draw& draw, const Model&, RandomObject& object) {
    const std::string target = fmt::format("OPERATOR FAMILY {} USING btree", qualified(object));
    object.use = qualified(object);
    object.sql = fmt::format("CREATE {};\n", target) + with_comment(draw, target);
    constexpr std::array<std::string_view, 3> members{
        "OPERATOR 1 < (integer, bigint), OPERATOR 3 = (integer, bigint), FUNCTION 1 (integer, bigint) "
        "btint48cmp(integer, bigint)",
        "OPERATOR 1 < (bigint, integer), FUNCTION 1 (bigint, integer) btint84cmp(bigint, integer)",
        "OPERATOR 5 > (smallint, integer)"};
    for (const std::string_view member : members) {
        object.sql += draw.chance(40) ? fmt::format("ALTER {} ADD {};\n", target, member) : "";
    }
    return true;
}

}  // namespace schemist::test
