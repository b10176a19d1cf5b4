// The kind `extension`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// What the server has in its files is asked only where there is an extension.
std::string query(const Scope&) {
    return "SELECT x.oid, x.extname, n.nspname, CASE WHEN x.extversion IS DISTINCT FROM a.default_version "
           "THEN "
           "x.extversion END, CASE WHEN d.description IS DISTINCT FROM a.comment THEN d.description END FROM "
           "pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace" +
           join_comment("pg_extension", "x.oid") +
           " LEFT JOIN LATERAL (SELECT f.default_version, f.comment FROM pg_available_extensions() f WHERE "
           "f.name = "
           "x.extname) a ON true WHERE " +
           is_of_users("x.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Extension extension{rows.string(row, 1), rows.string(row, 2), rows.string(row, 3),
                            rows.string(row, 4)};
        // Not one of the objects that the shared facets are read of: its comment comes with it.
        reading.parts.insert_or_assign({catalogue::extensions, rows.oid(row, 0)}, reference_of(extension));
        reading.schema.extensions.push_back(std::move(extension));
    }
}

Privileges privileges_of(const Extension& extension, const std::string& object) {
    const auto member = std::ranges::find(extension.members, object, &ExtensionMember::object);
    return member == extension.members.end() ? Privileges{} : member->privileges;
}

void change_members(const Extension& before, const Extension& after, std::vector<std::string>& statements) {
    for (const ExtensionMember& member : after.members) {
        change_privileges(privileges_of(before, member.object), member.privileges, member.object, {},
                          statements);
    }
    for (const ExtensionMember& member : before.members) {
        if (privileges_of(after, member.object).empty()) {
            change_privileges(member.privileges, {}, member.object, {}, statements);
        }
    }
}

// What it makes is what its members' privileges are told of: nobody has more of it by default meanwhile.
void set_default_privileges_aside(const Extension& extension, const Schema& schema,
                                  std::vector<std::string>& statements) {
    for (const DefaultPrivileges& defaults : schema.default_privileges) {
        const bool is_given = defaults.role == "CURRENT_USER" &&
                              (defaults.schema.empty() || defaults.schema == extension.schema);
        if (is_given) {
            const std::vector<std::string> aside =
                change_default_privileges(defaults, defaults.privileges, {});
            statements.insert(statements.begin(), aside.begin(), aside.end());
            append(statements, change_default_privileges(defaults, {}, defaults.privileges));
        }
    }
}

// Its members are called by the schema that they have gone to.
Extension moved(Extension extension, const std::string& schema) {
    const std::string old_prefix = quote_identifier(extension.schema) + ".";
    const std::string new_prefix = quote_identifier(schema) + ".";
    for (ExtensionMember& member : extension.members) {
        std::string& object = member.object;
        for (std::size_t place = object.find(old_prefix); place != std::string::npos;) {
            const bool is_schema =
                place > 0 && std::string_view(" (,").find(object[place - 1]) != std::string_view::npos;
            if (is_schema) {
                object.replace(place, old_prefix.size(), new_prefix);
            }
            place = object.find(old_prefix, place + (is_schema ? new_prefix.size() : old_prefix.size()));
        }
    }
    return extension;
}

struct Extensions {
    using Value = Extension;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Extension& extension) {
        return "EXTENSION " + quote_identifier(extension.name);
    }

    static std::vector<std::string> create(const Extension& extension) {
        std::string text =
            fmt::format("CREATE {} SCHEMA {}", target(extension), quote_identifier(extension.schema));
        text += extension.version.empty() ? "" : " VERSION " + quote_literal(extension.version);
        std::vector<std::string> statements{text};
        change_members({}, extension, statements);
        return statements;
    }

    static std::vector<std::string> alter(const Extension& before, const Extension& after) {
        std::vector<std::string> statements;
        if (before.version != after.version) {
            statements.push_back(
                fmt::format("ALTER {} UPDATE{}", target(after),
                            after.version.empty() ? "" : " TO " + quote_literal(after.version)));
        }
        if (before.schema != after.schema) {
            statements.push_back(
                fmt::format("ALTER {} SET SCHEMA {}", target(after), quote_identifier(after.schema)));
        }
        change_members(moved(before, after.schema), after, statements);
        return statements;
    }

    static void connect(const Extension& extension, const Differences& differences, DdlAction& action) {
        if (differences.is_created(reference_of(extension))) {
            set_default_privileges_aside(extension, differences.from(), action.statements);
        }
        add_schema(action.needs, {extension.schema, {}});
    }
    static void disconnect(const Extension& extension, DdlAction& action) {
        add_schema(action.frees, {extension.schema, {}});
    }
};

}  // namespace

KindOfObject extension_kind() {
    return standard_kind<Extensions>();
}

}  // namespace schemist::postgresql
