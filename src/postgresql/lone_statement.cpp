#include "postgresql/lone_statement.hpp"

#include "postgresql/index_match.hpp"
#include "postgresql/parse_tree.hpp"
#include "postgresql/shared_object.hpp"
#include "postgresql/sql.hpp"

#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// As SQL that looks it up: the literal for to_regclass.
std::string relation_literal(std::string_view schema, std::string_view name) {
    const std::string quoted = quote_identifier(name);
    return quote_literal(schema.empty() ? quoted : quote_identifier(schema) + "." + quoted);
}

std::string relation_literal(const PgQuery__RangeVar& relation) {
    return relation_literal(relation.schemaname, relation.relname);
}

std::string people_name(const PgQuery__RangeVar& relation) {
    const std::string name = quote_identifier(relation.relname);
    return *relation.schemaname == '\0' ? name : quote_identifier(relation.schemaname) + "." + name;
}

bool is_true(const Rows& rows, std::size_t column) {
    return rows.text(0, column) == "t";
}

// SQL: somebody else waits for or holds one of these locks on the relation. Autovacuum gives way by itself.
std::string others_lock(std::string_view relation, std::string_view modes, std::string_view granted) {
    return fmt::format(
        "EXISTS (SELECT FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid WHERE l.locktype = "
        "'relation' "
        "AND l.relation IN ({}) AND l.database = {} AND l.mode IN ({}) AND l.granted IN ({}) AND l.pid <> "
        "pg_backend_pid() AND a.backend_type IS DISTINCT FROM 'autovacuum worker')",
        relation, this_database, modes, granted);
}

// SQL: somebody else builds an index of a relation in `scope` (SQL of its identifiers) right now. A role without
// privileges sees the process, but not at what it is: its lock tells.
std::string others_build(std::string_view command, std::string_view scope, std::string_view condition) {
    return fmt::format(
        "EXISTS (SELECT FROM pg_stat_progress_create_index p WHERE p.datid = {} AND p.pid <> "
        "pg_backend_pid() AND "
        "((p.command = '{}' AND p.relid IN ({}) AND {}) OR (p.relid IS NULL AND EXISTS (SELECT FROM pg_locks "
        "l "
        "WHERE l.pid = p.pid AND l.locktype = 'relation' AND l.relation IN ({}) AND l.mode = "
        "'ShareUpdateExclusiveLock'))))",
        this_database, command, scope, condition, scope);
}

// SQL: the qualified name of a row of pg_class, whatever the search path; NULL where there is none.
std::string full_name(std::string_view relation) {
    return fmt::format(
        "(SELECT quote_ident(n.nspname) || '.' || quote_ident({0}.relname) FROM pg_namespace n WHERE "
        "n.oid = {0}.relnamespace)",
        relation);
}

constexpr std::string_view share_update_exclusive = "'ShareUpdateExclusiveLock'";

LoneStatementState examine_create_index(schemist::Connection& connection,
                                        const PgQuery__IndexStmt& statement) {
    if (*statement.idxname == '\0') {
        return unknown(
            fmt::format("the index on {} has no name in the statement, so it cannot be told from others",
                        people_name(*statement.relation)));
    }
    const Rows rows = connection.run_script(
        fmt::format("SELECT {table_name}, t.oid, {index_name}, coalesce(c.relkind = 'i', false), "
                    "coalesce(i.indrelid = t.oid, "
                    "false), coalesce(i.indisvalid AND i.indisready AND i.indislive, false), "
                    "pg_get_indexdef(i.indexrelid), "
                    "{build} OR {wait} FROM (SELECT to_regclass({table}) AS oid) AS wanted LEFT JOIN "
                    "pg_class t ON t.oid = "
                    "wanted.oid LEFT JOIN pg_class c ON c.relnamespace = t.relnamespace AND c.relname = "
                    "{name} LEFT JOIN pg_index "
                    "i ON i.indexrelid = c.oid",
                    fmt::arg("table_name", full_name("t")), fmt::arg("index_name", full_name("c")),
                    fmt::arg("name", quote_literal(statement.idxname)),
                    fmt::arg("table", relation_literal(*statement.relation)),
                    fmt::arg("build", others_build("CREATE INDEX CONCURRENTLY", "t.oid",
                                                   "(c.oid IS NULL OR p.index_relid IN (0, c.oid))")),
                    fmt::arg("wait", others_lock("t.oid", share_update_exclusive, "false"))));
    if (rows.text(0, 0).empty()) {
        return {Aftermath::had_no_effect,
                fmt::format("table {} does not exist", people_name(*statement.relation))};
    }
    const std::string index = rows.text(0, 2);
    LoneStatementState state;
    state.busy = is_true(rows, 7);
    if (index.empty()) {
        state.aftermath = Aftermath::had_no_effect;
        state.what =
            fmt::format("table {} has no index {}", rows.text(0, 0), quote_identifier(statement.idxname));
    } else if (!is_true(rows, 3)) {
        state.what = fmt::format("{} is there, but is no index that can be built like this", index);
    } else if (!is_true(rows, 4)) {
        state.what = fmt::format("{} is there, but it is an index of another table", index);
    } else if (const auto other = difference(statement, rows.text(0, 6))) {
        state.what = fmt::format("index {} is there, but it is another one: {}", index, *other);
    } else if (is_true(rows, 5)) {
        state.aftermath = Aftermath::took_effect;
        state.what = fmt::format("index {} is valid", index);
    } else {
        state.aftermath = Aftermath::left_remains;
        state.what = fmt::format("index {} is there, but not valid", index);
        state.clean_up = {"DROP INDEX CONCURRENTLY " + index};
    }
    return state;
}

LoneStatementState examine_drop_index(schemist::Connection& connection, const PgQuery__DropStmt& statement) {
    if (statement.n_objects != 1) {
        return unknown("several objects cannot be dropped concurrently");
    }
    const PgQuery__List& object = *statement.objects[0]->list;
    std::vector<std::string> name = name_parts(object.items, object.n_items);
    const std::string schema = name.size() > 1 ? name[name.size() - 2] : "";
    const Rows rows = connection.run_script(fmt::format(
        "SELECT {}, c.relkind = 'i', i.indisvalid, {} FROM (SELECT to_regclass({}) AS oid) AS "
        "wanted LEFT JOIN pg_class c ON c.oid = wanted.oid LEFT JOIN pg_index i ON i.indexrelid = c.oid",
        full_name("c"),
        others_lock("c.oid", "'ShareUpdateExclusiveLock', 'AccessExclusiveLock'", "true, false"),
        relation_literal(schema, name.back())));
    const std::string index = rows.text(0, 0);
    if (index.empty()) {
        return {Aftermath::took_effect,
                fmt::format("index {} does not exist", quote_identifier(name.back()))};
    }
    if (!is_true(rows, 1)) {
        return unknown(fmt::format("{} is there, but is no index that can be dropped like this", index));
    }
    LoneStatementState state{
        Aftermath::had_no_effect,
        fmt::format("index {} is still there{}", index,
                    is_true(rows, 2) ? "" : ", no longer valid; to drop it again works")};
    state.busy = is_true(rows, 3);
    return state;
}

struct ReindexScope {
    std::string tables;   // SQL: the identifiers of the tables whose indexes are rebuilt
    std::string indexes;  // SQL: a condition for the index c that was left behind
};

// TOAST tables and partitions are rebuilt with their table.
std::string with_parts(std::string_view tables) {
    return fmt::format(
        "WITH own AS ({}), part AS (SELECT oid FROM own UNION SELECT p.relid FROM own, "
        "pg_partition_tree(own.oid) p) "
        "SELECT oid FROM part UNION SELECT c.reltoastrelid FROM part JOIN pg_class c ON c.oid = part.oid "
        "WHERE "
        "c.reltoastrelid <> 0",
        tables);
}

ReindexScope scope_of(const PgQuery__ReindexStmt& statement) {
    const bool named = statement.relation != nullptr;
    const std::string relation = named ? relation_literal(*statement.relation) : "";
    switch (statement.kind) {
        case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX:
            // The server cuts the name where it would get too long for its suffix.
            return {
                fmt::format(
                    "SELECT indrelid AS oid FROM pg_index WHERE indexrelid IN (SELECT to_regclass({0}) "
                    "UNION SELECT relid FROM pg_partition_tree(to_regclass({0})))",
                    relation),
                fmt::format(
                    "EXISTS (SELECT FROM pg_class named WHERE named.oid IN (SELECT to_regclass({0}) UNION "
                    "SELECT relid FROM pg_partition_tree(to_regclass({0}))) AND (named.relname = stem.name "
                    "OR "
                    "(octet_length(c.relname::text) > 59 AND starts_with(named.relname, stem.name))))",
                    relation)};
        case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE:
            return {with_parts(fmt::format("SELECT to_regclass({})::oid AS oid", relation)), "true"};
        case PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_SCHEMA:
            return {with_parts(fmt::format("SELECT oid FROM pg_class WHERE relkind IN ('r', 'm', 'p') AND "
                                           "relnamespace = (SELECT oid FROM "
                                           "pg_namespace WHERE nspname = {})",
                                           quote_literal(statement.name))),
                    "true"};
        default:
            return {"SELECT oid FROM pg_class", "true"};
    }
}

LoneStatementState examine_reindex(schemist::Connection& connection, const PgQuery__ReindexStmt& statement) {
    if (!has_option(statement.params, statement.n_params, "concurrently")) {
        return repeatable("indexes may be rebuilt again");
    }
    const ReindexScope scope = scope_of(statement);
    const std::string busy = others_build("REINDEX CONCURRENTLY", scope.tables, "true") + " OR " +
                             others_lock(scope.tables, "'ShareUpdateExclusiveLock', 'ShareLock'", "false");
    const Rows rows = connection.run_script(
        fmt::format("SELECT {}, {} FROM (SELECT) AS always LEFT JOIN (pg_index i JOIN pg_class c ON c.oid = "
                    "i.indexrelid CROSS JOIN "
                    "LATERAL (SELECT regexp_replace(c.relname, '_cc(new|old)[0-9]*$', '') AS name) AS stem) "
                    "ON NOT i.indisvalid "
                    "AND c.relkind = 'i' AND c.relname <> stem.name AND i.indrelid IN ({}) AND {} ORDER BY 1",
                    full_name("c"), busy, scope.tables, scope.indexes));
    LoneStatementState state = repeatable("nothing is left of a rebuild; it may run again");
    state.busy = is_true(rows, 1);
    if (rows.text(0, 0).empty()) {
        return state;
    }
    state.aftermath = Aftermath::left_remains;
    state.what = "a rebuild left invalid indexes:";
    for (std::size_t row = 0; row < rows.size(); ++row) {
        state.what += fmt::format("{} {}", row == 0 ? "" : ",", rows.text(row, 0));
        state.clean_up.push_back("DROP INDEX CONCURRENTLY " + rows.text(row, 0));
    }
    return state;
}

// SQL: between its two transactions a detachment holds no lock; it waits for the transactions that use the parent.
constexpr std::string_view waits_to_detach =
    "(h.inhdetachpending AND EXISTS (SELECT FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid "
    "WHERE "
    "l.locktype = 'virtualxid' AND NOT l.granted AND l.pid <> pg_backend_pid() AND coalesce(a.query ~* "
    "'detach' OR a.query = "
    "'<insufficient privilege>', true) AND EXISTS (SELECT FROM pg_locks h WHERE h.locktype = 'relation' AND "
    "h.granted AND "
    "h.relation = p.oid AND h.pid = ANY (pg_blocking_pids(l.pid)))))";

LoneStatementState examine_detach(schemist::Connection& connection, const PgQuery__RangeVar& parent,
                                  const PgQuery__RangeVar& part) {
    const Rows rows = connection.run_script(fmt::format(
        "SELECT p.oid IS NOT NULL AND c.oid IS NOT NULL, {}, {}, h.inhdetachpending, {} OR {} OR {} FROM "
        "(SELECT "
        "to_regclass({}) AS parent, to_regclass({}) AS part) AS wanted LEFT JOIN pg_class p ON p.oid = "
        "wanted.parent "
        "LEFT JOIN pg_class c ON c.oid = wanted.part LEFT JOIN pg_inherits h ON h.inhrelid = c.oid AND "
        "h.inhparent = "
        "p.oid",
        full_name("p"), full_name("c"), others_lock("p.oid", share_update_exclusive, "true, false"),
        others_lock("c.oid", "'AccessExclusiveLock'", "true, false"), waits_to_detach,
        relation_literal(parent), relation_literal(part)));
    if (!is_true(rows, 0)) {
        return unknown(fmt::format("{} or {} does not exist", people_name(parent), people_name(part)));
    }
    const std::string parent_name = rows.text(0, 1);
    const std::string part_name = rows.text(0, 2);
    LoneStatementState state;
    state.busy = is_true(rows, 4);
    if (is_null(rows.rows[0][3])) {
        state.aftermath = Aftermath::took_effect;
        state.what = fmt::format("{} is no partition of {}", part_name, parent_name);
    } else if (is_true(rows, 3)) {
        state.aftermath = Aftermath::left_remains;
        state.what = fmt::format("{} is half detached from {}", part_name, parent_name);
        state.clean_up = {fmt::format("ALTER TABLE {} DETACH PARTITION {} FINALIZE", parent_name, part_name)};
        state.done_after_clean_up = true;
    } else {
        state.aftermath = Aftermath::had_no_effect;
        state.what = fmt::format("{} is a partition of {}", part_name, parent_name);
    }
    return state;
}

// The one command of it, when it detaches concurrently.
const PgQuery__RangeVar* detached(const PgQuery__AlterTableStmt& statement) {
    if (statement.n_cmds != 1 || statement.cmds[0]->node_case != PG_QUERY__NODE__NODE_ALTER_TABLE_CMD) {
        return nullptr;
    }
    const PgQuery__AlterTableCmd& command = *statement.cmds[0]->alter_table_cmd;
    const bool detaches = command.subtype == PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition &&
                          command.def != nullptr &&
                          command.def->node_case == PG_QUERY__NODE__NODE_PARTITION_CMD &&
                          command.def->partition_cmd->concurrent != 0;
    return detaches ? command.def->partition_cmd->name : nullptr;
}

LoneStatementState examine(schemist::Connection& connection, const PgQuery__Node& node) {
    switch (node.node_case) {
        case PG_QUERY__NODE__NODE_INDEX_STMT:
            return examine_create_index(connection, *node.index_stmt);
        case PG_QUERY__NODE__NODE_DROP_STMT:
            if (node.drop_stmt->remove_type == PG_QUERY__OBJECT_TYPE__OBJECT_INDEX) {
                return examine_drop_index(connection, *node.drop_stmt);
            }
            break;
        case PG_QUERY__NODE__NODE_REINDEX_STMT:
            return examine_reindex(connection, *node.reindex_stmt);
        case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
            if (const PgQuery__RangeVar* part = detached(*node.alter_table_stmt)) {
                return examine_detach(connection, *node.alter_table_stmt->relation, *part);
            }
            break;
        case PG_QUERY__NODE__NODE_VACUUM_STMT:
            return repeatable("tables may be vacuumed again");
        case PG_QUERY__NODE__NODE_CLUSTER_STMT:
            return repeatable("tables may be clustered again");
        case PG_QUERY__NODE__NODE_ALTER_SYSTEM_STMT:
            return repeatable("a setting may be set again");
        default:
            break;
    }
    if (std::optional<LoneStatementState> state = examine_shared_object(connection, node)) {
        return std::move(*state);
    }
    return unknown("the catalogue does not tell whether this statement took effect");
}

}  // namespace

LoneStatementState examine_lone_statement(schemist::Connection& connection, std::string_view statement) {
    const ParseTree tree = parse(statement);
    const PgQuery__Node* node = only_statement(tree);
    return node == nullptr ? unknown("the statement is not one that PostgreSQL 15's grammar knows")
                           : examine(connection, *node);
}

}  // namespace schemist::postgresql
