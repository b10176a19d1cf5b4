#include "postgresql/kinds/facets.hpp"

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Tables and their parts have theirs read with them.
std::string comment_query(const Scope&) {
    return "SELECT d.classoid, d.objoid, d.objsubid, d.description FROM pg_description d WHERE " +
           is_of_users("d.objoid") +
           " AND (d.classoid <> 'pg_class'::regclass OR d.objoid IN (SELECT c.oid FROM pg_class c WHERE "
           "c.relkind IN ('v', 'm', 'c', 'f')))";
}

template <class Value>
constexpr bool has_numbered_columns = requires(Value& value) {
    value.columns.front().comment;
};

void read_comments(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::CatalogueId id{rows.oid(row, 0), rows.oid(row, 1)};
        if (reading.located(id) == nullptr) {
            continue;
        }
        const std::int64_t number = rows.integer(row, 2);
        reading.visit(id, number, [&](auto& object) {
            if (number == 0) {
                if constexpr (requires { object.comment; }) {
                    object.comment = rows.string(row, 3);
                }
            } else if constexpr (has_numbered_columns<std::remove_reference_t<decltype(object)>>) {
                object.columns.at(static_cast<std::size_t>(number - 1)).comment = rows.string(row, 3);
            }
        });
    }
}

// What the owner and PUBLIC have by themselves is left out, and told where it was taken away.
std::string privilege_query(const Scope&) {
    const std::string of_users = is_of_users("x.oid");
    return fmt::format(R"(
        WITH objects(catalogue, object, number, sort, owner, acl) AS (
            SELECT 'pg_class'::regclass::oid, x.oid, 0, CASE x.relkind WHEN 'S' THEN 's'::"char" ELSE 'r' END, x.relowner,
                x.relacl FROM pg_class x WHERE x.relacl IS NOT NULL AND {0}
            UNION ALL SELECT 'pg_class'::regclass, a.attrelid, a.attnum, 'c', x.relowner, a.attacl
            FROM pg_attribute a JOIN pg_class x ON x.oid = a.attrelid
            WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND {0}
            UNION ALL SELECT 'pg_proc'::regclass, x.oid, 0, 'f', x.proowner, x.proacl FROM pg_proc x
            WHERE x.proacl IS NOT NULL AND {0}
            UNION ALL SELECT 'pg_type'::regclass, x.oid, 0, 'T', x.typowner, x.typacl FROM pg_type x
            WHERE x.typacl IS NOT NULL AND {0}
            UNION ALL SELECT 'pg_namespace'::regclass, x.oid, 0, 'n', x.nspowner, x.nspacl FROM pg_namespace x
            WHERE x.nspacl IS NOT NULL AND {0}
            UNION ALL SELECT 'pg_language'::regclass, x.oid, 0, 'l', x.lanowner, x.lanacl FROM pg_language x
            WHERE x.lanacl IS NOT NULL AND {0}
            UNION ALL SELECT 'pg_foreign_data_wrapper'::regclass, x.oid, 0, 'F', x.fdwowner, x.fdwacl
            FROM pg_foreign_data_wrapper x WHERE x.fdwacl IS NOT NULL AND {0}
            UNION ALL SELECT 'pg_foreign_server'::regclass, x.oid, 0, 'S', x.srvowner, x.srvacl
            FROM pg_foreign_server x WHERE x.srvacl IS NOT NULL AND {0}),
        -- What belongs to an extension is as that made it. The schema public is not as any other would be when it is made.
        o AS (SELECT x.*, coalesce(i.initprivs, acldefault(sort, owner)) AS usual, e.refobjid AS extension,
                CASE WHEN e.refobjid IS NOT NULL THEN (pg_identify_object(catalogue, object, number)).identity END AS identity
            FROM objects x
            LEFT JOIN pg_depend e ON e.classid = x.catalogue AND e.objid = x.object AND e.objsubid = 0 AND e.deptype = 'e'
            LEFT JOIN pg_init_privs i ON e.objid IS NOT NULL AND i.classoid = x.catalogue AND i.objoid = x.object
                AND i.objsubid = x.number
            UNION ALL SELECT 'pg_namespace'::regclass, x.oid, 0, 'n', NULL, x.nspacl, i.initprivs, NULL, NULL
            FROM pg_namespace x JOIN pg_init_privs i ON i.classoid = 'pg_namespace'::regclass AND i.objoid = x.oid
            WHERE x.nspname = 'public' AND x.nspacl IS DISTINCT FROM i.initprivs)
        SELECT o.catalogue, o.object, o.number, g.is_granted, CASE WHEN g.grantee = o.owner THEN 'o' WHEN g.grantee = 0
            THEN 'p' ELSE 'r' END, r.rolname, g.privilege_type, g.is_grantable, o.extension, o.sort, o.identity
        FROM o, LATERAL (
            SELECT true AS is_granted, a.place, a.grantee, a.privilege_type, a.is_grantable
            FROM aclexplode(o.acl) WITH ORDINALITY a(grantor, grantee, privilege_type, is_grantable, place)
            WHERE NOT EXISTS (SELECT FROM aclexplode(o.usual) d WHERE d.grantee = a.grantee
                AND d.privilege_type = a.privilege_type AND d.is_grantable = a.is_grantable)
            UNION ALL
            SELECT false, 0, d.grantee, d.privilege_type, d.is_grantable
            FROM aclexplode(o.usual) d
            WHERE NOT EXISTS (SELECT FROM aclexplode(o.acl) a WHERE d.grantee = a.grantee
                AND d.privilege_type = a.privilege_type)) g
        LEFT JOIN pg_roles r ON r.oid = g.grantee
        ORDER BY o.catalogue, o.object, o.number, g.is_granted, g.place, g.privilege_type)",
                       of_users);
}

// A sequence that belongs to a column has the owner of the table.
std::string owner_query(const Scope&) {
    std::string objects;
    const auto add = [&](std::string_view catalogue, std::string_view column,
                         std::string_view condition = "true") {
        objects += fmt::format(
            "{}SELECT '{}'::regclass::oid AS catalogue, x.oid AS object, x.{} AS owner FROM {} x "
            "WHERE {} AND {}",
            objects.empty() ? "" : " UNION ALL ", catalogue, column, catalogue, is_of_users("x.oid"),
            condition);
    };
    add("pg_class", "relowner",
        "x.relkind IN ('r', 'p', 'f', 'v', 'm', 'S') AND NOT (x.relkind = 'S' AND EXISTS (SELECT FROM "
        "pg_depend d WHERE "
        "d.classid = 'pg_class'::regclass AND d.objid = x.oid AND d.refclassid = 'pg_class'::regclass AND "
        "d.deptype IN "
        "('a', 'i')))");
    add("pg_type", "typowner", "x.typtype IN ('b', 'c', 'd', 'e', 'p', 'r')");
    add("pg_proc", "proowner");
    add("pg_language", "lanowner");
    add("pg_foreign_data_wrapper", "fdwowner");
    add("pg_foreign_server", "srvowner");
    add("pg_collation", "collowner");
    add("pg_conversion", "conowner");
    add("pg_operator", "oprowner");
    add("pg_opclass", "opcowner");
    add("pg_opfamily", "opfowner");
    add("pg_ts_dict", "dictowner");
    add("pg_ts_config", "cfgowner");
    add("pg_statistic_ext", "stxowner");
    add("pg_event_trigger", "evtowner");
    add("pg_publication", "pubowner");
    add("pg_subscription", "subowner");
    objects += fmt::format(
        " UNION ALL SELECT 'pg_namespace'::regclass, n.oid, n.nspowner FROM pg_namespace n WHERE {}",
        is_of_users("n.oid"));
    return fmt::format(
        "SELECT o.catalogue, o.object, r.rolname FROM ({}) o JOIN pg_roles r ON r.oid = o.owner WHERE "
        "r.rolname <> "
        "current_user",
        objects);
}

void read_owners(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        reading.visit({rows.oid(row, 0), rows.oid(row, 1)}, 0, [&](auto& object) {
            if constexpr (requires { object.owner; }) {
                object.owner = quote_identifier(rows.text(row, 2));
            }
        });
    }
}

std::string grantee(const Result& rows, std::size_t row) {
    switch (rows.letter(row, 4)) {
        case 'o':
            return "CURRENT_USER";
        case 'p':
            return "PUBLIC";
        default:
            return quote_identifier(rows.text(row, 5));
    }
}

void add_privilege(Privileges& privileges, const Result& rows, std::size_t row) {
    std::vector<Grant>& grants = rows.boolean(row, 3) ? privileges.granted : privileges.revoked;
    grants.push_back({grantee(rows, row), rows.string(row, 6), rows.boolean(row, 7)});
}

std::string_view word_of_grants(char sort) {
    switch (sort) {
        case 's':
            return "SEQUENCE";
        case 'f':
            return "ROUTINE";
        case 'T':
            return "TYPE";
        case 'n':
            return "SCHEMA";
        case 'l':
            return "LANGUAGE";
        case 'F':
            return "FOREIGN DATA WRAPPER";
        case 'S':
            return "FOREIGN SERVER";
        default:
            return "TABLE";
    }
}

void read_privilege_of_member(const Result& rows, std::size_t row, Reading& reading) {
    const auto part = reading.parts.find({catalogue::extensions, rows.oid(row, 8)});
    if (part == reading.parts.end()) {
        return;
    }
    const auto extension =
        std::ranges::find(reading.schema.extensions, part->second.name.name, &Extension::name);
    const std::string object = fmt::format("{} {}", word_of_grants(rows.letter(row, 9)), rows.text(row, 10));
    const auto place = std::ranges::lower_bound(extension->members, object, {}, &ExtensionMember::object);
    const bool is_known = place != extension->members.end() && place->object == object;
    const auto member = is_known ? place : extension->members.insert(place, ExtensionMember{object, {}});
    add_privilege(member->privileges, rows, row);
}

void read_privileges(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::CatalogueId id{rows.oid(row, 0), rows.oid(row, 1)};
        const std::int64_t number = rows.integer(row, 2);
        if (!rows.is_null(row, 8)) {
            if (number == 0) {
                read_privilege_of_member(rows, row, reading);
            }
            continue;
        }
        reading.visit(id, number, [&](auto& object) {
            using Value = std::remove_reference_t<decltype(object)>;
            if constexpr (has_numbered_columns<Value> && !std::is_same_v<Value, TableStructure>) {
                if (number > 0) {
                    add_privilege(object.columns.at(static_cast<std::size_t>(number - 1)).privileges, rows,
                                  row);
                    return;
                }
            }
            if constexpr (requires { object.privileges; }) {
                add_privilege(object.privileges, rows, row);
            }
        });
    }
}

bool contains(const std::vector<Grant>& grants, const Grant& grant) {
    return std::ranges::find(grants, grant) != grants.end();
}

std::vector<Grant> without(const std::vector<Grant>& grants, const std::vector<Grant>& others) {
    std::vector<Grant> rest;
    std::ranges::copy_if(grants, std::back_inserter(rest),
                         [&](const Grant& grant) { return !contains(others, grant); });
    return rest;
}

bool grants_option_of(const std::vector<Grant>& grants, const Grant& other) {
    return std::ranges::any_of(grants, [&](const Grant& grant) {
        return grant.grantee == other.grantee && grant.privilege == other.privilege && grant.grantable;
    });
}

// The owner is CURRENT_USER to us, whoever that is.
std::vector<Grant> with_owner(std::vector<Grant> grants, const Owner& owner) {
    for (Grant& grant : grants) {
        if (!owner.empty() && grant.grantee == "CURRENT_USER") {
            grant.grantee = owner;
        }
    }
    return grants;
}

// One statement for all privileges of a role that stand beside each other.
void write_grants(const std::vector<Grant>& grants, bool grant, std::string_view object,
                  std::string_view column, std::vector<std::string>& statements) {
    for (std::size_t first = 0; first < grants.size();) {
        std::vector<std::string> privileges;
        std::size_t next = first;
        for (; next < grants.size() && grants[next].grantee == grants[first].grantee &&
               grants[next].grantable == grants[first].grantable;
             ++next) {
            privileges.push_back(grants[next].privilege +
                                 (column.empty() ? std::string() : fmt::format(" ({})", column)));
        }
        statements.push_back(grant ? fmt::format("GRANT {} ON {} TO {}{}", join(privileges, ", "), object,
                                                 grants[first].grantee,
                                                 grants[first].grantable ? " WITH GRANT OPTION" : "")
                                   : fmt::format("REVOKE {} ON {} FROM {}", join(privileges, ", "), object,
                                                 grants[first].grantee));
        first = next;
    }
}

// The roles in the order in which they were first granted something: as the server keeps them.
std::vector<std::string> grantees(const std::vector<Grant>& grants) {
    std::vector<std::string> names;
    for (const Grant& grant : grants) {
        if (std::ranges::find(names, grant.grantee) == names.end()) {
            names.push_back(grant.grantee);
        }
    }
    return names;
}

}  // namespace

std::vector<Reader> facet_readers(const Scope& scope) {
    std::vector<Reader> readers{{comment_query, read_comments}, {privilege_query, read_privileges}};
    if (scope.selection.owners) {
        readers.push_back({owner_query, read_owners});
    }
    return readers;
}

void write_comment(std::string_view target, std::string_view before, std::string_view after,
                   std::vector<std::string>& statements) {
    if (before != after) {
        statements.push_back(comment_on(target, after));
    }
}

void write_owner(std::string_view target, const Owner& before, const Owner& after,
                 std::vector<std::string>& statements) {
    if (before != after) {
        statements.push_back(
            fmt::format("ALTER {} OWNER TO {}", target, after.empty() ? "CURRENT_USER" : after));
    }
}

std::vector<Grant> change_privileges(const Privileges& privileges_before, const Privileges& privileges_after,
                                     std::string_view object, std::string_view column,
                                     std::vector<std::string>& statements, const Owner& owner) {
    if (privileges_before == privileges_after) {
        return {};
    }
    const Privileges before{with_owner(privileges_before.granted, owner),
                            with_owner(privileges_before.revoked, owner)};
    const Privileges after{with_owner(privileges_after.granted, owner),
                           with_owner(privileges_after.revoked, owner)};
    std::vector<Grant> kept;
    std::ranges::copy_if(before.granted, std::back_inserter(kept),
                         [&](const Grant& grant) { return contains(after.granted, grant); });
    std::vector<Grant> outcome = kept;
    std::ranges::copy(without(after.granted, kept), std::back_inserter(outcome));
    // The server puts whom it gives something for the first time behind the others.
    const bool anew = grantees(outcome) != grantees(after.granted);
    const std::vector<Grant> gone = anew ? before.granted : without(before.granted, after.granted);
    const std::vector<Grant> added = anew ? after.granted : without(after.granted, before.granted);
    std::vector<Grant> to_revoke;
    std::vector<Grant> options;
    for (const Grant& grant : gone) {
        const bool only_option =
            !anew && grant.grantable && contains(after.granted, {grant.grantee, grant.privilege, false});
        const bool gets_option = !anew && !grant.grantable && grants_option_of(after.granted, grant);
        if (only_option) {
            options.push_back(grant);
        } else if (!gets_option) {
            to_revoke.push_back(grant);
        }
    }
    for (const Grant& grant : options) {
        const std::string of_column = column.empty() ? std::string() : fmt::format(" ({})", column);
        statements.push_back(fmt::format("REVOKE GRANT OPTION FOR {}{} ON {} FROM {}", grant.privilege,
                                         of_column, object, grant.grantee));
    }
    write_grants(to_revoke, false, object, column, statements);
    const std::vector<Grant> withheld = without(after.revoked, before.revoked);
    write_grants(withheld, false, object, column, statements);
    std::vector<Grant> to_grant;
    std::ranges::copy_if(added, std::back_inserter(to_grant), [&](const Grant& grant) {
        return std::ranges::find_if(options, [&](const Grant& option) {
                   return option.grantee == grant.grantee && option.privilege == grant.privilege;
               }) == options.end();
    });
    write_grants(without(before.revoked, after.revoked), true, object, column, statements);
    write_grants(to_grant, true, object, column, statements);
    to_revoke.insert(to_revoke.end(), withheld.begin(), withheld.end());
    to_revoke.insert(to_revoke.end(), options.begin(), options.end());
    return to_revoke;
}

void keep_column_privileges(const std::vector<Grant>& revoked, const Privileges& kept,
                            std::string_view object, std::string_view column,
                            std::vector<std::string>& statements) {
    std::vector<Grant> again;
    std::ranges::copy_if(kept.granted, std::back_inserter(again), [&](const Grant& grant) {
        return std::ranges::any_of(revoked, [&](const Grant& gone) {
            return gone.grantee == grant.grantee && gone.privilege == grant.privilege;
        });
    });
    write_grants(again, true, object, column, statements);
}

}  // namespace schemist::postgresql
