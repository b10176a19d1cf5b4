#include "diff/renames.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace schemist {
namespace {

TableStructure* find_table(Schema& schema, const Name& name) {
    return const_cast<TableStructure*>(schema.find_table(name));
}

void replace(std::vector<std::string>& names, const std::string& from, const std::string& to) {
    std::ranges::replace(names, from, to);
}

void rename_table(Schema& schema, const Name& from, const std::string& to) {
    const Name renamed{from.schema, to};
    for (TableStructure& table : schema.tables) {
        for (ForeignKey& key : table.foreign_keys) {
            if (key.referenced_table == from) {
                key.referenced_table = renamed;
            }
        }
        if (table.name == from) {
            table.name = renamed;
        }
    }
    for (Sequence& sequence : schema.sequences) {
        if (sequence.owned_by && sequence.owned_by->table == from) {
            sequence.owned_by->table = renamed;
        }
    }
    for_each_list(schema, [&](auto& list) {
        if constexpr (requires { list.front().table; }) {
            for (auto& object : list) {
                if (object.table == from) {
                    object.table = renamed;
                }
            }
        }
    });
}

void rename_in_elements(std::vector<IndexElement>& elements, const std::string& from, const std::string& to) {
    for (IndexElement& element : elements) {
        if (element.column == from) {
            element.column = to;
        }
    }
}

void rename_column_in_table(TableStructure& table, const std::string& from, const std::string& to) {
    for (Column& column : table.columns) {
        if (column.name == from) {
            column.name = to;
        }
    }
    if (table.primary_key) {
        replace(table.primary_key->columns, from, to);
        replace(table.primary_key->include, from, to);
    }
    for (UniqueConstraint& constraint : table.unique_constraints) {
        replace(constraint.columns, from, to);
        replace(constraint.include, from, to);
    }
    for (ForeignKey& key : table.foreign_keys) {
        replace(key.columns, from, to);
        replace(key.on_delete_columns, from, to);
    }
    for (Index& index : table.indexes) {
        rename_in_elements(index.elements, from, to);
        replace(index.include, from, to);
    }
    for (ExclusionConstraint& constraint : table.exclusions) {
        for (ExclusionElement& element : constraint.elements) {
            if (element.element.column == from) {
                element.element.column = to;
            }
        }
        replace(constraint.include, from, to);
    }
}

void rename_column(Schema& schema, const Name& table_name, const std::string& from, const std::string& to) {
    if (TableStructure* table = find_table(schema, table_name)) {
        rename_column_in_table(*table, from, to);
    }
    for (TableStructure& table : schema.tables) {
        for (ForeignKey& key : table.foreign_keys) {
            if (key.referenced_table == table_name) {
                replace(key.referenced_columns, from, to);
            }
        }
    }
    for (Sequence& sequence : schema.sequences) {
        if (sequence.owned_by && sequence.owned_by->table == table_name &&
            sequence.owned_by->column == from) {
            sequence.owned_by->column = to;
        }
    }
}

Change table_rename(const TableStructure& table, const std::string& to) {
    TableStructure renamed = table;
    renamed.name.name = to;
    return {Action::rename, {Kind::table, table.name, {}}, table, renamed};
}

Change column_rename(const Name& table, const Column& column, const std::string& to) {
    Column renamed = column;
    renamed.name = to;
    return {Action::rename, {Kind::column, table, column.name}, column, renamed};
}

// The only element that is like `object`, if there is exactly one.
template <class T, class Alike>
const T* only(const std::vector<const T*>& candidates, const T& object, Alike alike) {
    const T* found = nullptr;
    for (const T* candidate : candidates) {
        if (alike(object, *candidate)) {
            if (found != nullptr) {
                return nullptr;
            }
            found = candidate;
        }
    }
    return found;
}

template <class T, class Alike, class Report>
void report_pairs(const std::vector<const T*>& gone, const std::vector<const T*>& come, Alike alike,
                  Report report) {
    for (const T* before : gone) {
        const T* after = only(come, *before, alike);
        if (after != nullptr && only(gone, *after, alike) == before) {
            report(*before, *after);
        }
    }
}

bool tables_alike(const TableStructure& left, const TableStructure& right) {
    if (left.name.schema != right.name.schema || left.columns.empty() || right.columns.empty()) {
        return false;
    }
    const auto common = std::ranges::count_if(left.columns, [&](const Column& column) {
        const Column* other = right.find_column(column.name);
        return other != nullptr && other->type == column.type;
    });
    constexpr std::size_t most = 3;  // of 5
    return static_cast<std::size_t>(common) * 5 >= std::max(left.columns.size(), right.columns.size()) * most;
}

// The type without modifiers: a column that grows from varchar(50) to varchar(100) under a new name is still
// alike.
std::string_view base_type(const Column& column) {
    return std::string_view(column.type).substr(0, column.type.find('('));
}

bool columns_alike(const Column& left, const Column& right) {
    return base_type(left) == base_type(right) && left.generated.has_value() == right.generated.has_value() &&
           left.identity.has_value() == right.identity.has_value();
}

std::vector<const TableStructure*> tables_missing_in(const Schema& other, const Schema& schema) {
    std::vector<const TableStructure*> missing;
    for (const TableStructure& table : schema.tables) {
        if (other.find_table(table.name) == nullptr) {
            missing.push_back(&table);
        }
    }
    return missing;
}

std::vector<const Column*> columns_missing_in(const TableStructure& other, const TableStructure& table) {
    std::vector<const Column*> missing;
    for (const Column& column : table.columns) {
        if (other.find_column(column.name) == nullptr) {
            missing.push_back(&column);
        }
    }
    return missing;
}

std::optional<Name> find_name(const Schema& schema, std::string_view text) {
    for (const TableStructure& table : schema.tables) {
        if (table.name.name == text || table.name.schema + "." + table.name.name == text) {
            return table.name;
        }
    }
    return std::nullopt;
}

std::string_view last_part(std::string_view text) {
    const std::size_t dot = text.rfind('.');
    return dot == std::string_view::npos ? text : text.substr(dot + 1);
}

}  // namespace

std::string to_string(const Rename& rename) {
    return "rename " + to_string(rename.from) + " to " + rename.to;
}

Changes rename_changes(const Schema& from, const Schema& to, std::span<const Rename> renames) {
    Changes changes;
    for (const Rename& rename : renames) {
        const TableStructure* table = from.find_table(rename.from.name);
        const Name renamed{rename.from.name.schema, rename.to};
        if (rename.from.kind == Kind::table && table != nullptr && to.find_table(table->name) == nullptr &&
            from.find_table(renamed) == nullptr && to.find_table(renamed) != nullptr) {
            changes.push_back(table_rename(*table, rename.to));
        }
    }
    const Schema middle = with_renames(from, changes);
    for (const Rename& rename : renames) {
        if (rename.from.kind != Kind::column) {
            continue;
        }
        const TableStructure* before = middle.find_table(rename.from.name);
        const TableStructure* after = to.find_table(rename.from.name);
        if (before == nullptr || after == nullptr) {
            continue;
        }
        const Column* column = before->find_column(rename.from.part);
        if (column != nullptr && before->find_column(rename.to) == nullptr &&
            after->find_column(rename.from.part) == nullptr && after->find_column(rename.to) != nullptr) {
            changes.push_back(column_rename(before->name, *column, rename.to));
        }
    }
    return changes;
}

Changes reversed(const Changes& renames) {
    Changes changes;
    for (auto change = renames.rbegin(); change != renames.rend(); ++change) {
        Reference object = change->object;
        if (const TableStructure* table = std::get_if<TableStructure>(&change->after)) {
            object.name = table->name;
        } else if (const Column* column = std::get_if<Column>(&change->after)) {
            object.part = column->name;
        }
        changes.push_back({Action::rename, object, change->after, change->before});
    }
    return changes;
}

Schema with_renames(Schema schema, const Changes& renames) {
    for (const Change& change : renames) {
        if (const TableStructure* table = std::get_if<TableStructure>(&change.after)) {
            rename_table(schema, change.object.name, table->name.name);
        } else if (const Column* column = std::get_if<Column>(&change.after)) {
            rename_column(schema, change.object.name, change.object.part, column->name);
        }
    }
    sort(schema);
    return schema;
}

std::vector<Rename> rename_candidates(const Schema& from, const Schema& to) {
    std::vector<Rename> found;
    report_pairs(tables_missing_in(to, from), tables_missing_in(from, to), tables_alike,
                 [&](const TableStructure& before, const TableStructure& after) {
                     found.push_back({{Kind::table, before.name, {}}, after.name.name});
                 });
    for (const TableStructure& before : from.tables) {
        if (const TableStructure* after = to.find_table(before.name)) {
            report_pairs(columns_missing_in(*after, before), columns_missing_in(before, *after),
                         columns_alike, [&](const Column& old_column, const Column& new_column) {
                             found.push_back({{Kind::column, before.name, old_column.name}, new_column.name});
                         });
        }
    }
    return found;
}

Rename parse_rename(std::string_view text, const Schema& from, const Schema& to) {
    const std::size_t sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0 || sign + 1 == text.size()) {
        throw Error(fmt::format("'{}' does not have the form old=new", text))
            .at("--rename")
            .hint("write --rename table=new_table, or --rename table.column=new_column")
            .exit_code(ExitCode::configuration);
    }
    const std::string_view before = text.substr(0, sign);
    const std::string after(last_part(text.substr(sign + 1)));
    if (const std::optional<Name> table = find_name(from, before)) {
        return {{Kind::table, *table, {}}, after};
    }
    const std::size_t dot = before.rfind('.');
    if (dot != std::string_view::npos) {
        const std::string_view table_text = before.substr(0, dot);
        std::optional<Name> table = find_name(to, table_text);
        if (!table) {
            table = find_name(from, table_text);
        }
        if (table) {
            return {{Kind::column, *table, std::string(before.substr(dot + 1))}, after};
        }
    }
    throw Error(fmt::format("there is no table or column '{}' to rename", before))
        .at("--rename")
        .hint("name it as the last revision left it: table, table.column or schema.table.column")
        .exit_code(ExitCode::configuration);
}

}  // namespace schemist
