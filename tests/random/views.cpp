// Views, materialized views and rules.

#include "random/objects.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist::test {
namespace {

// What a query can read: a table, or a view made before.
struct Source {
    std::string name;
    std::string key;
    std::vector<std::string> columns;
};

Source any_source(Draw& draw, const Model& model) {
    const RandomObject* view =
        draw.chance(40) ? any_object(draw, model.late, draw.chance(70) ? "view" : "materialized view")
                        : nullptr;
    if (view != nullptr) {
        return {qualified(*view), view->key, view->columns};
    }
    const RandomTable& table = draw.any(model.tables);
    Source source{qualified(table.schema, table.name), key_of(table), {}};
    for (const RandomColumn& column : table.columns) {
        source.columns.push_back(column.name);
    }
    return source;
}

void add_column(RandomObject& view, std::vector<std::string>& items, const std::string& name,
                const std::string& expression) {
    if (std::ranges::find(view.columns, name) == view.columns.end()) {
        view.columns.push_back(name);
        items.push_back(expression + " AS " + quoted(name));
    }
}

std::string query(Draw& draw, const Model& model, RandomObject& view) {
    const Source source = any_source(draw, model);
    view.needs.push_back(source.key);
    std::vector<std::string> items;
    const auto use = [&](const std::string& column) {
        view.needs.push_back(source.key + "." + quoted(column));
        return "s." + quoted(column);
    };
    for (const std::string& column : source.columns) {
        if (draw.chance(50)) {
            add_column(view, items, column, use(column));
        }
    }
    if (draw.chance(30)) {
        add_column(view, items, "as_text", use(draw.any(source.columns)) + "::text");
    }
    if (draw.chance(15)) {
        add_column(view, items, "whole", "s");
    }
    const RandomObject* function = draw.chance(25) ? any_object(draw, model.early, "function") : nullptr;
    if (function != nullptr) {
        view.needs.push_back(function->key);
        add_column(view, items, "computed", "(" + function->use + ")::text");
    }
    const RandomObject* parsed = draw.chance(25) ? any_object(draw, model.late, "parsed function") : nullptr;
    if (parsed != nullptr) {
        view.needs.push_back(parsed->key);
        add_column(view, items, "counted", parsed->use);
    }
    if (items.empty()) {
        add_column(view, items, "nothing", "1");
    }
    std::string sql = fmt::format("SELECT {} FROM {} s", fmt::join(items, ", "), source.name);
    if (draw.chance(40)) {
        sql += fmt::format(" WHERE {} IS NOT NULL", use(draw.any(source.columns)));
    }
    if (draw.chance(20)) {
        const Source other = any_source(draw, model);
        view.needs.push_back(other.key);
        sql += (sql.find(" WHERE ") == std::string::npos ? " WHERE" : " AND");
        sql += fmt::format(" EXISTS (SELECT FROM {} o)", other.name);
    }
    return sql;
}

}  // namespace

namespace {

// It says less than it shows: the other columns follow from the primary key.
std::string grouped_query(Draw& draw, const Model& model, RandomObject& view) {
    const RandomTable& table = draw.any(model.tables);
    if (table.primary_key.size() != 1) {
        return query(draw, model, view);
    }
    const RandomColumn& column = draw.any(table.columns);
    view.needs.insert(view.needs.end(),
                      {key_of(table), primary_key_of(table),
                       key_of(table) + "." + quoted(table.primary_key.front()), key_of(table, column)});
    view.columns = {"shown", "counted"};
    return fmt::format("SELECT s.{} AS shown, count(*) AS counted FROM {} s GROUP BY s.{}",
                       quoted(column.name), qualified(table.schema, table.name),
                       quoted(table.primary_key.front()));
}

// Whose rows may be changed through it.
std::string plain_query(Draw& draw, const Model& model, RandomObject& view) {
    const RandomTable& table = draw.any(model.tables);
    const RandomColumn& column = draw.any(table.columns);
    view.needs.insert(view.needs.end(), {key_of(table), key_of(table, column)});
    view.columns = {column.name};
    return fmt::format("SELECT {0} FROM {1} WHERE {0} IS NOT NULL WITH {2} CHECK OPTION", quoted(column.name),
                       qualified(table.schema, table.name), draw.chance(50) ? "LOCAL" : "CASCADED");
}

}  // namespace

bool make_view(Draw& draw, const Model& model, RandomObject& object) {
    const std::string name = qualified(object);
    const int form = draw.number(1, 10);
    const std::string made = form == 1   ? grouped_query(draw, model, object)
                             : form == 2 ? plain_query(draw, model, object)
                                         : query(draw, model, object);
    object.sql = fmt::format("CREATE VIEW {}{} AS {};\n", name,
                             draw.chance(15) ? " WITH (security_barrier='true')" : "", made) +
                 with_comment(draw, "VIEW " + name) +
                 with_comment(draw, fmt::format("COLUMN {}.{}", name, quoted(object.columns.front())));
    if (draw.chance(15)) {
        object.sql += fmt::format("GRANT SELECT ON {} TO schemist_reader;\n", name);
    }
    return true;
}

bool make_materialized_view(Draw& draw, const Model& model, RandomObject& object) {
    const std::string name = qualified(object);
    const std::string made = query(draw, model, object);
    std::erase(object.columns, "whole");
    if (made.find(" AS \"whole\"") != std::string::npos) {
        return false;
    }
    object.sql = fmt::format("CREATE MATERIALIZED VIEW {}{} AS {} WITH NO DATA;\n", name,
                             draw.chance(15) ? " WITH (fillfactor='70')" : "", made) +
                 with_comment(draw, "MATERIALIZED VIEW " + name);
    if (draw.chance(40)) {
        const std::string column = quoted(draw.any(object.columns));
        object.sql += fmt::format("CREATE INDEX {} ON {} (({} IS NULL));\n", quoted(object.name + "_index"),
                                  name, column);
    }
    return true;
}

bool make_rule(Draw& draw, const Model& model, RandomObject& object) {
    const RandomTable& table =
        model.tables.at(static_cast<std::size_t>(fixed(object.name, static_cast<int>(model.tables.size()))));
    const RandomTable& log = draw.any(model.tables);
    const RandomColumn& column = draw.any(table.columns);
    const std::string name = qualified(table.schema, table.name);
    object.needs = {key_of(table), key_of(table, column), key_of(log)};
    object.key = fmt::format("rule {} ON {}", quoted(object.name), name);
    const bool update = draw.chance(50);
    const bool notifies = draw.chance(40);
    const std::string condition = notifies ? "" : fmt::format(" WHERE old.{} IS NULL", quoted(column.name));
    object.sql = fmt::format("CREATE RULE {} AS ON {} TO {}{} DO {};\n", quoted(object.name),
                             update ? "UPDATE" : "DELETE", name, condition,
                             notifies ? fmt::format("ALSO NOTIFY {}", quoted(log.name)) : "INSTEAD NOTHING") +
                 with_comment(draw, fmt::format("RULE {} ON {}", quoted(object.name), name));
    if (draw.chance(10)) {
        object.sql += fmt::format("ALTER TABLE {} DISABLE RULE {};\n", name, quoted(object.name));
    }
    return true;
}

}  // namespace schemist::test
