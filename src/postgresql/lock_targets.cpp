#include "postgresql/lock_target_list.hpp"
#include "postgresql/parse_tree.hpp"
#include "postgresql/scanner.hpp"
#include "postgresql/split.hpp"
#include "postgresql/table_locks.hpp"
#include "schema/text.hpp"

namespace schemist::postgresql {
namespace {

void add_create_table(TargetList& targets, const PgQuery__CreateStmt& statement) {
    const bool partition = statement.partbound != nullptr;
    for (std::size_t i = 0; i < statement.n_inh_relations; ++i) {
        const std::string parent = quoted_name(*statement.inh_relations[i]->range_var);
        targets.add(parent, partition ? access_exclusive : share_update_exclusive);
        targets.add(parent, access_exclusive, Reach::default_partition);
    }
    targets.add_referenced(statement.constraints, statement.n_constraints);
    for (std::size_t i = 0; i < statement.n_table_elts; ++i) {
        const PgQuery__Node* element = statement.table_elts[i];
        targets.add_referenced(statement.table_elts + i, 1);
        if (element->node_case == PG_QUERY__NODE__NODE_COLUMN_DEF) {
            targets.add_referenced(element->column_def->constraints, element->column_def->n_constraints);
        }
    }
    if (statement.if_not_exists == 0) {
        targets.created(quoted_name(*statement.relation));
    }
}

std::vector<std::string> object_name(const PgQuery__Node& object) {
    switch (object.node_case) {
        case PG_QUERY__NODE__NODE_LIST:
            return name_parts(object.list->items, object.list->n_items);
        case PG_QUERY__NODE__NODE_STRING:
            return {object.string->sval};
        case PG_QUERY__NODE__NODE_TYPE_NAME:
            return name_parts(object.type_name->names, object.type_name->n_names);
        default:
            return {};
    }
}

// Of "schema.table.trigger".
std::string owner_of(std::vector<std::string> name) {
    if (!name.empty()) {
        name.pop_back();
    }
    return quoted_name(name);
}

void add_drop(TargetList& targets, const PgQuery__DropStmt& statement, const PgQuery__Node& object) {
    const std::vector<std::string> parts = object_name(object);
    const std::string name = quoted_name(parts);
    const int mode = statement.concurrent != 0 ? share_update_exclusive : access_exclusive;
    const bool cascades = statement.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
    switch (statement.remove_type) {
        case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
        case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
            targets.add(name, mode, Reach::descendants);
            targets.add(name, mode, Reach::parent);
            targets.add(name, mode, Reach::referenced);
            if (cascades) {
                targets.add(name, mode, Reach::referencing);
                targets.add(name, mode, Reach::views);
            }
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
            targets.add(name, mode);
            targets.add(name, mode, Reach::table_of_index);
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
        case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
            targets.add(name, mode, cascades ? Reach::views : Reach::itself);
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
            targets.add(name, mode);
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
            targets.add(owner_of(parts), mode, Reach::descendants);
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_POLICY:
        case PG_QUERY__OBJECT_TYPE__OBJECT_RULE:
            targets.add(owner_of(parts), mode);
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
            if (cascades) {
                targets.add(name, mode, Reach::relations_of_schema);
            }
            break;
        default:
            break;
    }
}

void add_rename(TargetList& targets, const PgQuery__RenameStmt& statement) {
    if (statement.relation == nullptr) {
        return;
    }
    switch (statement.rename_type) {
        case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
            targets.add(quoted_name(*statement.relation), share_update_exclusive);
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
        case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
        case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
            targets.add_all(*statement.relation, access_exclusive);
            break;
        default:
            targets.add(quoted_name(*statement.relation), access_exclusive);
            break;
    }
    targets.names_may_have_changed();
}

// COMMENT and SECURITY LABEL.
void add_annotation(TargetList& targets, PgQuery__ObjectType kind, const PgQuery__Node& object) {
    const std::vector<std::string> name = object_name(object);
    switch (kind) {
        case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
        case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
        case PG_QUERY__OBJECT_TYPE__OBJECT_VIEW:
        case PG_QUERY__OBJECT_TYPE__OBJECT_MATVIEW:
        case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
        case PG_QUERY__OBJECT_TYPE__OBJECT_SEQUENCE:
            targets.add(quoted_name(name), share_update_exclusive);
            break;
        case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
            targets.add(owner_of(name), share_update_exclusive);
            break;
        default:
            break;
    }
}

void add_reindex(TargetList& targets, const PgQuery__ReindexStmt& statement) {
    if (statement.relation == nullptr) {
        return;
    }
    const std::string name = quoted_name(*statement.relation);
    const bool quiet = has_option(statement.params, statement.n_params, "concurrently");
    const bool table = statement.kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_TABLE;
    targets.add(name, quiet ? share_update_exclusive : share,
                table ? Reach::descendants : Reach::table_of_index);
    if (!quiet) {
        targets.add(name, access_exclusive, table ? Reach::indexes : Reach::itself);
    }
}

void add_vacuum(TargetList& targets, const PgQuery__VacuumStmt& statement) {
    const bool full = has_option(statement.options, statement.n_options, "full");
    for (std::size_t i = 0; i < statement.n_rels; ++i) {
        const PgQuery__VacuumRelation& relation = *statement.rels[i]->vacuum_relation;
        if (relation.relation != nullptr) {
            targets.add_all(*relation.relation, full ? access_exclusive : share_update_exclusive);
        }
    }
}

void add_published(TargetList& targets, PgQuery__Node* const* objects, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        const PgQuery__Node& object = *objects[i];
        if (object.node_case == PG_QUERY__NODE__NODE_PUBLICATION_OBJ_SPEC &&
            object.publication_obj_spec->pubtable != nullptr) {
            targets.add_all(*object.publication_obj_spec->pubtable->relation, share_update_exclusive);
        }
    }
}

void add_domain(TargetList& targets, const PgQuery__AlterDomainStmt& statement) {
    const bool adds = *statement.subtype == 'C' && statement.def != nullptr &&
                      statement.def->constraint->skip_validation == 0;
    if (adds || *statement.subtype == 'V' || *statement.subtype == 'O') {
        targets.add(quoted_name(name_parts(statement.type_name, statement.n_type_name)), share,
                    Reach::columns_of_domain);
    }
}

void add_truncate(TargetList& targets, const PgQuery__TruncateStmt& statement) {
    for (std::size_t i = 0; i < statement.n_relations; ++i) {
        targets.add_all(*statement.relations[i]->range_var, access_exclusive);
        if (statement.behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE) {
            targets.add(quoted_name(*statement.relations[i]->range_var), access_exclusive,
                        Reach::referencing);
        }
    }
}

void add_drops(TargetList& targets, const PgQuery__DropStmt& statement) {
    for (std::size_t i = 0; i < statement.n_objects; ++i) {
        add_drop(targets, statement, *statement.objects[i]);
    }
}

void add_relations(TargetList& targets, PgQuery__Node* const* relations, std::size_t count, int mode) {
    for (std::size_t i = 0; i < count; ++i) {
        if (relations[i]->node_case == PG_QUERY__NODE__NODE_RANGE_VAR) {
            targets.add_all(*relations[i]->range_var, mode);
        }
    }
}

void add_relation(TargetList& targets, const PgQuery__RangeVar* relation, int mode) {
    if (relation != nullptr) {
        targets.add(quoted_name(*relation), mode);
    }
}

void add_index(TargetList& targets, const PgQuery__IndexStmt& statement) {
    if (statement.concurrent != 0) {
        add_relation(targets, statement.relation, share_update_exclusive);
    } else {
        targets.add_all(*statement.relation, share);
    }
}

void add_statement(TargetList& targets, const PgQuery__Node& node) {
    switch (node.node_case) {
        case PG_QUERY__NODE__NODE_ALTER_TABLE_STMT:
            return add_alter_table(targets, *node.alter_table_stmt);
        case PG_QUERY__NODE__NODE_CREATE_STMT:
            return add_create_table(targets, *node.create_stmt);
        case PG_QUERY__NODE__NODE_CREATE_FOREIGN_TABLE_STMT:
            return add_create_table(targets, *node.create_foreign_table_stmt->base_stmt);
        case PG_QUERY__NODE__NODE_INDEX_STMT:
            return add_index(targets, *node.index_stmt);
        case PG_QUERY__NODE__NODE_DROP_STMT:
            return add_drops(targets, *node.drop_stmt);
        case PG_QUERY__NODE__NODE_RENAME_STMT:
            return add_rename(targets, *node.rename_stmt);
        case PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT:
            return add_relation(targets, node.alter_object_schema_stmt->relation, access_exclusive);
        case PG_QUERY__NODE__NODE_TRUNCATE_STMT:
            return add_truncate(targets, *node.truncate_stmt);
        case PG_QUERY__NODE__NODE_LOCK_STMT:
            return add_relations(targets, node.lock_stmt->relations, node.lock_stmt->n_relations,
                                 node.lock_stmt->mode);
        case PG_QUERY__NODE__NODE_CREATE_TRIG_STMT:
            return targets.add_all(*node.create_trig_stmt->relation, share_row_exclusive);
        case PG_QUERY__NODE__NODE_REFRESH_MAT_VIEW_STMT:
            return add_relation(targets, node.refresh_mat_view_stmt->relation,
                                node.refresh_mat_view_stmt->concurrent != 0 ? exclusive : access_exclusive);
        case PG_QUERY__NODE__NODE_CLUSTER_STMT:
            return add_relation(targets, node.cluster_stmt->relation, access_exclusive);
        case PG_QUERY__NODE__NODE_REINDEX_STMT:
            return add_reindex(targets, *node.reindex_stmt);
        case PG_QUERY__NODE__NODE_VACUUM_STMT:
            return add_vacuum(targets, *node.vacuum_stmt);
        case PG_QUERY__NODE__NODE_COMMENT_STMT:
            return add_annotation(targets, node.comment_stmt->objtype, *node.comment_stmt->object);
        case PG_QUERY__NODE__NODE_SEC_LABEL_STMT:
            return add_annotation(targets, node.sec_label_stmt->objtype, *node.sec_label_stmt->object);
        case PG_QUERY__NODE__NODE_CREATE_POLICY_STMT:
            return add_relation(targets, node.create_policy_stmt->table, access_exclusive);
        case PG_QUERY__NODE__NODE_ALTER_POLICY_STMT:
            return add_relation(targets, node.alter_policy_stmt->table, access_exclusive);
        case PG_QUERY__NODE__NODE_RULE_STMT:
            return add_relation(targets, node.rule_stmt->relation, access_exclusive);
        case PG_QUERY__NODE__NODE_VIEW_STMT:
            return add_relation(targets, node.view_stmt->replace != 0 ? node.view_stmt->view : nullptr,
                                access_exclusive);
        case PG_QUERY__NODE__NODE_CREATE_STATS_STMT:
            return add_relations(targets, node.create_stats_stmt->relations,
                                 node.create_stats_stmt->n_relations, share_update_exclusive);
        case PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT:
            return add_published(targets, node.create_publication_stmt->pubobjects,
                                 node.create_publication_stmt->n_pubobjects);
        case PG_QUERY__NODE__NODE_ALTER_PUBLICATION_STMT:
            return add_published(targets, node.alter_publication_stmt->pubobjects,
                                 node.alter_publication_stmt->n_pubobjects);
        case PG_QUERY__NODE__NODE_ALTER_SEQ_STMT:
            return add_relation(targets, node.alter_seq_stmt->sequence, share_row_exclusive);
        case PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT:
            return add_domain(targets, *node.alter_domain_stmt);
        // Either may set the search path.
        case PG_QUERY__NODE__NODE_VARIABLE_SET_STMT:
        case PG_QUERY__NODE__NODE_SELECT_STMT:
            return targets.names_may_have_changed();
        default:
            return;
    }
}

// The statement as far as the name of its table, with a command that asks for the strictest lock: what the parser does not know
// came after it, and so does that. Empty: it is no ALTER TABLE.
std::string any_alter_table(std::string_view sql) {
    std::vector<std::string> words;
    const std::vector<Token> tokens = scan(sql);
    for (const Token& token : tokens) {
        words.push_back(to_lower(sql.substr(token.offset, token.length)));
    }
    std::size_t at = 0;
    const auto take = [&](std::string_view word) {
        const bool is_there = at < words.size() && words[at] == word;
        at += is_there ? 1 : 0;
        return is_there;
    };
    if (!take("alter")) {
        return {};
    }
    take("foreign");
    if (!take("table")) {
        return {};
    }
    if (take("if")) {
        take("exists");
    }
    take("only");
    ++at;
    while (take(".")) {
        ++at;
    }
    return at >= tokens.size() ? std::string()
                               : std::string(sql.substr(0, tokens[at].offset)) + "ADD COLUMN c integer";
}

ParseTree parse_as_far_as_known(std::string_view sql) {
    ParseTree tree = parse(sql);
    return tree ? std::move(tree) : parse(any_alter_table(sql));
}

}  // namespace

std::vector<LockTarget> lock_targets(std::string_view script) {
    TargetList targets;
    for (const ScriptStatement& statement : split_script(script)) {
        const ParseTree tree = parse_as_far_as_known(script.substr(statement.offset, statement.length));
        if (const PgQuery__Node* node = only_statement(tree)) {
            add_statement(targets, *node);
        }
    }
    return targets.take();
}

}  // namespace schemist::postgresql
