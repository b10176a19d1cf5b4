// The kind `operator_class`.

#include "postgresql/kinds/operator_members.hpp"
#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Its family is always named: the server would make one otherwise.
std::string query(const Scope&) {
    return fmt::format(
        "SELECT x.oid, n.nspname, x.opcname, m.amname, format('%sFOR TYPE %s USING %I FAMILY %s AS', CASE "
        "WHEN x.opcdefault THEN 'DEFAULT ' END, format_type(x.opcintype, NULL), m.amname, format(CASE WHEN "
        "pg_opfamily_is_visible(f.oid) THEN '%2$I' ELSE '%1$I.%2$I' END, fn.nspname, f.opfname)), "
        "format_type(nullif(x.opckeytype, 0), NULL), format_type(x.opcintype, NULL) FROM pg_opclass x JOIN "
        "pg_namespace n ON n.oid = x.opcnamespace JOIN pg_am m ON m.oid = x.opcmethod JOIN pg_opfamily f ON "
        "f.oid = x.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE {} AND {} AND {}",
        is_of_users("x.oid"), is_user_namespace(), is_no_extension_member("pg_opclass", "x.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        OperatorClass found;
        found.name = {rows.string(row, 1), rows.string(row, 2)};
        found.signature = fmt::format("({})", rows.text(row, 3));
        // Something must follow; the type is what is stored without it as well.
        found.definition = fmt::format("{}\n    STORAGE {}", rows.text(row, 4),
                                       rows.is_null(row, 5) ? rows.text(row, 6) : rows.text(row, 5));
        reading.add(reading.schema.operator_classes, std::move(found),
                    {{catalogue::operator_classes, rows.oid(row, 0)}});
    }
}

std::string member_query(const Scope&) {
    return operator_members_query("pg_opclass");
}

void read_members(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (const Reading::Located* found =
                reading.located({catalogue::operator_classes, rows.oid(row, 2)})) {
            reading.schema.operator_classes.at(found->position).definition +=
                fmt::format(",\n    {}", rows.text(row, 3));
            reading.parts.insert_or_assign({rows.oid(row, 0), rows.oid(row, 1)}, found->reference);
        }
    }
}

// A type has but one default for an access method, whatever it is called.
std::vector<Reference> only_default(const OperatorClass& one) {
    if (!one.definition.starts_with("DEFAULT ")) {
        return {};
    }
    const std::string what = one.definition.substr(0, one.definition.find(" FAMILY "));
    return {{Kind::operator_class, {"", what}, one.signature}};
}

struct OperatorClasses {
    using Value = OperatorClass;

    static std::vector<Reader> readers() { return {{query, read}, {member_query, read_members}}; }
    static std::string target(const OperatorClass& one) {
        return fmt::format("OPERATOR CLASS {} USING {}", qualified(one.name),
                           access_method_of(one.signature));
    }
    static std::vector<std::string> create(const OperatorClass& one) {
        return {fmt::format("CREATE OPERATOR CLASS {} {}", qualified(one.name), one.definition)};
    }
    static void connect(const OperatorClass& one, const Differences&, DdlAction& create) {
        append(create.creates, only_default(one));
    }
    static void disconnect(const OperatorClass& one, DdlAction& drop) {
        append(drop.drops, only_default(one));
    }
};

}  // namespace

KindOfObject operator_class_kind() {
    return standard_kind<OperatorClasses>();
}

}  // namespace schemist::postgresql
