// The kind `view`.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/kinds/view_columns.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT c.oid, n.nspname, c.relname, pg_get_viewdef(c.oid), c.reloptions FROM pg_class c JOIN "
           "pg_namespace "
           "n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND " +
           is_of_users("c.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_class", "c.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        View view{{rows.string(row, 1), rows.string(row, 2)}, without_semicolon(rows.text(row, 3))};
        view.options = parse_storage(rows.text(row, 4));
        reading.add(reading.schema.views, std::move(view), {{catalogue::relations, rows.oid(row, 0)}});
    }
}

std::string definition(const View& view, std::string_view create) {
    const std::string options =
        view.options.empty() ? std::string() : fmt::format(" WITH ({})", storage_list(view.options));
    return fmt::format("{} {}{} AS\n{}", create, qualified(view.name), options, reparsable(view.definition));
}

struct Views {
    using Value = View;

    static std::vector<Reader> readers() { return {{query, read}}; }

    static std::string target(const View& view) { return "VIEW " + qualified(view.name); }
    static std::string granted(const View& view) { return "TABLE " + qualified(view.name); }

    static std::vector<std::string> create(const View& view) {
        std::vector<std::string> statements{definition(view, "CREATE VIEW")};
        change_view_columns(view.name, {}, view.columns, statements);
        return statements;
    }

    static std::vector<std::string> alter(const View& before, const View& after) {
        std::vector<std::string> statements;
        if (before.definition != after.definition) {
            statements.push_back(definition(after, "CREATE OR REPLACE VIEW"));
        } else {
            change_storage(before.options, after.options, "ALTER VIEW " + qualified(after.name), statements);
        }
        change_view_columns(after.name, before.columns, after.columns, statements);
        return statements;
    }

    // Columns can only be added, at the end.
    static bool is_replaced(const View& before, const View& after) {
        return before.columns.size() > after.columns.size() ||
               !std::ranges::equal(before.columns.begin(), before.columns.end(), after.columns.begin(),
                                   after.columns.begin() + static_cast<std::ptrdiff_t>(before.columns.size()),
                                   is_same_column);
    }
};

}  // namespace

KindOfObject view_kind() {
    return standard_kind<Views>();
}

}  // namespace schemist::postgresql
