// The kind `default_privileges`.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Those of one schema come on top of the general ones; the latter stand for what an owner and PUBLIC have by themselves.
std::string query(const Scope&) {
    return R"(
        SELECT x.oid, CASE WHEN x.defaclrole = (SELECT oid FROM pg_roles WHERE rolname = current_user) THEN NULL
                ELSE o.rolname END, n.nspname, x.defaclobjtype, g.is_granted, g.grantee = 0, r.rolname, g.privilege_type,
            g.is_grantable
        FROM pg_default_acl x JOIN pg_roles o ON o.oid = x.defaclrole
            LEFT JOIN pg_namespace n ON n.oid = x.defaclnamespace,
            LATERAL (SELECT CASE WHEN x.defaclnamespace = 0 THEN acldefault(CASE x.defaclobjtype WHEN 'S' THEN 's'::"char"
                ELSE x.defaclobjtype END, x.defaclrole) END) b(acl),
            LATERAL (
                SELECT true AS is_granted, a.place, a.grantee, a.privilege_type, a.is_grantable
                FROM aclexplode(x.defaclacl) WITH ORDINALITY a(grantor, grantee, privilege_type, is_grantable, place)
                WHERE NOT EXISTS (SELECT FROM aclexplode(b.acl) d WHERE d.grantee = a.grantee
                    AND d.privilege_type = a.privilege_type AND d.is_grantable = a.is_grantable)
                UNION ALL
                SELECT false, 0, d.grantee, d.privilege_type, d.is_grantable FROM aclexplode(b.acl) d
                WHERE NOT EXISTS (SELECT FROM aclexplode(x.defaclacl) a WHERE d.grantee = a.grantee
                    AND d.privilege_type = a.privilege_type)) g
            LEFT JOIN pg_roles r ON r.oid = g.grantee
        ORDER BY x.oid, g.is_granted, g.place, g.privilege_type)";
}

std::string objects_of(char letter) {
    switch (letter) {
        case 'r':
            return "TABLES";
        case 'S':
            return "SEQUENCES";
        case 'f':
            return "FUNCTIONS";
        case 'T':
            return "TYPES";
        case 'n':
            return "SCHEMAS";
        default:
            return "LARGE OBJECTS";
    }
}

DefaultPrivileges read_head(const Result& rows, std::size_t row) {
    DefaultPrivileges defaults;
    defaults.role = rows.is_null(row, 1) ? "CURRENT_USER" : quote_identifier(rows.text(row, 1));
    defaults.schema = rows.string(row, 2);
    defaults.objects = objects_of(rows.letter(row, 3));
    defaults.name = fmt::format("{} for {}", defaults.objects, defaults.role);
    if (!defaults.schema.empty()) {
        defaults.name += " in " + defaults.schema;
    }
    return defaults;
}

void read(const Result& rows, Reading& reading) {
    std::vector<DefaultPrivileges>& list = reading.schema.default_privileges;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (row == 0 || rows.text(row, 0) != rows.text(row - 1, 0)) {
            list.push_back(read_head(rows, row));
        }
        Privileges& privileges = list.back().privileges;
        std::vector<Grant>& grants = rows.boolean(row, 4) ? privileges.granted : privileges.revoked;
        grants.push_back({rows.boolean(row, 5) ? "PUBLIC" : quote_identifier(rows.text(row, 6)),
                          rows.string(row, 7), rows.boolean(row, 8)});
    }
}

void write(const Change& change, const Differences&, Actions& actions) {
    const DefaultPrivileges* before = std::get_if<DefaultPrivileges>(&change.before);
    const DefaultPrivileges* after = std::get_if<DefaultPrivileges>(&change.after);
    const DefaultPrivileges& one = after == nullptr ? *before : *after;
    DdlAction action;
    action.statements = change_default_privileges(one, before == nullptr ? Privileges{} : before->privileges,
                                                  after == nullptr ? Privileges{} : after->privileges);
    std::vector<Reference>& ground = after == nullptr ? action.frees : action.needs;
    add_schema(ground, {one.schema, {}});
    (after == nullptr ? action.drops : action.creates).push_back(change.object);
    actions.push_back(std::move(action));
}

}  // namespace

std::vector<std::string> change_default_privileges(const DefaultPrivileges& one, const Privileges& before,
                                                   const Privileges& after) {
    std::string alter = "ALTER DEFAULT PRIVILEGES";
    if (one.role != "CURRENT_USER") {
        alter += " FOR ROLE " + one.role;
    }
    if (!one.schema.empty()) {
        alter += " IN SCHEMA " + quote_identifier(one.schema);
    }
    std::vector<std::string> statements;
    change_privileges(before, after, one.objects, {}, statements);
    for (std::string& statement : statements) {
        statement = alter + " " + statement;
    }
    return statements;
}

std::string_view objects_of_default_privileges(Kind kind) {
    switch (kind) {
        case Kind::table:
        case Kind::view:
        case Kind::materialized_view:
            return "TABLES";
        case Kind::sequence:
            return "SEQUENCES";
        case Kind::function:
        case Kind::aggregate:
            return "FUNCTIONS";
        case Kind::enum_type:
        case Kind::domain:
        case Kind::composite_type:
        case Kind::range_type:
        case Kind::base_type:
            return "TYPES";
        case Kind::schema:
            return "SCHEMAS";
        default:
            return {};
    }
}

KindOfObject default_privileges_kind() {
    return {Kind::default_privileges, {{query, read}}, write};
}

}  // namespace schemist::postgresql
