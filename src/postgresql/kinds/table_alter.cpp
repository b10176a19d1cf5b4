#include "postgresql/kinds/table_alter.hpp"

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/kinds/foreign_options.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/kinds/table_definition.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

void alter_persistence(const TableStructure& after, const Differences& differences, DdlAction& action) {
    action.statements.push_back(alter_table(after.name) + (after.unlogged ? " SET UNLOGGED" : " SET LOGGED"));
    action.note = fmt::format("{} is written anew as a whole", qualified(after.name));
    action.creates.push_back(persistence(after.name));
    action.drops.push_back(persistence(after.name));
    append(action.needs, differences.needed_by_persistence(after.name, after.unlogged));
}

template <class Key>
bool is_another(const Object& before, const Object& after, bool is_of_partitioned_table) {
    const Key* one = std::get_if<Key>(&before);
    const Key* other = std::get_if<Key>(&after);
    if (one == nullptr || other == nullptr) {
        return false;
    }
    Key same = with_facets_of(*one, *other, is_of_partitioned_table);
    if constexpr (requires { same.inherited; }) {
        same.inherited = other->inherited;  // the same index joins and leaves that of a parent
    }
    return !(same == *other);
}

// Also one that is made anew under the same name.
bool is_made_now(const Reference& index, const Differences& differences) {
    const Object before = find_object(differences.from(), index);
    const Object after = find_object(differences.to(), index);
    const bool of_partitioned = is_partitioned(differences.to(), index.name);
    return differences.is_created(index) || is_another<PrimaryKey>(before, after, of_partitioned) ||
           is_another<UniqueConstraint>(before, after, of_partitioned) ||
           is_another<ExclusionConstraint>(before, after, of_partitioned) ||
           is_another<Index>(before, after, of_partitioned);
}

// An index that is made now is marked then.
void alter_marks(const TableStructure& before, const TableStructure& after, const Differences& differences,
                 DdlAction& action) {
    const auto mark = [&](const std::string& index, std::string statement) {
        std::vector<Reference> names = possible_keys(after.name, index);
        std::erase_if(
            names, [&](const Reference& name) { return find_object(differences.to(), name).index() == 0; });
        if (std::ranges::none_of(names,
                                 [&](const Reference& name) { return is_made_now(name, differences); })) {
            action.statements.push_back(std::move(statement));
            append(action.needs, names);
        }
    };
    if (before.replica_identity != after.replica_identity ||
        before.replica_identity_index != after.replica_identity_index) {
        mark(after.replica_identity_index, set_replica_identity(after));
    }
    if (before.clustered_on != after.clustered_on) {
        mark(after.clustered_on, set_cluster(after));
    }
}

// While the type is altered, the table is none of that type.
void alter_type(const TableStructure& before, const TableStructure& after, const Differences& differences,
                Actions& actions) {
    if (before.of_type == after.of_type) {
        return;
    }
    if (!before.of_type.empty()) {
        DdlAction action;
        action.statements.push_back(alter_table(after.name) + " NOT OF");
        action.creates.push_back(departure(after.name));
        for (const CompositeType& type : differences.from().composite_types) {
            if (qualified(type.name) == before.of_type) {
                action.frees.push_back({Kind::composite_type, type.name, {}});
            }
        }
        actions.push_back(std::move(action));
    }
    if (!after.of_type.empty()) {
        DdlAction action;
        action.statements.push_back(fmt::format("{} OF {}", alter_table(after.name), after.of_type));
        action.needs = {shape(after.name), departure(after.name)};
        actions.push_back(std::move(action));
    }
}

void change_table_privileges(const TableStructure& before, const TableStructure& after,
                             const Differences& differences, DdlAction& action) {
    const std::string object = "TABLE " + qualified(after.name);
    const std::vector<Grant> revoked =
        change_privileges(before.privileges, after.privileges, object, {}, action.statements, before.owner);
    const TableStructure* to = differences.to().find_table(after.name);
    if (revoked.empty() || to == nullptr) {
        return;
    }
    for (const Column& column : to->columns) {
        const std::size_t count = action.statements.size();
        keep_column_privileges(revoked, column.privileges, object, quote_identifier(column.name),
                               action.statements);
        if (action.statements.size() > count) {
            action.needs.push_back(part(Kind::column, after.name, column.name));
        }
    }
}

StorageParameters toast_parameters(const TableStructure& table) {
    StorageParameters parameters;
    for (const auto& [name, value] : table.storage) {
        if (name.starts_with("toast.")) {
            parameters.emplace(name, value);
        }
    }
    return parameters;
}

// A column went, or goes over to another type.
bool may_lose_toast_table(const TableStructure& before, const TableStructure& after) {
    return std::ranges::any_of(before.columns, [&](const Column& column) {
        const Column* now = after.find_column(column.name);
        return now == nullptr || now->type != column.type;
    });
}

void set_toast_parameters_again(const TableStructure* before, const TableStructure* after,
                                std::vector<std::string>& statements) {
    if (before == nullptr || after == nullptr || !may_lose_toast_table(*before, *after)) {
        return;
    }
    if (const StorageParameters parameters = toast_parameters(*after); !parameters.empty()) {
        statements.push_back(fmt::format("{} SET ({})", alter_table(after->name), storage_list(parameters)));
    }
}

}  // namespace

std::vector<std::string> toast_parameters_again(const Name& table, const Differences& differences) {
    std::vector<std::string> statements;
    set_toast_parameters_again(differences.from().find_table(table), differences.to().find_table(table),
                               statements);
    for (const Heirs::Heir& heir : differences.heirs().descendants(table)) {
        set_toast_parameters_again(heir.before, heir.after, statements);
    }
    return statements;
}

void change_row_security(const TableStructure& before, const TableStructure& after,
                         std::vector<std::string>& statements) {
    const auto say = [&](bool old_value, bool new_value, std::string_view on, std::string_view off) {
        if (old_value != new_value) {
            statements.push_back(
                fmt::format("{} {} ROW LEVEL SECURITY", alter_table(after.name), new_value ? on : off));
        }
    };
    say(before.row_security, after.row_security, "ENABLE", "DISABLE");
    say(before.force_row_security, after.force_row_security, "FORCE", "NO FORCE");
}

void change_table(const TableStructure& before, const TableStructure& after, const Reference& object,
                  const Differences& differences, Actions& actions) {
    leave_and_join(before, after, differences, actions);
    alter_type(before, after, differences, actions);
    const std::string alter_this = alter_table(after.name);
    DdlAction action = in_place(object, {});
    if (before.access_method != after.access_method) {
        action.statements.push_back(
            alter_this + " SET ACCESS METHOD " +
            quote_identifier(after.access_method.empty() ? "heap" : after.access_method));
        action.note = fmt::format("{} is written anew as a whole", qualified(after.name));
    }
    alter_marks(before, after, differences, action);
    if (before.unlogged != after.unlogged) {
        alter_persistence(after, differences, action);
    }
    if (before.tablespace != after.tablespace) {
        action.statements.push_back(
            alter_this + " SET TABLESPACE " +
            quote_identifier(after.tablespace.empty() ? "pg_default" : after.tablespace));
    }
    change_storage(before.storage, after.storage, alter_this, action.statements);
    if (const std::string options = changed_options(before.foreign_options, after.foreign_options);
        !options.empty()) {
        action.statements.push_back("ALTER " + table_target(after) + options);
    }
    // Without a column that needs a TOAST table there is none yet that could keep them.
    if (!toast_parameters(after).empty()) {
        const TableStructure* whole = differences.to().find_table(after.name);
        for (const Column& column : whole == nullptr ? after.columns : whole->columns) {
            action.needs.push_back(part(Kind::column, after.name, column.name));
        }
    }
    if (before.comment != after.comment) {
        action.statements.push_back(comment_on(table_target(after), after.comment));
    }
    change_row_security(before, after, action.statements);
    change_table_privileges(before, after, differences, action);
    write_owner(table_target(after), before.owner, after.owner, action.statements);
    if (!action.statements.empty()) {
        actions.push_back(std::move(action));
    }
}

}  // namespace schemist::postgresql
