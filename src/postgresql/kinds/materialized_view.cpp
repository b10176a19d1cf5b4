// The kind `materialized_view`, with its indexes.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/kinds/table_definition.hpp"
#include "postgresql/kinds/view_columns.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT c.oid, n.nspname, c.relname, pg_get_viewdef(c.oid), c.reloptions, t.spcname, am.amname, "
           "c.relispopulated FROM "
           "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace t ON t.oid = "
           "c.reltablespace LEFT JOIN pg_am am ON am.oid = c.relam AND am.amname <> 'heap' WHERE c.relkind = "
           "'m' AND " +
           is_of_users("c.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_class", "c.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        MaterializedView view;
        view.name = {rows.string(row, 1), rows.string(row, 2)};
        view.definition = without_semicolon(rows.text(row, 3));
        view.storage = parse_storage(rows.text(row, 4));
        view.tablespace = rows.string(row, 5);
        view.access_method = rows.string(row, 6);
        view.filling.has_data = rows.boolean(row, 7);
        const Oid oid = rows.oid(row, 0);
        reading.materialized_views.emplace(
            oid, Reading::TableInfo{reading.schema.materialized_views.size(), {}, {}, {}});
        reading.add(reading.schema.materialized_views, std::move(view), {{catalogue::relations, oid}});
    }
}

std::string cluster_query(const Scope&) {
    return "SELECT i.indrelid, ic.relname FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid JOIN "
           "pg_class m "
           "ON m.oid = i.indrelid AND m.relkind = 'm' WHERE i.indisclustered AND " +
           is_of_users("i.indexrelid");
}

void read_cluster(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto view = reading.materialized_views.find(rows.oid(row, 0));
        if (view != reading.materialized_views.end()) {
            reading.schema.materialized_views[view->second.position].clustered_on = rows.string(row, 1);
        }
    }
}

struct MaterializedViews {
    using Value = MaterializedView;

    // The columns of both sorts of views are read when both are.
    static std::vector<Reader> readers() {
        return {{query, read}, view_column_reader(), {cluster_query, read_cluster}};
    }

    static std::string target(const MaterializedView& view) {
        return "MATERIALIZED VIEW " + qualified(view.name);
    }
    static std::string granted(const MaterializedView& view) { return "TABLE " + qualified(view.name); }

    static std::vector<std::string> create(const MaterializedView& view) {
        std::string statement = "CREATE " + target(view);
        if (!view.access_method.empty()) {
            statement += " USING " + quote_identifier(view.access_method);
        }
        if (!view.storage.empty()) {
            statement += fmt::format(" WITH ({})", storage_list(view.storage));
        }
        if (!view.tablespace.empty()) {
            statement += " TABLESPACE " + quote_identifier(view.tablespace);
        }
        std::vector<std::string> statements{statement + " AS\n" + reparsable(view.definition)};
        for (const Index& index : view.indexes) {
            statements.push_back(create_index(view.name, index));
            append(statements, index_facets(view.name, index));
        }
        if (!view.clustered_on.empty()) {
            statements.push_back(set_cluster(view));
        }
        change_view_columns(view.name, {}, view.columns, statements);
        return statements;
    }

    static std::vector<std::string> alter(const MaterializedView& before, const MaterializedView& after) {
        const std::string alter_this = "ALTER " + target(after);
        std::vector<std::string> statements;
        if (before.tablespace != after.tablespace) {
            statements.push_back(
                alter_this + " SET TABLESPACE " +
                quote_identifier(after.tablespace.empty() ? "pg_default" : after.tablespace));
        }
        change_storage(before.storage, after.storage, alter_this, statements);
        change_view_columns(after.name, before.columns, after.columns, statements);
        return statements;
    }

    static bool is_replaced(const MaterializedView& before, const MaterializedView& after) {
        return before.definition != after.definition || before.access_method != after.access_method ||
               !std::ranges::equal(before.columns, after.columns, is_same_column);
    }

    // The server fills none from one that is not filled itself.
    // `seen`: what was looked at, since a base type and its functions use each other.
    static bool reads_one_without_data(const Reference& reader, const Differences& differences,
                                       std::set<Reference>& seen) {
        if (!seen.insert(reader).second) {
            return false;
        }
        const auto& views = differences.from().materialized_views;
        return std::ranges::any_of(differences.used_after(reader), [&](const Reference& used) {
            if (differences.is_created(used)) {
                return reads_one_without_data(used, differences, seen);
            }
            const auto view = used.kind == Kind::materialized_view
                                  ? std::ranges::find(views, used.name, &MaterializedView::name)
                                  : views.end();
            return (view != views.end() && !view->filling.has_data) ||
                   (used.kind == Kind::view && reads_one_without_data(used, differences, seen));
        });
    }

    static void disconnect(const MaterializedView& view, DdlAction& action) {
        for (const Index& index : view.indexes) {
            append(action.drops, names_taken(Kind::index, view.name, index.name));
        }
    }

    // An index that is made now is marked then.
    static void connect(const MaterializedView& view, const Differences& differences, DdlAction& action) {
        const auto& views = differences.from().materialized_views;
        const auto before = std::ranges::find(views, view.name, &MaterializedView::name);
        if (!differences.is_created(reference_of(view)) && before != views.end() &&
            before->clustered_on != view.clustered_on &&
            !differences.is_created(part(Kind::index, view.name, view.clustered_on))) {
            action.statements.push_back(set_cluster(view));
        }
        std::set<Reference> seen;
        if (differences.is_created(reference_of(view)) &&
            reads_one_without_data(reference_of(view), differences, seen)) {
            action.statements.front() += "\nWITH NO DATA";
            action.note = qualified(view.name) + " stays without data, as what it reads is: REFRESH both";
        }
        for (const Index& index : view.indexes) {
            append(action.creates, names_taken(Kind::index, view.name, index.name));
        }
    }
};

}  // namespace

KindOfObject materialized_view_kind() {
    return standard_kind<MaterializedViews>();
}

}  // namespace schemist::postgresql
