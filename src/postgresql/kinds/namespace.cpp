// The kind `schema`: namespaces.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

constexpr std::string_view usual_comment = "standard public schema";

// The schema `public` is there from the beginning: only what was changed of it is an object.
std::string query(const Scope&) {
    return fmt::format(
        "SELECT n.oid, n.nspname, CASE WHEN n.nspname <> 'public' OR d.description <> {} THEN d.description "
        "END "
        "FROM pg_namespace n LEFT JOIN pg_description d ON d.objoid = n.oid AND d.classoid = "
        "'pg_namespace'::regclass AND d.objsubid = 0 WHERE {} AND {} AND (n.nspname <> 'public' OR "
        "d.description <> "
        "{} OR n.nspacl IS DISTINCT FROM (SELECT i.initprivs FROM pg_init_privs i WHERE i.objoid = n.oid AND "
        "i.classoid = 'pg_namespace'::regclass))",
        quote_literal(usual_comment), is_user_namespace(), is_no_extension_member("pg_namespace", "n.oid"),
        quote_literal(usual_comment));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.add(reading.schema.namespaces, {rows.string(row, 1), rows.string(row, 2)},
                    {{catalogue::namespaces, rows.oid(row, 0)}});
    }
}

struct Namespaces {
    static bool is_public(const Namespace& value) { return value.name == "public"; }
    static std::string target(const Namespace& value) { return "SCHEMA " + quote_identifier(value.name); }

    static void write_facets(const Namespace& before, const Namespace& after, DdlAction& action) {
        if (before.comment != after.comment) {
            const bool usual = is_public(after) && after.comment.empty();
            action.statements.push_back(
                comment_on(target(after), usual ? usual_comment : std::string_view(after.comment)));
        }
        change_privileges(before.privileges, after.privileges, target(after), {}, action.statements,
                          before.owner);
        write_owner(target(after), before.owner, after.owner, action.statements);
    }
};

void write(const Change& change, const Differences& differences, Actions& actions) {
    DdlAction action;
    const Namespace* before = std::get_if<Namespace>(&change.before);
    const Namespace* after = std::get_if<Namespace>(&change.after);
    if (after == nullptr && Namespaces::is_public(*before)) {
        Namespaces::write_facets(*before, Namespace{before->name, {}}, action);
        action.drops.push_back(change.object);
    } else if (after == nullptr) {
        action.statements.push_back("DROP " + Namespaces::target(*before));
        action.drops.push_back(change.object);
    } else if (change.action == Action::rename) {
        action.statements.push_back("ALTER SCHEMA " + quote_identifier(before->name) + " RENAME TO " +
                                    quote_identifier(after->name));
        action.drops.push_back(change.object);
        action.creates.push_back({Kind::schema, {"", after->name}, {}});
    } else {
        Namespace made{after->name, {}};
        if (before == nullptr && !Namespaces::is_public(*after)) {
            action.statements.push_back("CREATE " + Namespaces::target(*after));
            made.privileges = differences.given_by_default(Kind::schema, {});
        }
        Namespaces::write_facets(before == nullptr ? made : *before, *after, action);
        action.creates.push_back(change.object);
    }
    actions.push_back(std::move(action));
}

}  // namespace

KindOfObject schema_kind() {
    return {Kind::schema, {{query, read}}, write};
}

}  // namespace schemist::postgresql
