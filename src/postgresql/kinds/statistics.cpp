// The kind `statistics`: what the planner is told to gather of several columns.

#include "postgresql/kinds/standard_kind.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// The server lists the columns as they stand in the table, where they may not stand there. Unset is -1 before PostgreSQL 17.
std::string query(const Scope&) {
    return "SELECT x.oid, n.nspname, x.stxname, replace(pg_get_statisticsobjdef(x.oid), ' ON ' || "
           "k.as_they_stand, ' ON ' || k.by_name), nullif(x.stxstattarget, -1) FROM pg_statistic_ext x JOIN "
           "pg_namespace n ON n.oid = x.stxnamespace CROSS JOIN LATERAL (SELECT coalesce(string_agg("
           "quote_ident(a.attname), ', ' ORDER BY a.attnum), '') AS as_they_stand, coalesce(string_agg("
           "quote_ident(a.attname), ', ' ORDER BY a.attname), '') AS by_name FROM pg_attribute a WHERE "
           "a.attrelid = x.stxrelid AND a.attnum = ANY (x.stxkeys::int2[])) k WHERE " +
           is_of_users("x.oid") + " AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_statistic_ext", "x.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Statistics statistics{{rows.string(row, 1), rows.string(row, 2)}, rows.string(row, 3), {}, {}};
        if (!rows.is_null(row, 4)) {
            statistics.target = rows.integer(row, 4);
        }
        reading.add(reading.schema.statistics, std::move(statistics),
                    {{catalogue::statistics, rows.oid(row, 0)}});
    }
}

struct StatisticsObjects {
    using Value = Statistics;

    static std::vector<Reader> readers() { return {{query, read}}; }
    static std::string target(const Statistics& statistics) {
        return "STATISTICS " + qualified(statistics.name);
    }

    static std::string set_target(const Statistics& statistics) {
        return fmt::format("ALTER {} SET STATISTICS {}", target(statistics), statistics.target.value_or(-1));
    }
    static std::vector<std::string> create(const Statistics& statistics) {
        std::vector<std::string> statements{statistics.definition};
        if (statistics.target) {
            statements.push_back(set_target(statistics));
        }
        return statements;
    }
    static std::vector<std::string> alter(const Statistics& before, const Statistics& after) {
        return before.target == after.target ? std::vector<std::string>{}
                                             : std::vector<std::string>{set_target(after)};
    }
    static bool is_replaced(const Statistics& before, const Statistics& after) {
        return before.definition != after.definition;
    }
};

}  // namespace

KindOfObject statistics_kind() {
    return standard_kind<StatisticsObjects>();
}

}  // namespace schemist::postgresql
