// What looks like a rename.

#include "diff/renames.hpp"
#include "schema/missing_columns.hpp"

#include <algorithm>
#include <optional>

namespace schemist {
namespace {

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

// A definition that the server prints with the object's own name in it.
template <class T>
void rename_in_definition(T& object, const std::string& from, const std::string& to) {
    if constexpr (kind_of<T> == Kind::function || kind_of<T> == Kind::trigger || kind_of<T> == Kind::rule) {
        if (const std::size_t place = object.definition.find(from); place != std::string::npos) {
            object.definition.replace(place, from.size(), to);
        }
    }
}

// The same but for the name; where it lives stays the same.
template <class T>
bool objects_alike(const T& left, const T& right) {
    T renamed = left;
    if constexpr (std::is_same_v<decltype(renamed.name), Name>) {
        renamed.name.name = right.name.name;
        rename_in_definition(renamed, left.name.name, right.name.name);
    } else {
        renamed.name = right.name;
        rename_in_definition(renamed, left.name, right.name);
    }
    return renamed == right;
}

constexpr bool can_be_renamed(Kind kind) {
    switch (kind) {
        case Kind::view:
        case Kind::materialized_view:
        case Kind::function:
        case Kind::aggregate:
        case Kind::sequence:
        case Kind::enum_type:
        case Kind::domain:
        case Kind::composite_type:
        case Kind::range_type:
        case Kind::trigger:
        case Kind::policy:
        case Kind::rule:
            return true;
        default:
            return false;
    }
}

template <class T>
std::vector<const T*> missing_in(const std::vector<T>& other, const std::vector<T>& list) {
    std::vector<const T*> missing;
    for (const T& object : list) {
        const auto is_same = [&](const T& candidate) {
            return reference_of(candidate) == reference_of(object);
        };
        const auto likely = std::ranges::lower_bound(
            other, object, [](const T& one, const T& two) { return name_order(one) < name_order(two); });
        if (likely == other.end() || !is_same(*likely)) {
            missing.push_back(&object);
        }
    }
    return missing;
}

template <class T>
std::string name_of(const T& object) {
    if constexpr (std::is_same_v<decltype(object.name), Name>) {
        return object.name.name;
    } else {
        return object.name;
    }
}

// One value that gave its place to another.
std::optional<Rename> renamed_value(const EnumType& before, const EnumType& after) {
    if (before.values.size() != after.values.size()) {
        return std::nullopt;
    }
    std::optional<Rename> found;
    for (std::size_t i = 0; i < before.values.size(); ++i) {
        if (before.values[i] != after.values[i]) {
            const bool moved = std::ranges::find(after.values, before.values[i]) != after.values.end();
            if (found || moved) {
                return std::nullopt;
            }
            found = Rename{{Kind::enum_type, before.name, before.values[i]}, after.values[i]};
        }
    }
    return found;
}

}  // namespace

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
    for_each_list(from, to, [&](const auto& before, const auto& after) {
        using Value = ElementOf<decltype(before)>;
        if constexpr (can_be_renamed(kind_of<Value>)) {
            report_pairs(missing_in(after, before), missing_in(before, after), objects_alike<Value>,
                         [&](const Value& one, const Value& other) {
                             found.push_back({reference_of(one), name_of(other)});
                         });
        }
    });
    for (const EnumType& before : from.enum_types) {
        const EnumType* after = to.find_enum_type(before.name);
        if (const std::optional<Rename> value =
                after == nullptr ? std::nullopt : renamed_value(before, *after)) {
            found.push_back(*value);
        }
    }
    return found;
}

}  // namespace schemist
