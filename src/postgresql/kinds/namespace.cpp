// The kind `schema`: namespaces.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT n.oid, n.nspname, d.description FROM pg_namespace n" +
           join_comment("pg_namespace", "n.oid") + " WHERE " + is_user_namespace() +
           " AND n.nspname <> 'public' AND " + is_no_extension_member("pg_namespace", "n.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.add(reading.schema.namespaces, {rows.string(row, 1), rows.string(row, 2)},
                    {{catalogue::namespaces, rows.oid(row, 0)}});
    }
}

void write(const Change& change, const Differences&, Actions& actions) {
    DdlAction action;
    const Namespace* before = std::get_if<Namespace>(&change.before);
    const Namespace* after = std::get_if<Namespace>(&change.after);
    if (after == nullptr) {
        action.statements.push_back("DROP SCHEMA " + quote_identifier(before->name));
        action.drops.push_back(change.object);
    } else if (change.action == Action::rename) {
        action.statements.push_back("ALTER SCHEMA " + quote_identifier(before->name) + " RENAME TO " +
                                    quote_identifier(after->name));
        action.drops.push_back(change.object);
        action.creates.push_back({Kind::schema, {"", after->name}, {}});
    } else {
        if (before == nullptr) {
            action.statements.push_back("CREATE SCHEMA " + quote_identifier(after->name));
        }
        if (after->comment != (before == nullptr ? "" : before->comment)) {
            action.statements.push_back(
                comment_on("SCHEMA " + quote_identifier(after->name), after->comment));
        }
        change_privileges(before == nullptr ? Privileges{} : before->privileges, after->privileges,
                          "SCHEMA " + quote_identifier(after->name), {}, action.statements);
        action.creates.push_back(change.object);
    }
    actions.push_back(std::move(action));
}

}  // namespace

KindOfObject namespace_kind() {
    return {Kind::schema, {{query, read}}, write};
}

}  // namespace schemist::postgresql
