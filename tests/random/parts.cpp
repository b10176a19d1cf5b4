#include "random/tables.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

const RandomColumn* column_of(Draw& draw, const RandomTable& table, Family family) {
    std::vector<const RandomColumn*> fitting;
    for (const RandomColumn& candidate : table.columns) {
        if (candidate.family == family && candidate.generated.empty()) {
            fitting.push_back(&candidate);
        }
    }
    return fitting.empty() ? nullptr : draw.any(fitting);
}

// Of two equal constraints with an index the server makes one.
void add_once(RandomTable& table, const Part& part) {
    if (std::ranges::find(table.constraints, part.sql, &Part::sql) == table.constraints.end()) {
        table.constraints.push_back(part);
    }
}

}  // namespace

void add_part(Draw& draw, RandomTable& table) {
    const RandomColumn* integer = column_of(draw, table, Family::integer);
    const RandomColumn* text = column_of(draw, table, Family::text);
    const RandomColumn& drawn = draw.any(table.columns);
    const RandomColumn& some = drawn.is_virtual ? table.columns.front() : drawn;  // which has no index
    const std::string a = integer == nullptr ? "" : quoted(integer->name);
    const std::string b = text == nullptr ? "" : quoted(text->name);
    Part part{draw.fresh("p"), {}, {}, draw.chance(10) ? "a part" : "", {}};
    switch (draw.number(1, 10)) {
        case 1:
            if (integer->name == "id") {
                break;  // the server makes one of it and an equal primary key
            }
            part.sql =
                fmt::format("UNIQUE{} ({})",
                            draw.chance(20) && draw.server_major() >= 15 ? " NULLS NOT DISTINCT" : "", a);
            part.sql += draw.chance(20) ? " INCLUDE (" + quoted(some.name) + ")" : "";
            part.sql += draw.chance(20) ? " DEFERRABLE INITIALLY DEFERRED" : "";
            part.columns = {integer->name, some.name};
            add_once(table, part);
            break;
        case 2:
            part.sql = fmt::format("CHECK ({} BETWEEN {} AND 1000){}", a, draw.number(-9, 0),
                                   draw.chance(20) ? " NO INHERIT" : "");
            part.sql += draw.server_major() >= 18 && draw.chance(30) ? " NOT ENFORCED" : "";
            part.columns = {integer->name};
            table.constraints.push_back(part);
            break;
        case 3:
            if (text != nullptr) {
                part.sql = fmt::format("CHECK ({} IN ('a', 'b''', 'c{}') OR length({}) > 0)", b,
                                       draw.number(1, 9), b);
                part.columns = {text->name};
                table.constraints.push_back(part);
            }
            break;
        case 4:
            part.sql = fmt::format("EXCLUDE USING gist (int8range({}::bigint, {}::bigint + 10) WITH &&){}", a,
                                   a, draw.chance(30) ? fmt::format(" WHERE ({} > 0)", a) : "");
            part.columns = {integer->name};
            add_once(table, part);
            break;
        case 5:
            part.sql = fmt::format("({} DESC{})", a, draw.chance(50) ? " NULLS LAST" : "");
            part.columns = {integer->name};
            table.indexes.push_back(part);
            break;
        case 6:
            part.sql = text == nullptr ? fmt::format("USING hash ({})", a)
                                       : fmt::format("(lower({}) text_pattern_ops, {})", b, a);
            part.columns = {integer->name, text == nullptr ? integer->name : text->name};
            table.indexes.push_back(part);
            break;
        case 7:
            part.sql = fmt::format("({}) INCLUDE ({}) WITH (fillfactor='80') WHERE ({} > {})", a,
                                   quoted(some.name), a, draw.number(0, 9));
            part.columns = {integer->name, some.name};
            table.indexes.push_back(part);
            break;
        case 8:
            part.name = "unique " + part.name;
            part.sql = fmt::format("({}, (({} % 3)))", a, a);
            part.columns = {integer->name};
            table.indexes.push_back(part);
            break;
        case 9:
            if (integer->type == "integer" && table.columns.size() < 9) {
                RandomColumn generated;
                generated.name = draw.fresh("g");
                generated.type = "bigint";
                generated.family = Family::other;
                generated.generated = integer->name;
                generated.is_virtual = draw.server_major() >= 18 && draw.chance(50);
                table.columns.push_back(generated);
            }
            break;
        default:
            if (text != nullptr) {
                part.sql = fmt::format("({} COLLATE \"POSIX\" varchar_pattern_ops NULLS FIRST)", b);
                part.columns = {text->name};
                table.indexes.push_back(part);
            }
    }
}

void add_foreign_key(Draw& draw, Model& model, RandomTable& table) {
    const RandomTable& target = draw.any(model.tables);
    if (target.primary_key.empty()) {
        return;
    }
    Part part{draw.fresh("f"), {}, {}, "", qualified(target.schema, target.name)};
    std::vector<std::string> own;
    std::vector<std::string> referenced;
    std::vector<RandomColumn> added;
    for (const std::string& name : target.primary_key) {
        RandomColumn key;
        key.name = draw.fresh("fk");
        key.type = std::ranges::find(target.columns, name, &RandomColumn::name)->type;
        part.columns.push_back(key.name);
        own.push_back(quoted(key.name));
        referenced.push_back(quoted(name));
        added.push_back(key);
    }
    constexpr std::array<std::string_view, 5> actions{"", " ON DELETE CASCADE",
                                                      " ON DELETE SET NULL ON UPDATE CASCADE",
                                                      " ON DELETE RESTRICT", " ON UPDATE SET DEFAULT"};
    part.sql = fmt::format("FOREIGN KEY ({}) REFERENCES {} ({}){}{}{}{}", fmt::join(own, ", "),
                           part.referenced, fmt::join(referenced, ", "), draw.chance(20) ? " MATCH FULL" : "",
                           draw.any(actions), draw.chance(20) ? " DEFERRABLE INITIALLY DEFERRED" : "",
                           draw.chance(10)                                ? " NOT VALID"
                           : draw.server_major() >= 18 && draw.chance(20) ? " NOT ENFORCED"
                                                                          : "");
    table.columns.insert(table.columns.end(), added.begin(), added.end());
    table.foreign_keys.push_back(part);
}

}  // namespace schemist::test
