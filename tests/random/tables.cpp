#include "random/tables.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {

std::string sequence_options(Draw& draw) {
    std::string options;
    options += draw.chance(30) ? fmt::format(" INCREMENT BY {}", draw.number(2, 9)) : "";
    options += draw.chance(30)
                   ? fmt::format(" MINVALUE {} START WITH {}", draw.number(-9, 0), draw.number(5, 50))
                   : "";
    options += draw.chance(30) ? " CACHE 5" : "";
    options += draw.chance(20) ? " CYCLE" : "";
    return options;
}

// Of one column or of two.
void set_primary_key(Draw& draw, RandomTable& table) {
    table.primary_key = {"id"};
    if (draw.chance(25)) {
        RandomColumn second;
        second.name = draw.fresh("Tenant");
        second.type = draw.chance(50) ? "varchar(20)" : "smallint";
        second.not_null = true;
        table.primary_key.insert(table.primary_key.begin() + draw.number(0, 1), second.name);
        table.columns.push_back(second);
    }
}

std::string access_method(Draw& draw, const Model& model) {
    // PostgreSQL 14 cannot change it, and it may have to go with the access method.
    if (!draw.chance(30) || draw.server_major() < 15) {
        return {};
    }
    const RandomObject* method = nullptr;
    for (const RandomObject& object : model.early) {
        method = object.sort == "access method" && !object.use.empty() ? &object : method;
    }
    return method == nullptr ? std::string() : method->use;
}

RandomTable table(Draw& draw, const Model& model) {
    RandomTable made;
    made.schema = schema(draw, model);
    made.name = draw.fresh("t");
    made.columns.push_back(key_column(draw));
    for (int i = 0, count = draw.number(0, 6); i < count; ++i) {
        made.columns.push_back(column(draw, model));
    }
    if (draw.chance(85)) {
        set_primary_key(draw, made);
    }
    made.access_method = access_method(draw, model);
    made.unlogged = draw.chance(25);
    made.storage = draw.chance(25) ? storage(draw) : "";
    made.comment = draw.chance(20) ? "a table" : "";
    for (int i = 0, count = draw.number(0, 3); i < count; ++i) {
        add_part(draw, made);
    }
    return made;
}

}  // namespace schemist::test
