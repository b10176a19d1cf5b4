// The locks of ALTER TABLE, which takes the strictest that one of its commands asks for.

#include "postgresql/lock_target_list.hpp"
#include "postgresql/parse_tree.hpp"

#include <algorithm>
#include <array>

namespace schemist::postgresql {
namespace {

bool is_foreign_key(const PgQuery__Node* node) {
    return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_CONSTRAINT &&
           node->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN;
}

// Storage parameters of views, and those that readers of the table look at, need the strongest lock.
bool quiet_parameters(const PgQuery__Node* options) {
    constexpr std::array<std::string_view, 9> loud{
        "user_catalog_table", "security_barrier", "security_invoker",       "check_option",   "buffering",
        "fastupdate",         "autosummarize",    "gin_pending_list_limit", "pages_per_range"};
    if (options == nullptr || options->node_case != PG_QUERY__NODE__NODE_LIST) {
        return false;
    }
    const PgQuery__List& list = *options->list;
    return std::none_of(list.items, list.items + list.n_items, [&](const PgQuery__Node* option) {
        return option->node_case != PG_QUERY__NODE__NODE_DEF_ELEM ||
               std::ranges::find(loud, std::string_view(option->def_elem->defname)) != loud.end();
    });
}

// ALTER TABLE's own table of modes.
int mode_of(const PgQuery__AlterTableCmd& command) {
    switch (command.subtype) {
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetStatistics:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize:
            return share_update_exclusive;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ReplaceRelOptions:
            return quiet_parameters(command.def) ? share_update_exclusive : access_exclusive;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableAlwaysTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableReplicaTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigAll:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableTrigUser:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrig:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigAll:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableTrigUser:
            return share_row_exclusive;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
            return is_foreign_key(command.def) ? share_row_exclusive : access_exclusive;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
            return command.def->partition_cmd->concurrent != 0 ? share_update_exclusive : access_exclusive;
        default:
            return access_exclusive;
    }
}

// Those that concern the table alone, though it has partitions or children.
bool stays_with_table(const PgQuery__AlterTableCmd& command) {
    switch (command.subtype) {
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DropInherit:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ChangeOwner:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ClusterOn:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DropCluster:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ResetRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ReplaceRelOptions:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetTableSpace:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetLogged:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetUnLogged:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_SetAccessMethod:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ReplicaIdentity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_EnableRowSecurity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DisableRowSecurity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_ForceRowSecurity:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_NoForceRowSecurity:
            return true;
        default:
            return false;
    }
}

// Partitions and tables on the other end.
void add_others(TargetList& targets, const std::string& table, const PgQuery__AlterTableCmd& command) {
    switch (command.subtype) {
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
            targets.add_referenced(&command.def, 1);
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
            targets.add_referenced(command.def->column_def->constraints,
                                   command.def->column_def->n_constraints);
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
            targets.add(table, access_exclusive, Reach::referenced_by_part, command.name);
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
            targets.add(table, access_exclusive, Reach::partners_of_part, command.name);
            if (command.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) {
                targets.add(table, access_exclusive, Reach::views, command.name);
            }
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
        case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartitionFinalize:
            targets.add(quoted_name(*command.def->partition_cmd->name), access_exclusive, Reach::descendants);
            targets.add(table, access_exclusive, Reach::default_partition);
            break;
        case PG_QUERY__ALTER_TABLE_TYPE__AT_AddInherit:
            targets.add(quoted_name(*command.def->range_var), share_update_exclusive);
            break;
        default:
            break;
    }
}

}  // namespace

void add_alter_table(TargetList& targets, const PgQuery__AlterTableStmt& statement) {
    if (statement.objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TYPE) {
        return;
    }
    const std::string table = quoted_name(*statement.relation);
    int mode = 0;
    bool alone = true;
    for (std::size_t i = 0; i < statement.n_cmds; ++i) {
        const PgQuery__AlterTableCmd& command = *statement.cmds[i]->alter_table_cmd;
        mode = std::max(mode, mode_of(command));
        alone = alone && stays_with_table(command);
    }
    alone ? targets.add(table, mode) : targets.add_all(*statement.relation, mode);
    for (std::size_t i = 0; i < statement.n_cmds; ++i) {
        add_others(targets, table, *statement.cmds[i]->alter_table_cmd);
    }
}

}  // namespace schemist::postgresql
