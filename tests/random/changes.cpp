#include "random/tables.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

bool uses(const std::vector<std::string>& columns, const std::string& name) {
    return std::ranges::find(columns, name) != columns.end();
}

bool used(const RandomTable& table, const std::string& name) {
    const auto uses_it = [&](const Part& part) { return uses(part.columns, name); };
    return std::ranges::any_of(table.constraints, uses_it) || std::ranges::any_of(table.indexes, uses_it) ||
           std::ranges::any_of(table.foreign_keys, uses_it) ||
           std::ranges::any_of(table.columns,
                               [&](const RandomColumn& column) { return column.generated == name; });
}

void remove_uses(RandomTable& table, const std::string& name) {
    const auto uses_it = [&](const Part& part) { return uses(part.columns, name); };
    std::erase_if(table.constraints, uses_it);
    std::erase_if(table.indexes, uses_it);
    std::erase_if(table.foreign_keys, uses_it);
    std::erase_if(table.columns, [&](const RandomColumn& column) { return column.generated == name; });
}

void drop_foreign_keys_to(Model& model, const RandomTable& target) {
    const std::string name = qualified(target.schema, target.name);
    for (RandomTable& table : model.tables) {
        std::erase_if(table.foreign_keys, [&](const Part& part) { return part.referenced == name; });
    }
}

void change_primary_key(Draw& draw, Model& model, RandomTable& table) {
    drop_foreign_keys_to(model, table);
    if (table.primary_key.empty()) {
        set_primary_key(draw, table);
    } else if (table.primary_key.size() > 1) {
        table.primary_key = {"id"};
    } else {
        table.primary_key.clear();
    }
}

void change_schemas(Draw& draw, Model& model) {
    if (draw.chance(50)) {
        model.schemas.push_back(draw.fresh("schema"));
        return;
    }
    const auto is_free = [&](const std::string& name) {
        const auto lives_in = [&](const auto& object) { return object.schema == name; };
        return std::ranges::none_of(model.tables, lives_in) && std::ranges::none_of(model.enums, lives_in) &&
               std::ranges::none_of(model.sequences, lives_in);
    };
    std::erase_if(model.schemas, is_free);
}

void change_enum(Draw& draw, Model& model) {
    RandomEnum& changed = draw.any(model.enums);
    if (draw.chance(60)) {
        const auto place = changed.values.begin() + draw.number(0, static_cast<int>(changed.values.size()));
        changed.values.insert(place, draw.fresh("v"));
    } else if (changed.values.size() > 2) {
        const auto place =
            changed.values.begin() + draw.number(0, static_cast<int>(changed.values.size()) - 1);
        if (*place != "a") {  // columns have it as their default
            changed.values.erase(place);
        }
    }
}

// What goes takes along only what needs it: columns become plain ones (remove_dangling).
void change_enums(Draw& draw, Model& model) {
    if (model.enums.empty() || draw.chance(15)) {
        model.enums.push_back({schema(draw, model), draw.fresh("mood"), {"a", "b"}});
    } else if (draw.chance(20)) {
        model.enums.erase(model.enums.begin() + draw.number(0, static_cast<int>(model.enums.size()) - 1));
    } else {
        change_enum(draw, model);
    }
}

void change_sequences(Draw& draw, Model& model) {
    if (model.sequences.empty() || draw.chance(15)) {
        model.sequences.push_back({schema(draw, model), draw.fresh("counter"), sequence_options(draw)});
    } else if (draw.chance(20)) {
        model.sequences.erase(model.sequences.begin() +
                              draw.number(0, static_cast<int>(model.sequences.size()) - 1));
    } else {
        draw.any(model.sequences).options = sequence_options(draw);
    }
}

void change_column(Draw& draw, Model& model, RandomTable& table) {
    RandomColumn& changed = draw.any(table.columns);
    if (!changed.generated.empty()) {
        return;
    }
    if (uses(table.primary_key, changed.name) && changed.name != "id") {
        return;
    }
    if (changed.name == "id") {
        // Also from serial to identity and back.
        const RandomColumn other = key_column(draw);
        changed.identity = other.identity;
        changed.serial = other.serial;
        return;
    }
    switch (draw.number(1, 5)) {
        case 1:
            set_not_null(draw, changed);
            changed.not_null =
                draw.server_major() < 18 || draw.chance(50) ? !changed.not_null : changed.not_null;
            break;
        case 4:
            set_attributes(draw, changed);
            break;
        case 2:
            changed.comment = changed.comment.empty() ? "new" : "";
            break;
        case 3:
            if (!used(table, changed.name)) {
                set_type(draw, changed, model);
            }
            break;
        default:
            if (changed.family == Family::integer) {
                changed.default_sql = changed.default_sql.empty() ? "5" : "";
            } else if (changed.family == Family::text) {
                changed.type = changed.type == "text" ? "varchar(300)" : "text";
            }
    }
}

}  // namespace

void drop_table(Draw& draw, Model& model) {
    const auto place = model.tables.begin() + draw.number(0, static_cast<int>(model.tables.size()) - 1);
    drop_foreign_keys_to(model, *place);
    model.tables.erase(place);
}

void change_once(Draw& draw, Model& model) {
    if (model.tables.empty() || draw.chance(10)) {
        model.tables.push_back(table(draw, model));
        return;
    }
    RandomTable& changed = draw.any(model.tables);
    switch (draw.number(1, 16)) {
        case 1:
            if (model.tables.size() > 1) {
                drop_table(draw, model);
            }
            break;
        case 2:
            changed.columns.push_back(column(draw, model));
            break;
        case 3:
            if (changed.columns.size() > 1) {
                const std::string name =
                    changed
                        .columns[1 + static_cast<std::size_t>(
                                         draw.number(0, static_cast<int>(changed.columns.size()) - 2))]
                        .name;
                if (uses(changed.primary_key, name)) {
                    break;
                }
                remove_uses(changed, name);
                std::erase_if(changed.columns,
                              [&](const RandomColumn& column) { return column.name == name; });
            }
            break;
        case 4:
        case 5:
            change_column(draw, model, changed);
            break;
        case 6:
            add_part(draw, changed);
            break;
        case 7:
            if (!changed.constraints.empty()) {
                changed.constraints.erase(changed.constraints.begin());
            }
            break;
        case 8:
            if (!changed.indexes.empty()) {
                Part& index = changed.indexes.front();
                if (draw.chance(50)) {
                    index.name = draw.fresh("renamed");
                } else {
                    changed.indexes.erase(changed.indexes.begin());
                }
            }
            break;
        case 9:
            add_foreign_key(draw, model, changed);
            break;
        case 10:
            change_enums(draw, model);
            break;
        case 11:
            change_sequences(draw, model);
            break;
        case 12:
            change_primary_key(draw, model, changed);
            break;
        case 13:
            change_schemas(draw, model);
            break;
        case 14:
            changed.access_method = access_method(draw, model);
            break;
        case 15:
            changed.unlogged = !changed.unlogged;
            break;
        default:
            changed.comment = changed.comment.empty() ? "now with 'comment'" : "";
            changed.storage = storage(draw);
    }
}

}  // namespace schemist::test
