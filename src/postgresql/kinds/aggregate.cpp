// The kind `aggregate`.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Each option as CREATE AGGREGATE takes it, those that are not set left out.
std::string query(const Scope&) {
    return R"(
        SELECT p.oid, n.nspname, p.proname, CASE WHEN g.aggkind = 'n' THEN oidvectortypes(p.proargtypes) END,
            pg_get_function_identity_arguments(p.oid), pg_get_function_arguments(p.oid), concat_ws(', ',
            'SFUNC = ' || g.aggtransfn, 'STYPE = ' || format_type(g.aggtranstype, NULL),
            'SSPACE = ' || nullif(g.aggtransspace, 0),
            'FINALFUNC = ' || nullif(g.aggfinalfn, 0)::regproc, CASE WHEN g.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
            'FINALFUNC_MODIFY = ' || CASE WHEN g.aggfinalmodify <> CASE g.aggkind WHEN 'n' THEN 'r'::"char" ELSE 'w' END
                THEN CASE g.aggfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
            'COMBINEFUNC = ' || nullif(g.aggcombinefn, 0)::regproc,
            'SERIALFUNC = ' || nullif(g.aggserialfn, 0)::regproc,
            'DESERIALFUNC = ' || nullif(g.aggdeserialfn, 0)::regproc, 'INITCOND = ' || quote_literal(g.agginitval),
            'MSFUNC = ' || nullif(g.aggmtransfn, 0)::regproc, 'MINVFUNC = ' || nullif(g.aggminvtransfn, 0)::regproc,
            'MSTYPE = ' || format_type(nullif(g.aggmtranstype, 0), NULL),
            'MSSPACE = ' || nullif(g.aggmtransspace, 0),
            'MFINALFUNC = ' || nullif(g.aggmfinalfn, 0)::regproc, CASE WHEN g.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
            'MFINALFUNC_MODIFY = ' || CASE WHEN g.aggmtransfn <> 0 AND g.aggmfinalmodify <> CASE g.aggkind WHEN 'n' THEN
                'r'::"char" ELSE 'w' END
                THEN CASE g.aggmfinalmodify WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
            'MINITCOND = ' || quote_literal(g.aggminitval),
            'SORTOP = OPERATOR(' || (SELECT concat(quote_ident(sn.nspname), '.', o.oprname) FROM pg_operator o
                JOIN pg_namespace sn ON sn.oid = o.oprnamespace WHERE o.oid = g.aggsortop) || ')',
            'PARALLEL = ' || CASE p.proparallel WHEN 's' THEN 'SAFE' WHEN 'r' THEN 'RESTRICTED' END,
            CASE WHEN g.aggkind = 'h' THEN 'HYPOTHETICAL' END)
        FROM pg_aggregate g JOIN pg_proc p ON p.oid = g.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE )" +
           is_of_users("p.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_proc", "p.oid");
}

std::string in_parentheses(std::string_view arguments) {
    return fmt::format("({})", arguments.empty() ? "*" : arguments);
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Aggregate aggregate;
        aggregate.name = {rows.string(row, 1), rows.string(row, 2)};
        aggregate.signature = in_parentheses(rows.text(row, rows.is_null(row, 3) ? 4 : 3));
        aggregate.arguments = in_parentheses(rows.text(row, 5));
        aggregate.definition = rows.string(row, 6);
        reading.add(reading.schema.aggregates, std::move(aggregate),
                    {{catalogue::functions, rows.oid(row, 0)}});
    }
}

struct Aggregates {
    using Value = Aggregate;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Aggregate& aggregate) {
        return "AGGREGATE " + qualified(aggregate.name) + aggregate.signature;
    }
    // GRANT knows aggregates as functions, and does not take a star.
    static std::string granted(const Aggregate& aggregate) {
        return fmt::format("FUNCTION {}{}", qualified(aggregate.name),
                           aggregate.signature == "(*)" ? "()" : aggregate.signature);
    }
    static std::vector<std::string> create(const Aggregate& aggregate) {
        return {fmt::format("CREATE AGGREGATE {}{} (\n    {}\n)", qualified(aggregate.name),
                            aggregate.arguments, aggregate.definition)};
    }
};

}  // namespace

KindOfObject aggregate_kind() {
    return standard_kind<Aggregates>();
}

}  // namespace schemist::postgresql
