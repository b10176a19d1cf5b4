#include "postgresql/kinds/column_type.hpp"

#include "postgresql/sql.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace schemist::postgresql {
namespace {

constexpr std::array<std::string_view, 6> numbers{"smallint", "integer", "bigint",
                                                  "numeric",  "real",    "double precision"};
constexpr std::array<std::string_view, 3> texts{"character", "character varying", "text"};
constexpr std::array<std::string_view, 3> moments{"date", "timestamp without time zone",
                                                  "timestamp with time zone"};
constexpr std::array<std::string_view, 2> documents{"json", "jsonb"};

constexpr std::array<std::string_view, 44> others{"boolean",
                                                  "uuid",
                                                  "bytea",
                                                  "interval",
                                                  "time without time zone",
                                                  "time with time zone",
                                                  "inet",
                                                  "cidr",
                                                  "xml",
                                                  "macaddr",
                                                  "macaddr8",
                                                  "money",
                                                  "tsvector",
                                                  "tsquery",
                                                  "point",
                                                  "line",
                                                  "lseg",
                                                  "box",
                                                  "path",
                                                  "polygon",
                                                  "circle",
                                                  "bit",
                                                  "bit varying",
                                                  "\"char\"",
                                                  "tid",
                                                  "xid",
                                                  "xid8",
                                                  "cid",
                                                  "pg_lsn",
                                                  "pg_snapshot",
                                                  "txid_snapshot",
                                                  "jsonpath",
                                                  "int4range",
                                                  "int8range",
                                                  "numrange",
                                                  "tsrange",
                                                  "tstzrange",
                                                  "daterange",
                                                  "int4multirange",
                                                  "int8multirange",
                                                  "nummultirange",
                                                  "tsmultirange",
                                                  "tstzmultirange",
                                                  "datemultirange"};

constexpr std::array<std::string_view, 12> identifiers{
    "oid",     "regclass",    "regcollation", "regconfig",    "regdictionary", "regnamespace",
    "regoper", "regoperator", "regproc",      "regprocedure", "regrole",       "regtype"};

// Of pg_cast in PostgreSQL 15, beside those within a family, those of identifiers, and those from and to text, which are always
// there.
constexpr std::array<std::pair<std::string_view, std::string_view>, 57> casts{
    {{"integer", "boolean"},
     {"boolean", "integer"},
     {"jsonb", "boolean"},
     {"jsonb", "smallint"},
     {"jsonb", "integer"},
     {"jsonb", "bigint"},
     {"jsonb", "numeric"},
     {"jsonb", "real"},
     {"jsonb", "double precision"},
     {"timestamp without time zone", "time without time zone"},
     {"timestamp with time zone", "time without time zone"},
     {"timestamp with time zone", "time with time zone"},
     {"time without time zone", "time with time zone"},
     {"time with time zone", "time without time zone"},
     {"time without time zone", "interval"},
     {"interval", "time without time zone"},
     {"integer", "money"},
     {"bigint", "money"},
     {"numeric", "money"},
     {"money", "numeric"},
     {"inet", "cidr"},
     {"cidr", "inet"},
     {"macaddr", "macaddr8"},
     {"macaddr8", "macaddr"},
     {"integer", "bit"},
     {"bigint", "bit"},
     {"bit", "integer"},
     {"bit", "bigint"},
     {"bit", "bit varying"},
     {"bit varying", "bit"},
     {"integer", "\"char\""},
     {"\"char\"", "integer"},
     {"xid8", "xid"},
     {"box", "circle"},
     {"box", "lseg"},
     {"box", "point"},
     {"box", "polygon"},
     {"circle", "box"},
     {"circle", "point"},
     {"circle", "polygon"},
     {"lseg", "point"},
     {"path", "polygon"},
     {"point", "box"},
     {"polygon", "box"},
     {"polygon", "circle"},
     {"polygon", "path"},
     {"polygon", "point"},
     {"int4range", "int4multirange"},
     {"int8range", "int8multirange"},
     {"numrange", "nummultirange"},
     {"tsrange", "tsmultirange"},
     {"tstzrange", "tstzmultirange"},
     {"daterange", "datemultirange"},
     {"regproc", "regprocedure"},
     {"regprocedure", "regproc"},
     {"regoper", "regoperator"},
     {"regoperator", "regoper"}}};

template <class Family>
std::ptrdiff_t place(const Family& family, std::string_view type) {
    const auto found = std::ranges::find(family, type);
    return found == family.end() ? -1 : found - family.begin();
}

template <class Family>
bool both(const Family& family, std::string_view before, std::string_view after) {
    return place(family, before) >= 0 && place(family, after) >= 0;
}

bool is_known(std::string_view type) {
    return place(numbers, type) >= 0 || place(moments, type) >= 0 || place(documents, type) >= 0 ||
           place(identifiers, type) >= 0 || place(others, type) >= 0;
}

// An identifier is a number, and the other way round.
bool identifies(std::string_view from, std::string_view to) {
    const auto is_number = [](std::string_view type) {
        return type == "oid" || type == "integer" || type == "bigint";
    };
    return (is_number(from) && place(identifiers, to) >= 0) ||
           (is_number(to) && place(identifiers, from) >= 0) ||
           (from == "smallint" && place(identifiers, to) >= 0);
}

struct Modifiers {
    std::optional<int> first;
    int second = 0;
};

Modifiers modifiers(std::string_view type) {
    Modifiers found;
    const std::size_t open = type.find('(');
    if (open == std::string_view::npos) {
        return found;
    }
    int number = 0;
    const auto [end, error] = std::from_chars(type.data() + open + 1, type.data() + type.size(), number);
    if (error != std::errc{}) {
        return found;
    }
    found.first = number;
    if (*end == ',') {
        std::from_chars(end + 1, type.data() + type.size(), found.second);
    }
    return found;
}

bool modifiers_narrow(std::string_view base, std::string_view before, std::string_view after) {
    const Modifiers old_ones = modifiers(before);
    const Modifiers new_ones = modifiers(after);
    if (!new_ones.first) {
        return base == "character" && old_ones.first;  // character alone is character(1)
    }
    if (!old_ones.first) {
        return true;
    }
    return *new_ones.first - new_ones.second < *old_ones.first - old_ones.second ||
           new_ones.second < old_ones.second;
}

}  // namespace

bool is_array(std::string_view type) {
    return type.ends_with("[]");
}

std::string base_type(std::string_view type) {
    std::string base(type);
    while (base.ends_with("[]")) {
        base.resize(base.size() - 2);
    }
    // The modifiers may stand in the middle: "timestamp(3) with time zone".
    if (const std::size_t open = base.find('('); open != std::string::npos && !base.starts_with('"')) {
        const std::size_t close = base.find(')', open);
        base.erase(open, close == std::string::npos ? close : close - open + 1);
    }
    return base;
}

bool converts_by_itself(std::string_view before, std::string_view after) {
    const std::string from = base_type(before);
    const std::string to = base_type(after);
    if (is_array(before) != is_array(after)) {
        return false;
    }
    return from == to || both(numbers, from, to) || both(moments, from, to) || both(documents, from, to) ||
           (place(texts, to) >= 0 && !is_array(after));
}

bool has_no_cast(std::string_view before, std::string_view after) {
    const std::string from = base_type(before);
    const std::string to = base_type(after);
    const bool one_is_array = is_array(before) != is_array(after);
    if (one_is_array || !is_known(from) || !is_known(to)) {
        return one_is_array;
    }
    const bool families =
        from == to || both(numbers, from, to) || both(moments, from, to) || both(documents, from, to);
    return !families && !identifies(from, to) &&
           std::ranges::find(casts, std::pair<std::string_view, std::string_view>(from, to)) == casts.end();
}

bool narrows(std::string_view before, std::string_view after) {
    const std::string from = base_type(before);
    const std::string to = base_type(after);
    if (from == to) {
        return modifiers_narrow(to, before, after);
    }
    if (both(numbers, from, to)) {
        return place(numbers, to) < place(numbers, from) || (from == "numeric") ||
               (to == "numeric" && modifiers(after).first);
    }
    if (both(texts, from, to)) {
        return to != "text" && modifiers_narrow(to, before, after);
    }
    return both(moments, from, to) && to == "date";
}

std::string_view default_storage(std::string_view type) {
    // Of the server's own types whose values may be long, all others are extended.
    const std::string base = base_type(type);
    const bool is_main = base == "numeric" || base == "inet" || base == "cidr";
    return is_array(type) || !(is_main || base == "tsquery") ? "extended" : is_main ? "main" : "plain";
}

bool same_family(std::string_view before, std::string_view after) {
    const std::string from = base_type(before);
    const std::string to = base_type(after);
    return is_array(before) == is_array(after) && (from == to || both(numbers, from, to));
}

bool is_of_type(const Column& column, const Reference& type) {
    if (type.kind == Kind::collation) {
        return column.collation == qualified(type.name);
    }
    std::string_view name = column.type;
    while (name.ends_with("[]")) {
        name.remove_suffix(2);
    }
    const bool can_be = type.kind == Kind::domain || type.kind == Kind::composite_type ||
                        type.kind == Kind::range_type || type.kind == Kind::base_type ||
                        type.kind == Kind::table;
    return can_be && name == qualified(type.name);
}

}  // namespace schemist::postgresql
