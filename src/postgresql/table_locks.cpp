#include "postgresql/table_locks.hpp"

#include "postgresql/sql.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

struct Conflicts {
    std::string_view mode;
    std::string_view with;  // as pg_locks names them
};

// PostgreSQL's documentation, "Explicit Locking", table "Conflicting Lock Modes".
constexpr std::array<Conflicts, 5> conflicts{{
    {"SHARE UPDATE EXCLUSIVE",
     "{ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}"},
    {"SHARE",
     "{RowExclusiveLock,ShareUpdateExclusiveLock,ShareRowExclusiveLock,ExclusiveLock,AccessExclusiveLock}"},
    {"SHARE ROW EXCLUSIVE",
     "{RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,"
     "AccessExclusiveLock}"},
    {"EXCLUSIVE",
     "{RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,ShareRowExclusiveLock,ExclusiveLock,"
     "AccessExclusiveLock}"},
    {"ACCESS EXCLUSIVE",
     "{AccessShareLock,RowShareLock,RowExclusiveLock,ShareUpdateExclusiveLock,ShareLock,"
     "ShareRowExclusiveLock,"
     "ExclusiveLock,AccessExclusiveLock}"},
}};

std::string_view conflicting_modes(std::string_view mode) {
    return std::ranges::find(conflicts, mode, &Conflicts::mode)->with;
}

// SQL of what a CASCADE drops with the table, or with its column when one is named.
std::string views(std::string_view table, std::string_view column) {
    const std::string needed =
        column.empty()
            ? "true"
            : fmt::format(
                  "(tree.oid <> {0} OR d.refobjsubid = (SELECT attnum FROM pg_attribute WHERE attrelid "
                  "= {0} AND attname = {1}))",
                  table, quote_literal(column));
    return fmt::format(
        "WITH RECURSIVE tree (oid) AS (SELECT {}::oid UNION SELECT w.ev_class FROM tree JOIN pg_depend d ON "
        "d.refclassid "
        "= 'pg_class'::regclass AND d.refobjid = tree.oid AND d.classid = 'pg_rewrite'::regclass JOIN "
        "pg_rewrite w ON "
        "w.oid = d.objid WHERE {}) SELECT oid FROM tree",
        table, needed);
}

// SQL of the foreign keys in which the column takes part, on either side.
std::string partners_of_column(std::string_view table, std::string_view column) {
    return fmt::format(
        "SELECT CASE k.conrelid WHEN {0} THEN k.confrelid ELSE k.conrelid END FROM pg_constraint k JOIN "
        "pg_attribute a ON "
        "a.attrelid = {0} AND a.attname = {1} WHERE k.contype = 'f' AND ((k.conrelid = {0} AND a.attnum = "
        "ANY (k.conkey)) "
        "OR (k.confrelid = {0} AND a.attnum = ANY (k.confkey)))",
        table, column);
}

// SQL: "process 42 (psql, user bob, idle in transaction for 12 s)" of a row of pg_stat_activity, which shows less to
// a role without privileges. Passwords stand in statements, sometimes.
constexpr std::string_view process_text =
    "format('process %s (%s)', a.pid, concat_ws(', ', nullif(a.application_name, ''), nullif(a.backend_type, "
    "'client "
    "backend'), 'user ' || a.usename, a.state || ' for ' || age_text))";

constexpr std::string_view query_text =
    "coalesce(': ' || CASE WHEN a.query ~* 'password' THEN '(hidden)' ELSE "
    "nullif(left(regexp_replace(btrim(a.query), "
    "'\\s+', ' ', 'g'), 80), '') END, '')";

// SQL: an interval as milliseconds, and for people.
std::string age_columns(std::string_view since) {
    return fmt::format(
        "LATERAL (SELECT clock_timestamp() - {} AS age) AS aged, LATERAL (SELECT CASE WHEN age < interval '1 "
        "s' THEN "
        "round(extract(epoch FROM age) * 1000) || ' ms' ELSE round(extract(epoch FROM age)) || ' s' END AS "
        "age_text) AS "
        "told",
        since);
}

std::vector<Blocker> blockers_of(const Rows& rows) {
    std::vector<Blocker> found;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        found.push_back({static_cast<int>(rows.integer(row, 0)), rows.text(row, 1),
                         std::chrono::milliseconds(rows.integer(row, 2))});
    }
    return found;
}

}  // namespace

std::string locked_relations_query(const LockTarget& target) {
    const std::string name = quote_literal(target.relation);
    const std::string table = fmt::format("to_regclass({})", name);
    switch (target.reach) {
        case Reach::itself:
            return fmt::format("SELECT {}::oid", table);
        case Reach::descendants:
            return fmt::format(
                "WITH RECURSIVE tree (oid) AS (SELECT {}::oid UNION SELECT h.inhrelid FROM pg_inherits h "
                "JOIN tree "
                "ON h.inhparent = tree.oid) SELECT oid FROM tree",
                table);
        case Reach::indexes:
            return fmt::format("SELECT indexrelid FROM pg_index WHERE indrelid = {}", table);
        case Reach::table_of_index:
            return fmt::format("SELECT indrelid FROM pg_index WHERE indexrelid = {}", table);
        case Reach::parent:
            return fmt::format(
                "SELECT h.inhparent FROM pg_inherits h WHERE h.inhrelid = {0} UNION SELECT p.partdefid FROM "
                "pg_inherits h JOIN pg_partitioned_table p ON p.partrelid = h.inhparent WHERE h.inhrelid = "
                "{0}",
                table);
        case Reach::default_partition:
            return fmt::format("SELECT partdefid FROM pg_partitioned_table WHERE partrelid = {}", table);
        case Reach::referenced:
            return fmt::format("SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = {}",
                               table);
        case Reach::referencing:
            return fmt::format("SELECT conrelid FROM pg_constraint WHERE contype = 'f' AND confrelid = {}",
                               table);
        case Reach::referenced_by_part:
            return fmt::format(
                "SELECT confrelid FROM pg_constraint WHERE contype = 'f' AND conrelid = {} AND conname = {}",
                table, quote_literal(target.part));
        case Reach::partners_of_part:
            return partners_of_column(table, quote_literal(target.part));
        case Reach::views:
            return views(table, target.part);
        case Reach::columns_of_domain:
            return fmt::format("SELECT attrelid FROM pg_attribute WHERE atttypid = to_regtype({})", name);
        case Reach::relations_of_schema:
            return fmt::format("SELECT oid FROM pg_class WHERE relnamespace = to_regnamespace({})", name);
    }
    return {};
}

std::string blockers_query(std::span<const LockTarget> targets, std::chrono::milliseconds older_than) {
    std::string wanted;
    for (const LockTarget& target : targets) {
        wanted += fmt::format("{}SELECT r.oid, '{}'::text[] FROM ({}) AS r (oid)",
                              wanted.empty() ? "" : " UNION ALL ", conflicting_modes(target.mode),
                              locked_relations_query(target));
    }
    if (wanted.empty()) {
        wanted = "SELECT 0::oid, '{}'::text[] WHERE false";
    }
    // Autovacuum gives way to whoever queues, after deadlock_timeout; but not when it prevents a wraparound.
    constexpr std::string_view stays =
        "(a.backend_type IS DISTINCT FROM 'autovacuum worker' OR a.query LIKE '%(to prevent wraparound)')";
    const std::string processes = fmt::format(
        "SELECT a.pid AS process, {} || ' holds ' || h.relations || {} AS who, age FROM held h JOIN "
        "pg_stat_activity a "
        "ON a.pid = h.pid, {} WHERE a.leader_pid IS NULL AND {}",
        process_text, query_text, age_columns("a.xact_start"), stays);
    // A transaction that was prepared has no process; the lock on its own number tells which it is.
    const std::string prepared = fmt::format(
        "SELECT 0, format('prepared transaction %L (user %s, for %s) holds %s', p.gid, p.owner, age_text, "
        "h.relations), "
        "age FROM held h JOIN pg_locks x ON h.pid IS NULL AND x.pid IS NULL AND x.locktype = 'transactionid' "
        "AND "
        "x.virtualtransaction = h.virtualtransaction JOIN pg_prepared_xacts p ON p.transaction = "
        "x.transactionid, {}",
        age_columns("p.prepared"));
    return fmt::format(
        "WITH wanted (relation, modes) AS ({}), held AS (SELECT l.pid, l.virtualtransaction, "
        "string_agg(DISTINCT l.relation::regclass::text, ', ' ORDER BY l.relation::regclass::text) AS "
        "relations FROM "
        "pg_locks l JOIN wanted w ON l.relation = w.relation AND l.mode = ANY (w.modes) WHERE l.locktype = "
        "'relation' AND "
        "l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) AND "
        "l.pid IS "
        "DISTINCT FROM pg_backend_pid() GROUP BY l.pid, l.virtualtransaction), found AS ({} UNION ALL {}) "
        "SELECT process, who, coalesce(round(extract(epoch FROM age) * 1000)::bigint, 0) AS age FROM found "
        "WHERE age IS "
        "NULL OR age > interval '{} ms' ORDER BY found.age DESC NULLS LAST, process",
        wanted, processes, prepared, older_than.count());
}

std::vector<Blocker> blockers(schemist::Connection& connection, std::span<const LockTarget> targets,
                              std::chrono::milliseconds older_than) {
    if (targets.empty()) {
        return {};
    }
    return blockers_of(connection.run_script(blockers_query(targets, older_than)));
}

std::vector<Blocker> waits_for(schemist::Connection& observer, int process) {
    return blockers_of(observer.run_script(fmt::format(
        "WITH builds AS (SELECT current_locker_pid AS pid, phase FROM pg_stat_progress_create_index WHERE "
        "pid = {0}), "
        "waits AS (SELECT DISTINCT pid FROM (SELECT unnest(pg_blocking_pids({0})) AS pid UNION ALL SELECT "
        "pid FROM builds "
        "WHERE pid <> 0) AS all_of_them), phase AS (SELECT coalesce((SELECT format(' (building an index: "
        "%s)', phase) "
        "FROM builds WHERE phase IS NOT NULL LIMIT 1), '') AS text) "
        "SELECT w.pid, CASE WHEN w.pid = 0 THEN 'a prepared transaction' || coalesce(' (one of ' || (SELECT "
        "string_agg(quote_literal(gid), ', ' ORDER BY prepared) FROM pg_prepared_xacts WHERE database = "
        "current_database()) || ')', '') WHEN a.pid IS NULL THEN 'process ' || w.pid ELSE {1} || {2} END || "
        "phase.text, "
        "coalesce(round(extract(epoch FROM age) * 1000)::bigint, 0) FROM waits w CROSS JOIN phase LEFT JOIN "
        "pg_stat_activity a ON a.pid = w.pid, {3} ORDER BY 1",
        process, process_text, query_text, age_columns("a.xact_start"))));
}

}  // namespace schemist::postgresql
