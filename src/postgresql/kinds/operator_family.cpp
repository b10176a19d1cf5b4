// The kind `operator_family`, with the members that belong to none of its classes.

#include "postgresql/kinds/operator_members.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, n.nspname, x.opfname, m.amname FROM pg_opfamily x JOIN pg_namespace n ON n.oid = "
        "x.opfnamespace JOIN pg_am m ON m.oid = x.opfmethod WHERE {} AND {} AND {}",
        is_of_users("x.oid"), is_user_namespace(), is_no_extension_member("pg_opfamily", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        OperatorFamily family;
        family.name = {rows.string(row, 1), rows.string(row, 2)};
        family.signature = fmt::format("({})", rows.text(row, 3));
        reading.add(reading.schema.operator_families, std::move(family),
                    {{catalogue::operator_families, rows.oid(row, 0)}});
    }
}

std::string member_query(const Scope&) {
    return operator_members_query("pg_opfamily");
}

void read_members(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (const Reading::Located* family =
                reading.located({catalogue::operator_families, rows.oid(row, 2)})) {
            reading.schema.operator_families.at(family->position).members.push_back(rows.string(row, 3));
            reading.parts.insert_or_assign({rows.oid(row, 0), rows.oid(row, 1)}, family->reference);
        }
    }
}

std::vector<std::string> without(const std::vector<std::string>& members,
                                 const std::vector<std::string>& others) {
    std::vector<std::string> rest;
    std::ranges::copy_if(members, std::back_inserter(rest), [&](const std::string& member) {
        return std::ranges::find(others, member) == others.end();
    });
    return rest;
}

// "OPERATOR 1 (integer, bigint)": its sort, its number and the types that it is for.
std::string place_of(const std::string& member) {
    const std::size_t types = member.find('(');
    const std::size_t number_end = member.find(' ', member.find(' ') + 1);
    return member.substr(0, number_end) + " " + member.substr(types, member.find(')') + 1 - types);
}

struct OperatorFamilies {
    using Value = OperatorFamily;

    static std::vector<Reader> readers() { return {{query, read}, {member_query, read_members}}; }
    static std::string target(const OperatorFamily& family) {
        return fmt::format("OPERATOR FAMILY {} USING {}", qualified(family.name),
                           access_method_of(family.signature));
    }
    static std::vector<std::string> create(const OperatorFamily& family) {
        std::vector<std::string> statements{"CREATE " + target(family)};
        append(statements, alter({}, family));
        return statements;
    }
    static std::vector<std::string> alter(const OperatorFamily& before, const OperatorFamily& after) {
        std::vector<std::string> gone = without(before.members, after.members);
        std::ranges::transform(gone, gone.begin(), place_of);
        const std::vector<std::string> added = without(after.members, before.members);
        std::vector<std::string> statements;
        if (!gone.empty()) {
            statements.push_back(fmt::format("ALTER {} DROP\n    {}", target(after), join(gone, ",\n    ")));
        }
        if (!added.empty()) {
            statements.push_back(fmt::format("ALTER {} ADD\n    {}", target(after), join(added, ",\n    ")));
        }
        return statements;
    }
};

}  // namespace

KindOfObject operator_family_kind() {
    return standard_kind<OperatorFamilies>();
}

}  // namespace schemist::postgresql
