// The kind `policy`.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT x.oid, n.nspname, c.relname, x.polname, x.polpermissive, x.polcmd, ARRAY(SELECT r.rolname "
           "FROM "
           "unnest(x.polroles) WITH ORDINALITY u(oid, place) JOIN pg_roles r ON r.oid = u.oid ORDER BY "
           "u.place), "
           "pg_get_expr(x.polqual, x.polrelid), pg_get_expr(x.polwithcheck, x.polrelid) FROM pg_policy x "
           "JOIN pg_class "
           "c ON c.oid = x.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE " +
           is_user_namespace() + " AND " + is_no_extension_member("pg_class", "c.oid");
}

std::string command_of(char letter) {
    switch (letter) {
        case 'r':
            return "SELECT";
        case 'a':
            return "INSERT";
        case 'w':
            return "UPDATE";
        case 'd':
            return "DELETE";
        default:
            return "ALL";
    }
}

// A query that is the whole of it keeps its parentheses, which are its own.
std::string condition_of(std::string_view printed) {
    return std::string(printed.starts_with("( SELECT") ? printed : without_parentheses(printed));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Policy policy;
        policy.table = {rows.string(row, 1), rows.string(row, 2)};
        policy.name = rows.string(row, 3);
        policy.restrictive = !rows.boolean(row, 4);
        policy.command = command_of(rows.letter(row, 5));
        std::ranges::transform(parse_array(rows.text(row, 6)), std::back_inserter(policy.roles),
                               quote_identifier);
        if (policy.roles.empty()) {
            policy.roles.emplace_back("PUBLIC");
        }
        policy.condition = condition_of(rows.text(row, 7));
        policy.check = condition_of(rows.text(row, 8));
        reading.add(reading.schema.policies, std::move(policy), {{catalogue::policies, rows.oid(row, 0)}});
    }
}

struct Policies {
    using Value = Policy;

    static std::vector<Reader> readers() { return {{query, read}}; }

    static std::string target(const Policy& policy) {
        return fmt::format("POLICY {} ON {}", quote_identifier(policy.name), qualified(policy.table));
    }

    static std::string conditions(std::string_view condition, std::string_view check) {
        return (condition.empty() ? std::string() : fmt::format(" USING ({})", reparsable(condition))) +
               (check.empty() ? std::string() : fmt::format(" WITH CHECK ({})", reparsable(check)));
    }

    static std::vector<std::string> create(const Policy& policy) {
        std::string text = "CREATE " + target(policy);
        text += policy.restrictive ? " AS RESTRICTIVE" : "";
        text += policy.command == "ALL" ? std::string() : " FOR " + policy.command;
        text += policy.roles == std::vector<std::string>{"PUBLIC"} ? std::string()
                                                                   : " TO " + join(policy.roles, ", ");
        return {text + conditions(policy.condition, policy.check)};
    }

    static std::vector<std::string> alter(const Policy& before, const Policy& after) {
        std::string text;
        if (before.roles != after.roles) {
            text += " TO " + join(after.roles, ", ");
        }
        text += conditions(before.condition == after.condition ? "" : after.condition,
                           before.check == after.check ? "" : after.check);
        return text.empty() ? std::vector<std::string>{}
                            : std::vector<std::string>{"ALTER " + target(after) + text};
    }

    static bool is_replaced(const Policy& before, const Policy& after) {
        return before.restrictive != after.restrictive || before.command != after.command ||
               (!before.condition.empty() && after.condition.empty()) ||
               (!before.check.empty() && after.check.empty());
    }
};

}  // namespace

KindOfObject policy_kind() {
    return standard_kind<Policies>();
}

}  // namespace schemist::postgresql
