#include "diff/renames.hpp"

#include <algorithm>

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

// An enum value, which stands in its type.
bool is_value(const Rename& rename) {
    return rename.from.kind == Kind::enum_type && !rename.from.part.empty();
}

template <class T>
T with_name(T object, const std::string& name) {
    if constexpr (std::is_same_v<decltype(object.name), Name>) {
        object.name.name = name;
    } else {
        object.name = name;
    }
    return object;
}

// Its NOT NULL stays what it was called.
Domain with_name(Domain domain, const std::string& name) {
    if (domain.not_null && domain.not_null_name.empty()) {
        domain.not_null_name = generated_name(domain.name.name, {}, "not_null");
    }
    domain.name.name = name;
    if (domain.not_null_name == generated_name(name, {}, "not_null")) {
        domain.not_null_name.clear();
    }
    return domain;
}

Object with_name(const Object& object, const std::string& name) {
    return std::visit(
        [&](const auto& value) -> Object {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::monostate>) {
                return {};
            } else {
                return with_name(value, name);
            }
        },
        object);
}

// How the object is called that a rename of this one leads to.
Reference reference_with_name(Reference object, const Object& value, const std::string& name) {
    const bool has_name_as_part = is_part_of_table(object.kind) || std::visit(
                                                                       [](const auto& held) {
                                                                           return requires {
                                                                               held.table;
                                                                           };
                                                                       },
                                                                       value);
    (has_name_as_part ? object.part : object.name.name) = name;
    return object;
}

template <class Parts>
void rename_part(Parts& parts, const std::string& from, const std::string& to) {
    for (auto& part : parts) {
        if (part.name == from) {
            part.name = to;
        }
    }
}

void rename_constraint_or_index(Schema& schema, const Reference& object, const std::string& to) {
    if (TableStructure* table = find_table(schema, object.name)) {
        if (table->primary_key && table->primary_key->name == object.part) {
            table->primary_key->name = to;
        }
        rename_part(table->unique_constraints, object.part, to);
        rename_part(table->checks, object.part, to);
        rename_part(table->exclusions, object.part, to);
        rename_part(table->foreign_keys, object.part, to);
        rename_part(table->indexes, object.part, to);
    }
    for (MaterializedView& view : schema.materialized_views) {
        if (view.name == object.name) {
            rename_part(view.indexes, object.part, to);
        }
    }
}

// An object in a list of the schema, with the triggers and rules of a view.
void rename_object(Schema& schema, const Reference& object, const Object& after) {
    const Name old_name = object.name;
    for_each_list(schema, [&](auto& list) {
        using Value = ElementOf<decltype(list)>;
        for (auto& candidate : list) {
            if constexpr (requires { candidate.table; }) {
                const bool on_view = object.kind == Kind::view || object.kind == Kind::materialized_view;
                if (on_view && candidate.table == old_name) {
                    candidate.table.name = std::visit(
                        [&](const auto& value) {
                            if constexpr (requires { value.name.name; }) {
                                return value.name.name;
                            } else {
                                return old_name.name;
                            }
                        },
                        after);
                }
            }
            const Value* renamed = std::get_if<Value>(&after);
            if (renamed != nullptr && kind_of<Value> == object.kind && reference_of(candidate) == object) {
                candidate = *renamed;
            }
        }
    });
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

// Of all but tables, columns and enum values.
void add_other_renames(const Schema& from, const Schema& to, std::span<const Rename> renames,
                       Changes& changes) {
    for (const Rename& rename : renames) {
        if (rename.from.kind == Kind::table || rename.from.kind == Kind::column || is_value(rename)) {
            continue;
        }
        const Object before = find_object(from, rename.from);
        if (before.index() == 0) {
            continue;
        }
        const Reference renamed = reference_with_name(rename.from, before, rename.to);
        if (find_object(to, rename.from).index() == 0 && find_object(from, renamed).index() == 0 &&
            find_object(to, renamed).index() != 0) {
            changes.push_back({Action::rename, rename.from, before, with_name(before, rename.to)});
        }
    }
}

bool has_value(const EnumType& type, const std::string& value) {
    return std::ranges::find(type.values, value) != type.values.end();
}

// The type may be renamed too.
Name name_after(const Name& type, const Changes& renames) {
    const Reference object{Kind::enum_type, type, {}};
    const auto renamed = std::ranges::find(renames, object, &Change::object);
    return renamed == renames.end() ? type : std::get<EnumType>(renamed->after).name;
}

void add_value_renames(const Schema& from, const Schema& to, std::span<const Rename> renames,
                       Changes& changes) {
    for (const Rename& rename : renames) {
        if (!is_value(rename)) {
            continue;
        }
        const Name type = name_after(rename.from.name, changes);
        const EnumType* before = from.find_enum_type(type);
        const EnumType* after = to.find_enum_type(type);
        if (before == nullptr || after == nullptr || !has_value(*before, rename.from.part) ||
            has_value(*before, rename.to) || has_value(*after, rename.from.part) ||
            !has_value(*after, rename.to)) {
            continue;
        }
        EnumType renamed = *before;
        replace(renamed.values, rename.from.part, rename.to);
        changes.push_back({Action::rename, {Kind::enum_type, type, rename.from.part}, *before, renamed});
    }
}

// The value that is in the one and not in the other.
std::string other_value(const EnumType& type, const EnumType& other) {
    const auto found =
        std::ranges::find_if(type.values, [&](const std::string& value) { return !has_value(other, value); });
    return found == type.values.end() ? std::string() : *found;
}

// How the object is called after the rename.
Reference renamed_reference(const Change& change) {
    if (const EnumType* type = std::get_if<EnumType>(&change.after);
        type != nullptr && !change.object.part.empty()) {
        return {Kind::enum_type, type->name, other_value(*type, std::get<EnumType>(change.before))};
    }
    return std::visit(
        [&](const auto& value) -> Reference {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(value)>, std::monostate>) {
                return change.object;
            } else if constexpr (std::is_same_v<decltype(value.name), Name>) {
                return reference_with_name(change.object, change.after, value.name.name);
            } else {
                return reference_with_name(change.object, change.after, value.name);
            }
        },
        change.after);
}

}  // namespace

std::string to_string(const Rename& rename) {
    return "rename " + to_string(rename.from) + " to " + rename.to;
}

std::string to_option(const Rename& rename) {
    const bool has_part = !rename.from.part.empty() && rename.from.part.front() != '(';
    return to_string(rename.from.name) + (has_part ? "." : "") + rename.from.part + "=" + rename.to;
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
    add_other_renames(middle, to, renames, changes);
    add_value_renames(with_renames(from, changes), to, renames, changes);
    return changes;
}

Changes reversed(const Changes& renames) {
    Changes changes;
    for (auto change = renames.rbegin(); change != renames.rend(); ++change) {
        changes.push_back({Action::rename, renamed_reference(*change), change->after, change->before});
    }
    return changes;
}

Schema with_renames(Schema schema, const Changes& renames) {
    for (const Change& change : renames) {
        if (const TableStructure* table = std::get_if<TableStructure>(&change.after)) {
            rename_table(schema, change.object.name, table->name.name);
        } else if (const Column* column = std::get_if<Column>(&change.after)) {
            rename_column(schema, change.object.name, change.object.part, column->name);
        } else if (is_part_of_table(change.object.kind)) {
            rename_constraint_or_index(schema, change.object, renamed_reference(change).part);
        } else if (const EnumType* type = std::get_if<EnumType>(&change.after)) {
            Reference object = change.object;
            object.part.clear();
            rename_object(schema, object, *type);
        } else {
            rename_object(schema, change.object, change.after);
        }
    }
    sort(schema);
    return schema;
}

}  // namespace schemist
