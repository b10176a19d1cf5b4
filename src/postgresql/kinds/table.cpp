// The kind `table`, with CREATE TABLE for all of its parts at once.

#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/kinds/not_null.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/kinds/rebuild.hpp"
#include "postgresql/kinds/table_alter.hpp"
#include "postgresql/kinds/table_definition.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// All references to the table and its parts.
std::vector<Reference> itself_and_parts(const TableStructure& table) {
    std::vector<Reference> references{{Kind::table, table.name, {}}};
    const auto add = [&](Kind kind, const std::string& name) {
        append(references, names_taken(kind, table.name, name));
    };
    for (const Column& column : table.columns) {
        add(Kind::column, column.name);
        append(references, identity_names(table.name, column));
    }
    if (table.primary_key) {
        add(Kind::primary_key, table.primary_key->name);
    }
    for (const UniqueConstraint& constraint : table.unique_constraints) {
        add(Kind::unique, constraint.name);
    }
    for (const CheckConstraint& check : table.checks) {
        add(Kind::check, check.name);
    }
    for (const ExclusionConstraint& constraint : table.exclusions) {
        add(Kind::exclusion, constraint.name);
    }
    for (const Index& index : table.indexes) {
        add(Kind::index, index.name);
    }
    return references;
}

// What the table's parts use of other objects.
std::vector<Reference> used(const Schema& schema, const TableStructure& table,
                            const Differences& differences) {
    std::vector<Reference> references;
    for (const Column& column : table.columns) {
        append(references, Differences::used_by_column(schema, &table, column));
    }
    for (const CheckConstraint& check : table.checks) {
        append(references, Differences::used_by_expression(schema, &table, check.expression));
    }
    for (const Index& index : table.indexes) {
        append(references,
               used_by_elements(schema, table.name, index.elements, index.include, index.predicate));
    }
    for (const ForeignKey& key : table.foreign_keys) {
        if (key.referenced_table != table.name && !differences.is_apart(table.name, key)) {
            references.push_back({Kind::table, key.referenced_table, {}});
            append(references, differences.changed_persistence(key.referenced_table));
            append(references, columns_of(key.referenced_table, key.referenced_columns));
            append(references,
                   Differences::keys_on(schema.find_table(key.referenced_table), key.referenced_columns));
        }
    }
    if (table.is_foreign()) {
        references.push_back({Kind::foreign_server, {"", table.server}, {}});
    }
    add_schema(references, table.name);
    std::erase_if(references, [&](const Reference& reference) {
        return reference.name == table.name && reference.kind != Kind::sequence &&
               reference.kind != Kind::enum_type;
    });
    return references;
}

void add_keys_afterwards(const TableStructure& table, const Schema& to, Origin origin, DdlAction& action) {
    if (has_key_afterwards(table, to)) {
        action.statements.push_back(alter_table(table.name) + " ADD " + definition(*table.primary_key));
    }
    for (const UniqueConstraint& constraint : table.unique_constraints) {
        const bool is_made = origin == Origin::partition && constraint.inherited;
        if (!is_made && repeats_another(table, constraint)) {
            action.statements.push_back(alter_table(table.name) + " ADD " + definition(constraint));
        }
    }
}

// In CREATE TABLE the server takes every constraint for valid, so these are added after it.
void add_not_valid(const TableStructure& table, const Differences& differences, DdlAction& action) {
    for (const CheckConstraint& check : table.checks) {
        if (check.not_valid) {
            action.statements.push_back(alter_table(table.name) + " ADD " + definition(check));
        }
    }
    for (const ForeignKey& key : table.foreign_keys) {
        if (key.not_valid && !differences.is_apart(table.name, key)) {
            action.statements.push_back(alter_table(table.name) + " ADD " + definition(key));
        }
    }
}

template <class Parts>
void add_constraint_comments(const TableStructure& table, const Parts& parts, DdlAction& action) {
    for (const auto& constraint : parts) {
        if (!constraint.comment.empty()) {
            action.statements.push_back(
                comment_on_constraint(table.name, constraint.name, constraint.comment));
        }
        if constexpr (requires { constraint.index_comment; }) {
            append(action.statements,
                   change_index_comment(table.name, constraint.name, {}, constraint.index_comment));
        }
    }
}

void add_comments(const TableStructure& table, const Differences& differences, DdlAction& action) {
    if (!table.comment.empty()) {
        action.statements.push_back(comment_on(table_target(table), table.comment));
    }
    for (const Column& column : table.columns) {
        if (!column.comment.empty()) {
            action.statements.push_back(
                comment_on(fmt::format("COLUMN {}.{}", qualified(table.name), quote_identifier(column.name)),
                           column.comment));
        }
    }
    if (table.primary_key) {
        add_constraint_comments(table, std::vector<PrimaryKey>{*table.primary_key}, action);
    }
    add_constraint_comments(table, table.unique_constraints, action);
    add_constraint_comments(table, table.checks, action);
    add_constraint_comments(table, table.exclusions, action);
    for (const ExclusionConstraint& constraint : table.exclusions) {
        append(action.statements,
               change_statistics(table.name, constraint.name, {}, index_elements(constraint)));
    }
    std::vector<ForeignKey> inside = table.foreign_keys;
    std::erase_if(inside, [&](const ForeignKey& key) { return differences.is_apart(table.name, key); });
    add_constraint_comments(table, inside, action);
}

void add_privileges(const TableStructure& table, const Differences& differences, DdlAction& action) {
    const std::string object = "TABLE " + qualified(table.name);
    change_privileges(differences.given_by_default(Kind::table, table.name), table.privileges, object, {},
                      action.statements);
    for (const Column& column : table.columns) {
        change_privileges({}, column.privileges, object, quote_identifier(column.name), action.statements);
        append(action.statements, change_identity_facets(table.name, column, nullptr, differences));
    }
}

void create(const TableStructure& table, const Differences& differences, Actions& actions) {
    DdlAction action;
    const Origin origin = origin_of(table, differences.to());
    action.statements.push_back(create_statement(table, differences, origin));
    for (const Column& column : table.columns) {
        if (origin == Origin::inherits && column.inherited) {
            override_inherited(table, column, differences, action);
        }
        append(action.statements,
               column_attributes(table.name, created_column(table, column, differences, origin), column));
    }
    append(action.statements, alter_nullable_below(table, table.inherits, differences.to(), "DROP"));
    for (const Column& column : table.columns) {
        append(action.statements, not_null_afterwards(table.name, column, differences));
    }
    add_keys_afterwards(table, differences.to(), origin, action);
    add_not_valid(table, differences, action);
    for (const Index& index : table.indexes) {
        if (origin == Origin::partition && index.inherited) {
            continue;
        }
        action.statements.push_back(create_index(table.name, index));
        append(action.statements, index_facets(table.name, index));
    }
    if (origin == Origin::attached) {
        action.statements.push_back(attach(table));
    }
    if (!table.of_type.empty() && origin != Origin::typed) {
        action.statements.push_back(alter_table(table.name) + " OF " + table.of_type);
    }
    append(action.statements, index_marks(table, table.replica_identity_index));
    if (table.clustered_on != table.replica_identity_index) {
        append(action.statements, index_marks(table, table.clustered_on));
    }
    if (!table.replica_identity.empty()) {
        action.statements.push_back(set_replica_identity(table));
    }
    add_comments(table, differences, action);
    TableStructure until_copied = table;
    until_copied.force_row_security = table.force_row_security && !differences.is_rebuilt(table.name);
    change_row_security({}, until_copied, action.statements);
    add_privileges(table, differences, action);
    write_owner(table_target(table), {}, table.owner, action.statements);
    action.creates = itself_and_parts(table);
    action.needs = used(differences.to(), table, differences);
    for (const Name& parent : parents_of(table)) {
        append(action.needs, {{Kind::table, parent, {}}, shape(parent), departure(parent)});
    }
    for (const Column& column : table.columns) {
        if (const Sequence* sequence = differences.serial_sequence(table.name, column)) {
            const Reference made{Kind::sequence, sequence->name, {}};
            std::erase(action.needs, made);
            action.creates.push_back(made);
        }
    }
    actions.push_back(std::move(action));
    for (const ForeignKey& key : table.foreign_keys) {
        if (differences.is_apart(table.name, key)) {
            std::vector<Reference> needs = columns_of(key.referenced_table, key.referenced_columns);
            append(needs, Differences::keys_on(differences.to().find_table(key.referenced_table),
                                               key.referenced_columns));
            needs.push_back({Kind::table, key.referenced_table, {}});
            append(needs, differences.changed_persistence(key.referenced_table));
            actions.push_back(add_constraint(Kind::foreign_key, table.name, key.name, key.comment,
                                             definition(key), std::move(needs)));
        }
    }
}

void drop(const TableStructure& table, const Differences& differences, Actions& actions) {
    for (const ForeignKey& key : table.foreign_keys) {
        if (differences.is_apart(table.name, key)) {
            std::vector<Reference> frees = columns_of(key.referenced_table, key.referenced_columns);
            frees.push_back({Kind::table, key.referenced_table, {}});
            append(frees, Differences::keys_on(differences.from().find_table(key.referenced_table),
                                               key.referenced_columns));
            actions.push_back(drop_constraint(Kind::foreign_key, table.name, key.name, std::move(frees)));
            differences.release(table, key, actions.back());
            append(actions.back().drops, differences.changed_persistence(key.referenced_table));
        }
    }
    if (differences.is_rebuilt(table.name)) {
        std::vector<Reference> names = itself_and_parts(table);
        append(names, differences.belongings({Kind::table, table.name, {}}));
        set_aside_and_copy(table, *differences.to().find_table(table.name), differences, std::move(names),
                           actions);
        return;
    }
    DdlAction action;
    const std::optional<Name> goes_with = copied_with(differences.from(), differences, table.name);
    const bool is_held = !goes_with && std::ranges::any_of(partitioned_above(differences.from(), table),
                                                           [&](const TableStructure* above) {
                                                               return differences.is_referred_to(above->name);
                                                           });
    if (is_held) {
        action.statements.push_back(detach_partition(table));
    }
    action.statements.push_back("DROP " + table_target(table));
    action.drops = itself_and_parts(table);
    append(action.drops, differences.belongings({Kind::table, table.name, {}}));
    for (const ForeignKey& key : table.foreign_keys) {
        append(action.drops, differences.changed_persistence(key.referenced_table));
    }
    action.frees = used(differences.from(), table, differences);
    for (const ForeignKey& key : table.foreign_keys) {
        if (!differences.is_apart(table.name, key)) {
            differences.release(table, key, action);
        }
    }
    std::erase(action.frees, Reference{Kind::table, table.name, {}});
    for (const Name& parent : parents_of(table)) {
        if (differences.is_rebuilt(parent)) {
            continue;
        }
        action.frees.push_back({Kind::table, parent, {}});
        action.creates.push_back(departure(parent));
    }
    for (const Sequence& sequence : differences.from().sequences) {
        if (sequence.owned_by && sequence.owned_by->table == table.name &&
            !differences.is_used_elsewhere(sequence)) {
            const Reference owned{Kind::sequence, sequence.name, {}};
            std::erase(action.frees, owned);
            if (differences.is_dropped(owned)) {
                action.drops.push_back(owned);
            }
        }
    }
    if (!table.is_foreign()) {
        action.losses = {loss_of_rows(table.name)};
    }
    if (goes_with) {
        wait_for_copy(*goes_with, action);
    }
    actions.push_back(std::move(action));
}

void rename(const TableStructure& before, const TableStructure& after, const Reference& object,
            Actions& actions) {
    DdlAction action;
    action.statements.push_back(
        fmt::format("{} RENAME TO {}", alter_table(before.name), quote_identifier(after.name.name)));
    action.drops.push_back(object);
    action.creates.push_back({Kind::table, after.name, {}});
    actions.push_back(std::move(action));
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const TableStructure* before = std::get_if<TableStructure>(&change.before);
    const TableStructure* after = std::get_if<TableStructure>(&change.after);
    switch (change.action) {
        case Action::create:
            create(*after, differences, actions);
            break;
        case Action::drop:
            drop(*before, differences, actions);
            break;
        case Action::rename:
            rename(*before, *after, change.object, actions);
            break;
        case Action::alter:
            change_table(*before, *after, change.object, differences, actions);
            break;
    }
}

}  // namespace

KindOfObject table_kind() {
    return {Kind::table, table_readers(), write, [](const Object& before, const Object& after) {
                return is_another_table(std::get<TableStructure>(before), std::get<TableStructure>(after));
            }};
}

}  // namespace schemist::postgresql
