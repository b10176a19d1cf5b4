#include "postgresql/kinds/operator_members.hpp"

#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {

// Whose a member is follows from what it goes with.
std::string operator_members_query(std::string_view catalogue) {
    return fmt::format(R"(
        SELECT d.classid, d.objid, d.refobjid, coalesce(
            (SELECT format('OPERATOR %s %s', a.amopstrategy, a.amopopr::regoperator) ||
                (SELECT ' FOR ORDER BY ' || format(CASE WHEN pg_opfamily_is_visible(f.oid) THEN '%2$I' ELSE '%1$I.%2$I'
                    END, fn.nspname, f.opfname) FROM pg_opfamily f JOIN pg_namespace fn ON fn.oid = f.opfnamespace
                    WHERE f.oid = a.amopsortfamily)
            FROM pg_amop a WHERE a.oid = d.objid AND d.classid = 'pg_amop'::regclass AND a.amopsortfamily <> 0),
            (SELECT format('OPERATOR %s %s', a.amopstrategy, a.amopopr::regoperator)
            FROM pg_amop a WHERE a.oid = d.objid AND d.classid = 'pg_amop'::regclass),
            (SELECT format('FUNCTION %s (%s, %s) %s', a.amprocnum, format_type(a.amproclefttype, NULL),
                format_type(a.amprocrighttype, NULL), a.amproc::regprocedure)
            FROM pg_amproc a WHERE a.oid = d.objid AND d.classid = 'pg_amproc'::regclass)) AS member,
            (SELECT a.amopstrategy FROM pg_amop a WHERE a.oid = d.objid AND d.classid = 'pg_amop'::regclass) AS strategy,
            (SELECT a.amprocnum FROM pg_amproc a WHERE a.oid = d.objid AND d.classid = 'pg_amproc'::regclass) AS number
        FROM pg_depend d
        WHERE d.refclassid = '{}'::regclass AND {} AND d.classid IN ('pg_amop'::regclass, 'pg_amproc'::regclass)
            AND d.deptype IN ('a', 'i')
        ORDER BY strategy, number, member)",
                       catalogue, is_of_users("d.refobjid"));
}

std::string access_method_of(const std::string& signature) {
    return quote_identifier(std::string_view(signature).substr(1, signature.size() - 2));
}

}  // namespace schemist::postgresql
