#include "sqlite/table_changes.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::sqlite {
namespace {

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
    std::ranges::replace(names, from, to);
}

void rename_table(Schema& schema, const std::string& from, const std::string& to) {
    for (TableStructure& table : schema.tables) {
        for (ForeignKey& key : table.foreign_keys) {
            if (key.referenced_table.name == from) {
                key.referenced_table.name = to;
            }
        }
        if (table.name.name == from) {
            table.name.name = to;
        }
    }
    for (Trigger& trigger : schema.triggers) {
        if (trigger.table.name == from) {
            trigger.table.name = to;
        }
    }
}

void rename_column(Schema& schema, const Name& table_name, const std::string& from, const std::string& to) {
    for (TableStructure& table : schema.tables) {
        for (ForeignKey& key : table.foreign_keys) {
            if (key.referenced_table == table_name) {
                replace(key.referenced_columns, from, to);
            }
        }
        if (table.name != table_name) {
            continue;
        }
        for (Column& column : table.columns) {
            column.name = column.name == from ? to : column.name;
        }
        if (table.primary_key) {
            replace(table.primary_key->columns, from, to);
        }
        for (UniqueConstraint& unique : table.unique_constraints) {
            replace(unique.columns, from, to);
        }
        for (ForeignKey& key : table.foreign_keys) {
            replace(key.columns, from, to);
        }
        for (Index& index : table.indexes) {
            for (IndexElement& element : index.elements) {
                element.column = element.column == from ? to : element.column;
            }
        }
    }
}

[[noreturn]] void does_not_fit(const Change& change) {
    throw Error(fmt::format("the change does not fit the table as it is before it: {}", describe(change)))
        .at(to_string(change.object))
        .state("nothing was changed")
        .hint("report this as a fault of Schemist")
        .exit_code(ExitCode::internal);
}

// The part of the table that `before` of the change means: the same one, else the one of that name. With a
// renamed column the expressions of the two may be spelled with either name, and all but the name is no help
// for unnamed ones.
template <class Part>
typename std::vector<Part>::iterator find_part(std::vector<Part>& parts, const Part& part,
                                               const Change& change) {
    auto found = std::ranges::find(parts, part);
    if (found == parts.end() && !part.name.empty()) {
        found = std::ranges::find(parts, part.name, &Part::name);
    }
    if (found == parts.end()) {
        does_not_fit(change);
    }
    return found;
}

template <class Part>
void apply_part(std::vector<Part>& parts, const Change& change) {
    const Part* before = std::get_if<Part>(&change.before);
    const Part* after = std::get_if<Part>(&change.after);
    if (before != nullptr && after != nullptr) {
        *find_part(parts, *before, change) = *after;
    } else if (before != nullptr) {
        parts.erase(find_part(parts, *before, change));
    } else if (after != nullptr) {
        parts.push_back(*after);
    }
}

void apply_primary_key(TableStructure& table, const Change& change) {
    if (const auto* after = std::get_if<PrimaryKey>(&change.after)) {
        table.primary_key = *after;
    } else if (const auto* before = std::get_if<PrimaryKey>(&change.before);
               before != nullptr && table.primary_key == *before) {
        // The drop of the old key may come after the creation of the new one, which it must not take away.
        table.primary_key.reset();
    }
}

void apply(TableStructure& table, const Change& change) {
    switch (change.object.kind) {
        case Kind::table:
            if (const auto* after = std::get_if<TableStructure>(&change.after)) {
                table.strict = after->strict;
                table.without_rowid = after->without_rowid;
                table.virtual_definition = after->virtual_definition;
            }
            break;
        case Kind::column:
            apply_part(table.columns, change);
            break;
        case Kind::primary_key:
            apply_primary_key(table, change);
            break;
        case Kind::unique:
            apply_part(table.unique_constraints, change);
            break;
        case Kind::check:
            apply_part(table.checks, change);
            break;
        case Kind::foreign_key:
            apply_part(table.foreign_keys, change);
            break;
        case Kind::index:
            apply_part(table.indexes, change);
            break;
        default:
            does_not_fit(change);
    }
}

bool alters_table(const Change& change) {
    switch (change.object.kind) {
        case Kind::table:
            return change.action == Action::alter;
        case Kind::column:
            return change.action != Action::rename;
        case Kind::primary_key:
        case Kind::unique:
        case Kind::check:
        case Kind::exclusion:
        case Kind::foreign_key:
        case Kind::index:
            return true;
        default:
            return false;
    }
}

// As in `to`; columns that are not there keep their place at the end.
void order_columns(TableStructure& table, const TableStructure& to) {
    const auto position = [&](const Column& column) {
        return std::ranges::find(to.columns, column.name, &Column::name) - to.columns.begin();
    };
    std::ranges::stable_sort(table.columns, {}, position);
}

}  // namespace

Schema renamed(const Schema& from, const Changes& changes) {
    Schema schema = from;
    for (const Change& change : changes) {
        if (change.action != Action::rename) {
            continue;
        }
        if (const auto* table = std::get_if<TableStructure>(&change.after)) {
            rename_table(schema, change.object.name.name, table->name.name);
        } else if (const auto* column = std::get_if<Column>(&change.after)) {
            rename_column(schema, change.object.name, change.object.part, column->name);
        }
    }
    return schema;
}

std::map<Name, TableStates> altered_tables(const Changes& changes, const Schema& from, const Schema& to) {
    const Schema start = renamed(from, changes);
    std::map<Name, TableStates> states;
    for (const Change& change : changes) {
        if (!alters_table(change)) {
            continue;
        }
        const TableStructure* before = start.find_table(change.object.name);
        if (before == nullptr) {
            does_not_fit(change);
        }
        const auto [state, inserted] = states.try_emplace(before->name, TableStates{*before, *before});
        apply(state->second.after, change);
    }
    for (auto& [name, state] : states) {
        if (const TableStructure* table = to.find_table(name)) {
            order_columns(state.after, *table);
        }
    }
    return states;
}

}  // namespace schemist::sqlite
