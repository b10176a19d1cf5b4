#include "random/tables.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

struct ColumnType {
    std::string_view name;
    Family family;
    std::array<std::string_view, 3> defaults;  // empty: none
};

constexpr std::array<ColumnType, 20> column_types{{
    {"integer", Family::integer, {"0", "-42", "(1 + 1)"}},
    {"bigint", Family::integer, {"9223372036854775807", "0", ""}},
    {"smallint", Family::integer, {"7", "", "0"}},
    {"text", Family::text, {"'it''s'", "lower('X')", "''"}},
    {"varchar(20)", Family::text, {"'a'", "", "'b\\c'"}},
    {"varchar(200)", Family::text, {"'a'", "", ""}},
    {"varchar", Family::text, {"'größe'", "", ""}},
    {"char(3)", Family::other, {"'abc'", "", ""}},
    {"numeric(10,2)", Family::other, {"0", "1.50", ""}},
    {"numeric", Family::other, {"0", "", ""}},
    {"boolean", Family::other, {"true", "false", ""}},
    {"timestamptz", Family::other, {"now()", "CURRENT_TIMESTAMP", ""}},
    {"timestamp(3)", Family::other, {"LOCALTIMESTAMP", "", ""}},
    {"date", Family::other, {"CURRENT_DATE", "'2020-01-02'", ""}},
    {"interval", Family::other, {"'14 days'", "", ""}},
    {"jsonb", Family::other, {"'{}'", "'{\"a\": [1]}'", ""}},
    {"uuid", Family::other, {"gen_random_uuid()", "", ""}},
    {"bytea", Family::other, {"'\\x00'", "", ""}},
    {"integer[]", Family::other, {"'{}'", "ARRAY[1, 2]", ""}},
    {"double precision", Family::other, {"1.5", "0", ""}},
}};

// A domain, a composite or a range type, or text with a function's result as its default.
bool set_type_of_object(Draw& draw, RandomColumn& column, const Model& model) {
    if (model.early.empty() || !draw.chance(30)) {
        return false;
    }
    const RandomObject& object = draw.any(model.early);
    if (object.use.empty()) {
        return false;
    }
    column.needs = object.key;
    if (object.sort == "function") {
        column.type = "text";
        column.family = Family::text;
        column.default_sql = "(" + object.use + ")::text";
    } else if (object.sort == "base type") {
        column.type = object.use;
        column.family = Family::other;
    } else if (object.sort == "domain" || object.sort == "composite" || object.sort == "range") {
        column.type = object.use + (object.sort == "range" || draw.chance(85) ? "" : "[]");
        column.family = Family::other;
    } else if (object.sort == "collation") {
        column.type = "text";
        column.family = Family::text;
        column.collation = object.use;
    } else {
        column.needs.clear();
        return false;
    }
    return true;
}

}  // namespace

// Empty: public, without saying so.
std::string schema(Draw& draw, const Model& model) {
    return !model.schemas.empty() && draw.chance(35) ? draw.any(model.schemas) : std::string();
}

void set_type(Draw& draw, RandomColumn& column, const Model& model) {
    column.enum_type.clear();
    column.collation.clear();
    column.attribute.clear();
    column.default_sql.clear();
    column.needs.clear();
    if (set_type_of_object(draw, column, model)) {
        return;
    }
    if (!model.enums.empty() && draw.chance(20)) {
        const RandomEnum& used = draw.any(model.enums);
        column.enum_type = qualified(used.schema, used.name);
        column.needs = key_of(used);
        column.type = column.enum_type;
        column.family = Family::other;
        if (draw.chance(50)) {
            column.default_sql = "'a'";
        }
        return;
    }
    const ColumnType& type = draw.any(column_types);
    column.type = type.name;
    column.family = type.family;
    if (column.family == Family::integer && !model.sequences.empty() && draw.chance(20)) {
        const RandomSequence& sequence = draw.any(model.sequences);
        column.needs = key_of(sequence);
        column.default_sql = fmt::format("nextval({})", literal(qualified(sequence.schema, sequence.name)));
    } else if (draw.chance(50)) {
        column.default_sql = draw.any(type.defaults);
    }
    if (column.family == Family::text && draw.chance(20)) {
        column.collation = "\"C\"";
    }
}

void set_attributes(Draw& draw, RandomColumn& column) {
    constexpr std::array<std::string_view, 4> attributes{"SET STATISTICS 0", "SET STATISTICS 200",
                                                         "SET STORAGE EXTERNAL", "SET COMPRESSION pglz"};
    const std::size_t usable = column.family == Family::text ? attributes.size() : 2;
    column.attribute =
        draw.chance(15) ? attributes[static_cast<std::size_t>(draw.number(0, static_cast<int>(usable) - 1))]
                        : std::string_view();
}

// From PostgreSQL 18 on it is a constraint.
void set_not_null(Draw& draw, RandomColumn& column) {
    if (draw.server_major() < 18) {
        return;
    }
    constexpr std::array<std::string_view, 3> forms{" NO INHERIT", " NOT VALID", " NO INHERIT NOT VALID"};
    column.not_null_name = draw.chance(20) ? draw.fresh("must") : "";
    column.not_null_where = draw.chance(20) ? draw.any(forms) : std::string_view();
}

RandomColumn column(Draw& draw, const Model& model) {
    RandomColumn made;
    made.name = draw.fresh("c");
    set_type(draw, made, model);
    made.not_null = draw.chance(40);
    set_not_null(draw, made);
    made.comment = draw.chance(15) ? "says 'hello'" : "";
    set_attributes(draw, made);
    return made;
}

RandomColumn key_column(Draw& draw) {
    RandomColumn key;
    key.name = "id";
    key.type = draw.chance(50) ? "bigint" : "integer";
    key.family = Family::integer;
    key.not_null = true;
    const int form = draw.number(1, 4);
    key.identity = form == 1 ? "ALWAYS" : form == 2 ? "BY DEFAULT" : "";
    key.serial = form == 3;
    return key;
}

std::string storage(Draw& draw) {
    constexpr std::array<std::string_view, 6> forms{
        "",
        "fillfactor='60'",
        "fillfactor='70', autovacuum_enabled='false'",
        "autovacuum_enabled='true', fillfactor='90'",
        "toast.autovacuum_enabled='false', parallel_workers='2', fillfactor='80'",
        "fillfactor='80', autovacuum_enabled='true', parallel_workers='3', "
        "toast.log_autovacuum_min_duration='9'"};
    return std::string(draw.any(forms));
}

}  // namespace schemist::test
