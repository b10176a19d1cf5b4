#include "cli/losses.hpp"

#include <map>
#include <set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace schemist::cli {
namespace {

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char letter : name) {
        text += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    return text + "\"";
}

using RowsOfTables = std::map<Name, std::string>;

// As the statistics have it: a table may be too large to be counted. One that was never analysed says nothing.
RowsOfTables rows_on_postgresql(Connection& database, const std::set<Name>& tables) {
    nlohmann::json names = nlohmann::json::array();
    for (const Name& table : tables) {
        names.push_back({table.schema, table.name});
    }
    const Rows rows = database.query(R"(
        SELECT n.nspname, t.relname, 'about ' || sum(c.reltuples)::bigint
        FROM json_array_elements($1::json) AS lost (name)
        JOIN pg_namespace n ON n.nspname = name ->> 0
        JOIN pg_class t ON t.relnamespace = n.oid AND t.relname = name ->> 1,
        LATERAL (SELECT t.oid WHERE t.relkind = 'r' UNION ALL
            SELECT p.relid FROM pg_partition_tree(t.oid) p WHERE t.relkind = 'p') AS part (oid)
        JOIN pg_class c ON c.oid = part.oid AND c.relkind = 'r' AND c.reltuples >= 0
        GROUP BY 1, 2)",
                                     std::vector<Value>{names.dump()});
    RowsOfTables result;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        result.emplace(Name{rows.text(row, 0), rows.text(row, 1)}, rows.text(row, 2));
    }
    return result;
}

RowsOfTables rows_on_sqlite(Connection& database, const std::set<Name>& tables) {
    RowsOfTables result;
    for (const Name& table : tables) {
        const Rows rows = database.query(
            fmt::format("SELECT CASE WHEN count(*) < 100000 THEN count(*) ELSE 'at least 100000' END "
                        "FROM (SELECT 1 FROM {} LIMIT 100000)",
                        quoted(table.name)));
        result.emplace(table, rows.text(0, 0));
    }
    return result;
}

bool has_rows(const Loss& loss) {
    return loss.object.kind == Kind::table || loss.object.kind == Kind::column;
}

// All at once: a plan may drop thousands of tables.
RowsOfTables rows_of_lost(const Plan& plan, Connection& database) {
    std::set<Name> tables;
    for (const PlannedLoss& planned : plan.losses) {
        if (has_rows(planned.loss)) {
            tables.insert(planned.loss.object.name);
        }
    }
    return tables.empty()                                  ? RowsOfTables{}
           : database.dialect() == DialectName::postgresql ? rows_on_postgresql(database, tables)
                                                           : rows_on_sqlite(database, tables);
}

}  // namespace

std::vector<std::string> loss_lines(const Plan& plan, Connection* database) {
    const RowsOfTables rows = database == nullptr ? RowsOfTables{} : rows_of_lost(plan, *database);
    std::vector<std::string> lines;
    std::set<std::string> seen;
    for (const PlannedLoss& planned : plan.losses) {
        std::string line = to_string(planned.loss);
        const auto found = has_rows(planned.loss) ? rows.find(planned.loss.object.name) : rows.end();
        if (found != rows.end()) {
            line += fmt::format(" ({} rows)", found->second);
        }
        if (seen.insert(line).second) {
            lines.push_back(std::move(line));
        }
    }
    return lines;
}

Plan with_loss_notes(Plan plan) {
    for (const std::string& line : loss_lines(plan, nullptr)) {
        plan.notes.push_back("loses data: " + line);
    }
    return plan;
}

}  // namespace schemist::cli
