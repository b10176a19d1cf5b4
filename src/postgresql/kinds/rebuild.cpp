#include "postgresql/kinds/rebuild.hpp"

#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/moved_value.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/kinds/table_definition.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

bool is_rebuilt_partition(const TableStructure& table, const Differences& differences) {
    return table.partition_of && differences.is_rebuilt(table.partition_of->parent);
}

std::vector<std::string> names_of_indexes(const TableStructure& table) {
    std::vector<std::string> names;
    if (table.primary_key) {
        names.push_back(table.primary_key->name);
    }
    const auto add = [&](const auto& parts) {
        for (const auto& part : parts) {
            names.push_back(part.name);
        }
    };
    add(table.unique_constraints);
    add(table.exclusions);
    add(table.indexes);
    return names;
}

Reference old_table(const Name& table) {
    return {Kind::table, table, "old"};
}

std::string old_sequence(const Column& column, const Name& table) {
    return qualified_like(table, with_suffix(column.identity->sequence_name, "_old"));
}

// The indexes of a schema share one namespace with its tables, and an identity's sequence is there too.
DdlAction set_aside(const TableStructure& table, const Name& old, const Differences& differences,
                    std::vector<Reference> taken_names) {
    DdlAction action;
    if (table.partition_of && !differences.is_rebuilt(table.partition_of->parent)) {
        action.statements.push_back(detach_partition(table));
        action.creates.push_back(departure(table.partition_of->parent));
    }
    if (!table.of_type.empty()) {
        action.statements.push_back(alter_table(table.name) + " NOT OF");
        for (const CompositeType& type : differences.from().composite_types) {
            if (qualified(type.name) == table.of_type) {
                action.frees.push_back({Kind::composite_type, type.name, {}});
            }
        }
    }
    action.statements.push_back(
        fmt::format("{} RENAME TO {}", alter_table(table.name), quote_identifier(old.name)));
    for (const std::string& index : names_of_indexes(table)) {
        action.statements.push_back(fmt::format("ALTER INDEX {} RENAME TO {}",
                                                qualified_like(table.name, index),
                                                quote_identifier(with_suffix(index, "_old"))));
    }
    for (const Column& column : table.columns) {
        if (column.identity) {
            action.statements.push_back(fmt::format(
                "ALTER SEQUENCE {} RENAME TO {}", qualified_like(table.name, column.identity->sequence_name),
                quote_identifier(with_suffix(column.identity->sequence_name, "_old"))));
        }
    }
    if (table.force_row_security) {
        action.statements.push_back(alter_table(old) + " NO FORCE ROW LEVEL SECURITY");
    }
    action.drops = std::move(taken_names);
    action.creates.push_back(aside(table.name));
    wait_for_release(differences.from(), table, action);
    for (const TableStructure* above : partitioned_above(differences.from(), table)) {
        // With an index of its parent that goes, its own would go as well.
        for (const std::string& index : names_of_indexes(*above)) {
            append(action.frees, possible_keys(above->name, index));
        }
    }
    return action;
}

// What the two tables have in common, as the new one takes it.
std::vector<std::string> copy_statements(const TableStructure& before, const TableStructure& after,
                                         const Name& old, const Differences& differences) {
    std::vector<std::string> statements;
    std::vector<std::string> later;
    std::vector<std::string> columns;
    std::vector<std::string> values;
    bool has_identity = false;
    for (const Column& column : after.columns) {
        const Column* source = before.find_column(column.name);
        if (source == nullptr || column.generated) {
            continue;
        }
        columns.push_back(column.name);
        const bool is_of_old_type =
            source->type == column.type &&
            !differences.old_types_of(part(Kind::column, before.name, column.name)).empty();
        if (is_of_old_type) {
            MovedValue value = moved_value(*source, column, differences);
            values.push_back(std::move(value.expression));
            append(statements, std::move(value.before));
            append(later, std::move(value.after));
        } else {
            values.push_back(is_converted_by_server(*source, column, differences)
                                 ? quote_identifier(column.name)
                                 : converted_value(*source, column, differences));
        }
        has_identity = has_identity || column.identity.has_value();
    }
    if (columns.empty()) {
        return {};
    }
    // Rows of tables that inherit stay in these.
    const bool has_partitions = !before.partition_key.empty();
    statements.push_back(fmt::format("INSERT INTO {} ({}){} SELECT {} FROM {}{}", qualified(after.name),
                                     column_list(columns), has_identity ? " OVERRIDING SYSTEM VALUE" : "",
                                     join(values, ", "), has_partitions ? "" : "ONLY ", qualified(old)));
    append(statements, std::move(later));
    return statements;
}

const Sequence* owned_sequence(const Schema& schema, const Name& table, const std::string& column) {
    const auto found = std::ranges::find_if(schema.sequences, [&](const Sequence& sequence) {
        return sequence.owned_by && sequence.owned_by->table == table && sequence.owned_by->column == column;
    });
    return found == schema.sequences.end() ? nullptr : &*found;
}

std::string identity_sequence(const Name& table, const Column& column) {
    const std::string& name = column.identity->sequence_name;
    return qualified_like(table, name.empty() ? generated_name(table.name, column.name, "seq") : name);
}

// The next value is the one that it would have been.
void carry_sequences(const TableStructure& before, const TableStructure& after,
                     const Differences& differences, DdlAction& action) {
    for (const Column& column : after.columns) {
        const Column* source = before.find_column(column.name);
        const Sequence* owned = owned_sequence(differences.to(), after.name, column.name);
        const bool is_kept = owned != nullptr && differences.from().find_sequence(owned->name) != nullptr;
        if (is_kept) {
            action.statements.push_back(fmt::format("ALTER SEQUENCE {} OWNED BY {}.{}",
                                                    qualified(owned->name), qualified(after.name),
                                                    quote_identifier(column.name)));
        }
        if (source == nullptr || is_kept || (!column.identity && owned == nullptr)) {
            continue;
        }
        const Sequence* gone = owned_sequence(differences.from(), before.name, column.name);
        const std::string former = source->identity  ? old_sequence(*source, before.name)
                                   : gone != nullptr ? qualified(gone->name)
                                                     : std::string();
        const std::string now =
            column.identity ? identity_sequence(after.name, column) : qualified(owned->name);
        if (!former.empty() && former != now) {
            action.statements.push_back(
                fmt::format("SELECT setval({}, last_value, is_called) FROM {}", quote_literal(now), former));
        }
    }
}

DdlAction copy(const TableStructure& before, const TableStructure& after, const Name& old,
               const Differences& differences) {
    DdlAction action;
    const bool comes_with_parent = is_rebuilt_partition(before, differences);
    if (std::vector<std::string> statements = copy_statements(before, after, old, differences);
        !statements.empty() && !comes_with_parent) {
        append(action.statements, std::move(statements));
        action.note = fmt::format("{} is made anew, and its rows are copied into it", qualified(after.name));
    }
    carry_sequences(before, after, differences, action);
    if (after.force_row_security) {
        action.statements.push_back(alter_table(after.name) + " FORCE ROW LEVEL SECURITY");
    }
    action.creates = {copied(after.name), all_keys(after.name)};
    add_keys_above(differences.to(), after, action);
    action.needs.push_back({Kind::table, after.name, {}});
    for (const Reference& partition : partitions_of(differences.to(), after.name)) {
        action.needs.push_back(partition);
        action.needs.push_back(attached(partition.name));
    }
    return action;
}

void add_losses(const TableStructure& before, const TableStructure& after, DdlAction& action) {
    for (const Column& column : before.columns) {
        const Column* now = after.find_column(column.name);
        if (now == nullptr && !column.generated) {
            action.losses.push_back(loss_of(before.name, column));
        } else if (now != nullptr && narrows(column.type, now->type)) {
            action.losses.push_back(
                {part(Kind::column, before.name, column.name), "what does not fit into its narrower type"});
        }
    }
}

}  // namespace

bool is_another_table(const TableStructure& before, const TableStructure& after) {
    return before.partition_key != after.partition_key || before.server != after.server;
}

Reference aside(const Name& table) {
    return {Kind::statistics, table, "aside"};
}

Reference copied(const Name& table) {
    return {Kind::statistics, table, "copied"};
}

Reference attached(const Name& table) {
    return {Kind::statistics, table, "attached"};
}

std::optional<Name> copied_with(const Schema& schema, const Differences& differences, const Name& table) {
    const TableStructure* found = schema.find_table(table);
    if (found == nullptr) {
        return std::nullopt;
    }
    if (found->partition_of) {
        if (const auto above = copied_with(schema, differences, found->partition_of->parent)) {
            return above;
        }
    }
    return differences.is_rebuilt(table) ? std::optional(table) : std::nullopt;
}

namespace {

// A default that was dropped before uses nothing any more.
std::vector<Reference> used_before(const TableStructure& table, const Reference& name,
                                   const Differences& differences) {
    std::vector<Reference> used = differences.used_before(name);
    const Column* column = name.kind == Kind::column ? table.find_column(name.part) : nullptr;
    if (column != nullptr && !column->default_expression && !column->generated) {
        std::erase_if(used, [](const Reference& one) { return nature_of(one.kind) == Nature::detail; });
    }
    return used;
}

// The defaults of the old table count by them until it goes.
std::vector<Reference> sequences_that_go(const TableStructure& table, const Differences& differences) {
    std::vector<Reference> sequences;
    for (const Column& column : table.columns) {
        append(sequences, Differences::used_by_column(differences.from(), &table, column));
    }
    std::erase_if(sequences, [&](const Reference& used) {
        return used.kind != Kind::sequence || !differences.is_dropped(used);
    });
    return sequences;
}

// The old table, and the partitions that go with it, refer to these until they go.
std::vector<Reference> keys_referred_to(const Name& root, const Differences& differences) {
    const Schema& from = differences.from();
    std::vector<Reference> tables = partitions_of(from, root);
    tables.push_back({Kind::table, root, {}});
    std::vector<Reference> keys;
    for (const Reference& table : tables) {
        for (const ForeignKey& key : from.find_table(table.name)->foreign_keys) {
            if (!differences.is_rebuilt(key.referenced_table)) {
                append(keys,
                       Differences::keys_on(from.find_table(key.referenced_table), key.referenced_columns));
            }
        }
    }
    return keys;
}

}  // namespace

void set_aside_and_copy(const TableStructure& before, const TableStructure& after,
                        const Differences& differences, std::vector<Reference> taken_names,
                        Actions& actions) {
    const Name old = differences.name_set_aside(before.name);
    std::vector<Reference> freed;
    std::vector<Reference> freed_types;
    std::set<Reference> used_by_both;
    for (const Reference& name : taken_names) {
        append(freed, used_before(before, name, differences));
        append(freed_types, differences.old_types_of(name));
        const std::vector<Reference>& after_too = differences.used_after(name);
        used_by_both.insert(after_too.begin(), after_too.end());
    }
    std::erase_if(freed, [&](const Reference& used) {
        // It is none of its type any more.
        const bool is_own_type = used.kind == Kind::composite_type && qualified(used.name) == before.of_type;
        const bool is_altered_first = nature_of(used.kind) == Nature::type && used_by_both.contains(used);
        return is_own_type || is_altered_first || differences.is_made_anew(used) ||
               (used.name == before.name && (used.kind == Kind::table || is_part_of_table(used.kind)));
    });
    actions.push_back(set_aside(before, old, differences, std::move(taken_names)));
    actions.push_back(copy(before, after, old, differences));
    // With the old parent its partitions go.
    const Name goes_with = copied_with(differences.from(), differences, before.name).value_or(before.name);
    DdlAction action;
    if (!is_rebuilt_partition(before, differences)) {
        action.statements.push_back("DROP TABLE " + qualified(old));
    }
    action.drops = {old_table(before.name)};
    action.needs = {copied(after.name), copied(goes_with)};
    action.frees = std::move(freed);
    append(action.frees, freed_types);
    append(action.frees, sequences_that_go(before, differences));
    if (goes_with != before.name) {
        action.frees.push_back(old_table(goes_with));
    } else {
        append(action.frees, keys_referred_to(before.name, differences));
    }
    add_losses(before, after, action);
    actions.push_back(std::move(action));
}

void wait_for_copy(const Name& root, DdlAction& action) {
    action.needs.push_back(copied(root));
    action.frees.push_back(old_table(root));
    action.losses.clear();
}

void wait_for_rows(const Change& change, const Differences& differences, DdlAction& action) {
    const Kind kind = change.object.kind;
    const bool looks_at_rows = kind == Kind::trigger || kind == Kind::rule || kind == Kind::policy ||
                               kind == Kind::materialized_view;
    if (change.action == Action::drop || !looks_at_rows) {
        return;
    }
    std::vector<Reference> copies;
    for (const Reference& needed : action.needs) {
        if ((needed.kind == Kind::table || needed.kind == Kind::column) &&
            differences.is_rebuilt(needed.name)) {
            copies.push_back(
                copied(copied_with(differences.to(), differences, needed.name).value_or(needed.name)));
        }
    }
    append(action.needs, copies);
}

}  // namespace schemist::postgresql
