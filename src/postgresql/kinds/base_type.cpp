// The kind `base_type`: a type whose values functions of its own read and write. Type and functions need each other, so that
// the type is announced first, and they go with it.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return R"(
        SELECT x.oid, n.nspname, x.typname, CASE WHEN x.typisdefined THEN concat_ws(', ',
            'INPUT = ' || x.typinput, 'OUTPUT = ' || x.typoutput, 'RECEIVE = ' || nullif(x.typreceive::oid, 0)::regproc,
            'SEND = ' || nullif(x.typsend::oid, 0)::regproc, 'TYPMOD_IN = ' || nullif(x.typmodin::oid, 0)::regproc,
            'TYPMOD_OUT = ' || nullif(x.typmodout::oid, 0)::regproc, 'ANALYZE = ' || nullif(x.typanalyze::oid, 0)::regproc,
            'SUBSCRIPT = ' || nullif(x.typsubscript::oid, 0)::regproc,
            'INTERNALLENGTH = ' || CASE x.typlen WHEN -1 THEN 'VARIABLE' ELSE x.typlen::text END,
            CASE WHEN x.typbyval THEN 'PASSEDBYVALUE' END,
            'ALIGNMENT = ' || CASE x.typalign WHEN 'c' THEN 'char' WHEN 's' THEN 'int2' WHEN 'd' THEN 'double' ELSE 'int4' END,
            'STORAGE = ' || CASE x.typstorage WHEN 'e' THEN 'external' WHEN 'x' THEN 'extended' WHEN 'm' THEN 'main'
                ELSE 'plain' END,
            'CATEGORY = ' || quote_literal(nullif(x.typcategory, 'U')::text), CASE WHEN x.typispreferred THEN 'PREFERRED = true' END,
            'DEFAULT = ' || quote_literal(x.typdefault), 'ELEMENT = ' || format_type(nullif(x.typelem, 0), NULL),
            'DELIMITER = ' || quote_literal(nullif(x.typdelim, ',')::text), CASE WHEN x.typcollation <> 0 THEN
                'COLLATABLE = true' END) END
        FROM pg_type x JOIN pg_namespace n ON n.oid = x.typnamespace
        WHERE (x.typtype = 'b' AND NOT EXISTS (SELECT FROM pg_type e WHERE e.oid = x.typelem AND e.typarray = x.oid)
            OR x.typtype = 'p' AND NOT x.typisdefined) AND )" +
           is_of_users("x.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_type", "x.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        BaseType type;
        type.name = {rows.string(row, 1), rows.string(row, 2)};
        type.definition = rows.string(row, 3);
        reading.add(reading.schema.base_types, std::move(type), {{catalogue::types, rows.oid(row, 0)}});
    }
}

struct BaseTypes {
    using Value = BaseType;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const BaseType& type) { return "TYPE " + qualified(type.name); }
    static std::vector<std::string> create(const BaseType& type) {
        return {type.definition.empty() ? "CREATE " + target(type)
                                        : fmt::format("CREATE {} ({})", target(type), type.definition)};
    }
    // Its functions, which nothing else can drop.
    static std::vector<std::string> drop(const BaseType& type) {
        return {fmt::format("DROP {} CASCADE", target(type))};
    }
    static void disconnect(const BaseType& type, DdlAction& action) {
        action.drops.push_back(announced(type.name));
    }
    // A shell becomes the type that it announced, which cannot become a shell again.
    static std::vector<std::string> alter(const BaseType& before, const BaseType& after) {
        return before.definition == after.definition ? std::vector<std::string>{} : create(after);
    }
    static bool is_replaced(const BaseType& before, const BaseType& after) {
        return !before.definition.empty() && before.definition != after.definition;
    }
};

void write(const Change& change, const Differences& differences, Actions& actions) {
    const BaseType* after = std::get_if<BaseType>(&change.after);
    const bool is_new = change.before.index() == 0;
    if (is_new && !after->definition.empty()) {
        DdlAction shell;
        shell.statements = {"CREATE " + BaseTypes::target(*after)};
        shell.creates.push_back(announced(after->name));
        add_schema(shell.needs, after->name);
        actions.push_back(std::move(shell));
    }
    StandardWriter<BaseTypes>(change, differences, actions).write();
    if (is_new && !after->definition.empty()) {
        actions.back().needs.push_back(announced(after->name));
    }
}

}  // namespace

Reference announced(const Name& type) {
    return {Kind::base_type, type, "shell"};
}

KindOfObject base_type_kind() {
    KindOfObject kind = standard_kind<BaseTypes>();
    kind.write = write;
    return kind;
}

}  // namespace schemist::postgresql
