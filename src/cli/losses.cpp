#include "cli/losses.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

std::string quoted(const std::string& name) {
    std::string text = "\"";
    for (const char letter : name) {
        text += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    return text + "\"";
}

std::optional<std::string> single_value(const Rows& rows) {
    std::string text = rows.size() == 1 ? rows.text(0, 0) : std::string();
    return text.empty() ? std::nullopt : std::optional(std::move(text));
}

// As the statistics have it: a table may be too large to be counted. One that was never analysed says nothing.
std::optional<std::string> rows_on_postgresql(Connection& database, const Name& table) {
    return single_value(
        database.query("SELECT CASE WHEN sum(c.reltuples) FILTER (WHERE c.reltuples >= 0) IS NOT NULL THEN "
                       "'about ' || sum(c.reltuples) "
                       "FILTER (WHERE c.reltuples >= 0)::bigint END FROM pg_class c JOIN pg_namespace n ON "
                       "n.oid = c.relnamespace "
                       "WHERE c.relkind = 'r' AND (n.nspname = $1 AND c.relname = $2 OR c.oid IN (SELECT "
                       "t.relid FROM pg_class r JOIN "
                       "pg_namespace rn ON rn.oid = r.relnamespace, pg_partition_tree(r.oid) t WHERE "
                       "rn.nspname = $1 AND r.relname = "
                       "$2 AND r.relkind = 'p'))",
                       std::vector<Value>{table.schema, table.name}));
}

std::optional<std::string> rows_on_sqlite(Connection& database, const Name& table) {
    return single_value(database.query(
        fmt::format("SELECT CASE WHEN count(*) < 100000 THEN count(*) ELSE 'at least 100000' END "
                    "FROM (SELECT 1 FROM {} LIMIT 100000)",
                    quoted(table.name))));
}

std::optional<std::string> rows_of(Connection& database, const Name& table) {
    return database.dialect() == DialectName::postgresql ? rows_on_postgresql(database, table)
                                                         : rows_on_sqlite(database, table);
}

}  // namespace

std::vector<std::string> loss_lines(const Plan& plan, Connection* database) {
    std::vector<std::string> lines;
    for (const PlannedLoss& planned : plan.losses) {
        std::string line = to_string(planned.loss);
        const Kind kind = planned.loss.object.kind;
        const bool has_rows = kind == Kind::table || kind == Kind::column;
        if (database != nullptr && has_rows) {
            if (const std::optional<std::string> rows = rows_of(*database, planned.loss.object.name)) {
                line += fmt::format(" ({} rows)", *rows);
            }
        }
        if (std::ranges::find(lines, line) == lines.end()) {
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
