// The kind `sql_operator`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// One that was only announced, as another one's commutator, has no function and is none yet.
std::string query(const Scope&) {
    const auto other = [](std::string_view word, std::string_view oid) {
        return fmt::format(
            "(SELECT format(CASE WHEN pg_operator_is_visible(s.oid) THEN '{0} = %2$s' ELSE '{0} = "
            "OPERATOR(%1$I.%2$s)' END, sn.nspname, s.oprname) FROM pg_operator s JOIN pg_namespace sn ON "
            "sn.oid = s.oprnamespace WHERE s.oid = {1})",
            word, oid);
    };
    return fmt::format(
        "SELECT x.oid, n.nspname, x.oprname, format('(%s, %s)', coalesce(format_type(nullif(x.oprleft, 0), "
        "NULL), 'NONE'), coalesce(format_type(nullif(x.oprright, 0), NULL), 'NONE')), concat_ws(', ', "
        "'FUNCTION = ' || x.oprcode, 'LEFTARG = ' || format_type(nullif(x.oprleft, 0), NULL), 'RIGHTARG = ' "
        "|| format_type(nullif(x.oprright, 0), NULL), {}, {}, CASE WHEN x.oprcanmerge THEN 'MERGES' END, "
        "CASE WHEN x.oprcanhash THEN 'HASHES' END), nullif(x.oprrest::oid, 0)::regproc, "
        "nullif(x.oprjoin::oid, 0)::regproc FROM pg_operator x JOIN pg_namespace n ON n.oid = "
        "x.oprnamespace WHERE x.oprcode <> 0 AND {} AND {} AND {}",
        other("COMMUTATOR", "x.oprcom"), other("NEGATOR", "x.oprnegate"), is_of_users("x.oid"),
        is_user_namespace(), is_no_extension_member("pg_operator", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Operator found;
        found.name = {rows.string(row, 1), rows.string(row, 2)};
        found.signature = rows.string(row, 3);
        found.definition = rows.string(row, 4);
        found.restriction = rows.string(row, 5);
        found.join = rows.string(row, 6);
        reading.add(reading.schema.operators, std::move(found), {{catalogue::operators, rows.oid(row, 0)}});
    }
}

// An operator's own name is never quoted.
std::string name_of(const Name& name) {
    return qualifier(name) + name.name;
}

struct Operators {
    using Value = Operator;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Operator& one) {
        return fmt::format("OPERATOR {} {}", name_of(one.name), one.signature);
    }
    static std::vector<std::string> create(const Operator& one) {
        std::string text = fmt::format("CREATE OPERATOR {} ({}", name_of(one.name), one.definition);
        text += one.restriction.empty() ? "" : ", RESTRICT = " + one.restriction;
        text += one.join.empty() ? "" : ", JOIN = " + one.join;
        return {text + ")"};
    }
    static std::vector<std::string> alter(const Operator& before, const Operator& after) {
        std::vector<std::string> parts;
        const auto change = [&](std::string_view word, const std::string& old, const std::string& now) {
            if (old != now) {
                parts.push_back(fmt::format("{} = {}", word, now.empty() ? "NONE" : now));
            }
        };
        change("RESTRICT", before.restriction, after.restriction);
        change("JOIN", before.join, after.join);
        return parts.empty() ? std::vector<std::string>{}
                             : std::vector<std::string>{
                                   fmt::format("ALTER {} SET ({})", target(after), join(parts, ", "))};
    }
    static bool is_replaced(const Operator& before, const Operator& after) {
        return before.definition != after.definition;
    }
};

}  // namespace

KindOfObject sql_operator_kind() {
    return standard_kind<Operators>();
}

}  // namespace schemist::postgresql
