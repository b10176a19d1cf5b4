#include "postgresql/kinds/view_columns.hpp"

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attcollation, "
           "pg_get_expr(ad.adbin, ad.adrelid), a.atttypid, a.attstattarget, a.attstorage, a.attcompression, "
           "a.attoptions FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND "
           "a.attnum "
           "> 0 LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum WHERE c.relkind "
           "IN ('v', "
           "'m') AND " +
           is_of_users("c.oid") + " ORDER BY a.attrelid, a.attnum";
}

ViewColumn read_column(const Result& rows, std::size_t row, const Reading& reading) {
    ViewColumn column{rows.string(row, 2), rows.string(row, 3), {}, rows.string(row, 5), {}, {}};
    if (const Oid collation = rows.oid(row, 4); collation != reading.type(rows.oid(row, 6)).collation) {
        column.collation = reading.collations.at(collation);
    }
    return column;
}

void read_attributes(const Result& rows, std::size_t row, const Reading& reading, ViewColumn& column) {
    Column read = postgresql::read_attributes(rows, row, 7, reading.type(rows.oid(row, 6)));
    column.statistics_target = read.statistics_target;
    column.storage = std::move(read.storage);
    column.compression = std::move(read.compression);
    column.attributes = std::move(read.options);
}

Column with_attributes(const ViewColumn& column) {
    Column result;
    result.name = column.name;
    result.type = column.type;
    result.statistics_target = column.statistics_target;
    result.storage = column.storage;
    result.compression = column.compression;
    result.options = column.attributes;
    return result;
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Oid oid = rows.oid(row, 0);
        ViewColumn column = read_column(rows, row, reading);
        reading.visit({catalogue::relations, oid}, 0, [&](auto& view) {
            if constexpr (std::is_same_v<std::remove_reference_t<decltype(view)>, View> ||
                          std::is_same_v<std::remove_reference_t<decltype(view)>, MaterializedView>) {
                view.columns.push_back(std::move(column));
            }
        });
        if (const auto view = reading.materialized_views.find(oid);
            view != reading.materialized_views.end()) {
            read_attributes(rows, row, reading,
                            reading.schema.materialized_views[view->second.position].columns.back());
            const auto number = static_cast<std::size_t>(rows.integer(row, 1));
            view->second.column_names.resize(number + 1);
            view->second.collations.resize(number + 1);
            view->second.column_names[number] = rows.string(row, 2);
            view->second.collations[number] = rows.oid(row, 4);
        }
    }
}

}  // namespace

Reader view_column_reader() {
    return {query, read};
}

bool is_same_column(const ViewColumn& one, const ViewColumn& other) {
    return one.name == other.name && one.type == other.type && one.collation == other.collation;
}

void change_view_columns(const Name& view, const std::vector<ViewColumn>& before,
                         const std::vector<ViewColumn>& after, std::vector<std::string>& statements) {
    for (std::size_t i = 0; i < after.size(); ++i) {
        const ViewColumn old = i < before.size() ? before[i] : ViewColumn{};
        const ViewColumn& column = after[i];
        const std::string name = quote_identifier(column.name);
        if (old.default_expression != column.default_expression) {
            statements.push_back(fmt::format("ALTER VIEW {} ALTER COLUMN {} {}", qualified(view), name,
                                             column.default_expression.empty()
                                                 ? "DROP DEFAULT"
                                                 : "SET DEFAULT " + column.default_expression));
        }
        append(statements, column_attributes(view, with_attributes(old), with_attributes(column)));
        write_comment(fmt::format("COLUMN {}.{}", qualified(view), name), old.comment, column.comment,
                      statements);
        change_privileges(old.privileges, column.privileges, "TABLE " + qualified(view), name, statements);
    }
}

}  // namespace schemist::postgresql
