// What is of other servers: wrappers, servers, user mappings, foreign tables, publications and subscriptions.

#include "random/objects.hpp"

#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {

bool make_foreign_server(Draw& draw, const Model&, RandomObject& object) {
    const std::string name = quoted(object.name);
    const std::string wrapper = quoted(object.name + "_wrapper");
    object.use = name;
    object.sql = fmt::format(
        "CREATE FOREIGN DATA WRAPPER {0}{2};\nCREATE SERVER {1}{3} FOREIGN DATA WRAPPER {0} OPTIONS (host "
        "'{4}');\n",
        wrapper, name, draw.chance(30) ? " OPTIONS (debug 'true')" : "",
        draw.chance(40) ? " VERSION '2'" : "", draw.number(1, 9));
    if (draw.chance(50)) {
        object.sql += fmt::format("CREATE USER MAPPING FOR {} SERVER {} OPTIONS (user '{}');\n",
                                  draw.chance(50) ? "PUBLIC" : "schemist_reader", name, draw.number(1, 9));
    }
    object.sql +=
        draw.chance(20) ? fmt::format("GRANT USAGE ON FOREIGN SERVER {} TO schemist_reader;\n", name) : "";
    return true;
}

bool make_foreign_table(Draw& draw, const Model& model, RandomObject& object) {
    const RandomObject* server = any_object(draw, model.late, "foreign server");
    if (server == nullptr) {
        return false;
    }
    object.needs.push_back(server->key);
    const std::string name = qualified(object);
    constexpr std::array<std::string_view, 5> columns{
        "a integer OPTIONS (column_name 'A')", "b text DEFAULT 'x'", "c bigint NOT NULL",
        "d text OPTIONS (x '1', y '2') COLLATE \"C\"", "CHECK (id > 0)"};
    std::string text = "id integer";
    for (const std::string_view column : columns) {
        text += draw.chance(50) ? fmt::format(", {}", column) : "";
    }
    object.sql =
        fmt::format("CREATE FOREIGN TABLE {} ({}) SERVER {}{};\n", name, text, server->use,
                    draw.chance(50) ? fmt::format(" OPTIONS (table_name '{}')", draw.number(1, 9)) : "") +
        with_comment(draw, "FOREIGN TABLE " + name);
    object.sql += draw.chance(20) ? fmt::format("GRANT SELECT ON {} TO schemist_reader;\n", name) : "";
    return true;
}

bool make_publication(Draw& draw, const Model& model, RandomObject& object) {
    std::vector<std::string> tables;
    for (const RandomTable& table : model.tables) {
        if (!table.unlogged && draw.chance(50)) {
            object.needs.push_back(key_of(table));
            tables.push_back(qualified(table.schema, table.name));
        }
    }
    const std::string name = quoted(object.name);
    object.sql = fmt::format("CREATE PUBLICATION {}{}{}{};\n", name, tables.empty() ? "" : " FOR TABLE ",
                             fmt::join(tables, ", "), draw.chance(30) ? " WITH (publish = 'insert')" : "") +
                 with_comment(draw, "PUBLICATION " + name);
    return true;
}

// Without a slot: it would be another server's, which nobody asks.
bool make_subscription(Draw& draw, const Model&, RandomObject& object) {
    const std::string name = quoted(object.name);
    object.sql = fmt::format(
                     "CREATE SUBSCRIPTION {} CONNECTION 'host=nowhere.invalid dbname={}' PUBLICATION p{} "
                     "WITH (connect "
                     "= false, slot_name = NONE{});\n",
                     name, draw.number(1, 3), draw.chance(50) ? ", q" : "",
                     draw.chance(30) ? ", synchronous_commit = local" : "") +
                 with_comment(draw, "SUBSCRIPTION " + name);
    return true;
}

}  // namespace schemist::test
