#include "random/schema.hpp"

#include "random/objects.hpp"
#include "random/tables.hpp"

#include <algorithm>

namespace schemist::test {
namespace {

Model random_model(Draw& draw) {
    Model made;
    for (int i = 0, count = draw.number(0, 2); i < count; ++i) {
        made.schemas.push_back(draw.fresh("Schema"));
    }
    for (int i = 0, count = draw.number(0, 3); i < count; ++i) {
        made.enums.push_back({schema(draw, made), draw.fresh("mood"), {"a", "b", "with space", "it's"}});
    }
    for (int i = 0, count = draw.number(0, 2); i < count; ++i) {
        made.sequences.push_back({schema(draw, made), draw.fresh("counter"), sequence_options(draw)});
    }
    for (int i = 0, count = draw.number(0, 4); i < count; ++i) {
        add_object(draw, made);
    }
    for (int i = 0, count = draw.number(1, 4); i < count; ++i) {
        made.tables.push_back(table(draw, made));
    }
    for (RandomTable& made_table : made.tables) {
        if (draw.chance(60)) {
            add_foreign_key(draw, made, made_table);
        }
    }
    for (int i = 0, count = draw.number(0, 7); i < count; ++i) {
        add_object(draw, made);
    }
    return made;
}

void change(Draw& draw, Model& model, int changes) {
    for (int i = 0; i < changes; ++i) {
        if (draw.chance(45)) {
            change_objects(draw, model);
        } else {
            change_once(draw, model);
        }
        remove_dangling(model);
    }
}

// A logged table may refer only to logged ones, and a publication has no others. A sequence that was made by itself stays logged
// when an unlogged table gets it, but is logged or unlogged with it from then on (docs/limits.md).
void make_loadable(Model& model) {
    const auto must_be_logged = [&](const RandomTable& target) {
        return std::ranges::any_of(model.tables, [&](const RandomTable& table) {
            return !table.unlogged && std::ranges::any_of(table.foreign_keys, [&](const Part& key) {
                return key.referenced == qualified(target.schema, target.name);
            });
        });
    };
    for (RandomTable& table : model.tables) {
        const bool is_published = std::ranges::any_of(model.late, [&](const RandomObject& object) {
            const bool has_logged_only = object.sort == "publication" || object.sort == "sequence owner";
            return has_logged_only && std::ranges::find(object.needs, key_of(table)) != object.needs.end();
        });
        table.unlogged = table.unlogged && !is_published;
    }
    for (std::size_t round = 0; round < model.tables.size(); ++round) {
        for (RandomTable& table : model.tables) {
            table.unlogged = table.unlogged && !must_be_logged(table);
        }
    }
}

}  // namespace

std::pair<std::string, std::string> random_schemas(std::uint32_t seed, int server_major) {
    Draw draw(seed, server_major);
    Model model = random_model(draw);
    remove_dangling(model);
    make_loadable(model);
    std::string before = render(model);
    change(draw, model, draw.number(1, 8));
    make_loadable(model);
    return {std::move(before), render(model)};
}

}  // namespace schemist::test
