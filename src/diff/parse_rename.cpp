// What --rename names.

#include "diff/renames.hpp"

#include <schemist/error.hpp>

#include <optional>

#include <fmt/format.h>

namespace schemist {
namespace {

bool is_called(const Name& name, std::string_view text) {
    return name.name == text || name.schema + "." + name.name == text;
}

std::optional<Name> find_table_name(const Schema& schema, std::string_view text) {
    for (const TableStructure& table : schema.tables) {
        if (is_called(table.name, text)) {
            return table.name;
        }
    }
    return std::nullopt;
}

template <class Parts>
std::optional<Reference> find_part(const Name& owner, const Parts& parts, std::string_view name) {
    for (const auto& part : parts) {
        if (part.name == name) {
            return Reference{kind_of<ElementOf<Parts>>, owner, part.name};
        }
    }
    return std::nullopt;
}

// A constraint or an index of the table.
std::optional<Reference> find_part(const TableStructure& table, std::string_view name) {
    if (table.primary_key && table.primary_key->name == name) {
        return Reference{Kind::primary_key, table.name, table.primary_key->name};
    }
    for (const std::optional<Reference>& found :
         {find_part(table.name, table.unique_constraints, name), find_part(table.name, table.checks, name),
          find_part(table.name, table.exclusions, name), find_part(table.name, table.foreign_keys, name),
          find_part(table.name, table.indexes, name)}) {
        if (found) {
            return found;
        }
    }
    return std::nullopt;
}

// An index is known by its own name, without its table.
std::optional<Reference> find_index(const Schema& schema, std::string_view text) {
    const auto search = [&](const auto& owners) -> std::optional<Reference> {
        for (const auto& owner : owners) {
            for (const Index& index : owner.indexes) {
                if (is_called({owner.name.schema, index.name}, text)) {
                    return Reference{Kind::index, owner.name, index.name};
                }
            }
        }
        return std::nullopt;
    };
    const std::optional<Reference> found = search(schema.tables);
    return found ? found : search(schema.materialized_views);
}

// "name", "schema.name", "name(integer)"; of a trigger, a rule or a policy "table.name".
template <class T>
bool is_named(const T& object, std::string_view text) {
    if constexpr (requires { object.table; }) {
        const std::size_t dot = text.rfind('.');
        return dot != std::string_view::npos && object.name == text.substr(dot + 1) &&
               is_called(object.table, text.substr(0, dot));
    } else if constexpr (requires { object.signature; }) {
        const bool has_signature = text.ends_with(object.signature);
        return is_called(object.name, text) ||
               (has_signature &&
                is_called(object.name, text.substr(0, text.size() - object.signature.size())));
    } else if constexpr (std::is_same_v<decltype(object.name), Name>) {
        return is_called(object.name, text);
    } else {
        return object.name == text;
    }
}

std::optional<Reference> find_other(const Schema& schema, std::string_view text) {
    std::optional<Reference> found;
    for_each_list(schema, [&](const auto& list) {
        for (const auto& object : list) {
            if (!found && is_named(object, text)) {
                found = reference_of(object);
            }
        }
    });
    return found;
}

std::optional<Reference> find_value(const Schema& from, const Schema& to, std::string_view type,
                                    const std::string& value) {
    for (const Schema* schema : {&to, &from}) {
        for (const EnumType& candidate : schema->enum_types) {
            if (is_called(candidate.name, type)) {
                return Reference{Kind::enum_type, candidate.name, value};
            }
        }
    }
    return std::nullopt;
}

std::optional<Reference> find_in_parts(std::string_view owner, const std::string& name, const Schema& from,
                                       const Schema& to) {
    std::optional<Name> table = find_table_name(to, owner);
    if (!table) {
        table = find_table_name(from, owner);
    }
    const TableStructure* before = table ? from.find_table(*table) : nullptr;
    if (table && before != nullptr && before->find_column(name) == nullptr) {
        if (const std::optional<Reference> part = find_part(*before, name)) {
            return part;
        }
        if (const std::optional<Reference> other = find_other(from, std::string(owner) + "." + name)) {
            return other;
        }
    }
    return table ? Reference{Kind::column, *table, name} : find_value(from, to, owner, name);
}

std::string new_name(std::string_view text, const Reference& from) {
    // A value of an enum type may have a dot in it.
    const bool is_value = from.kind == Kind::enum_type && !from.part.empty();
    const std::size_t dot = is_value ? std::string_view::npos : text.rfind('.');
    return std::string(dot == std::string_view::npos ? text : text.substr(dot + 1));
}

}  // namespace

Rename parse_rename(std::string_view text, const Schema& from, const Schema& to) {
    const std::size_t sign = text.find('=');
    if (sign == std::string_view::npos || sign == 0 || sign + 1 == text.size()) {
        throw Error(fmt::format("'{}' does not have the form old=new", text))
            .at("--rename")
            .hint("write --rename table=new_table, or --rename table.column=new_column")
            .exit_code(ExitCode::configuration);
    }
    const std::string_view before = text.substr(0, sign);
    const std::string_view after = text.substr(sign + 1);
    if (const std::optional<Name> table = find_table_name(from, before)) {
        const Reference object{Kind::table, *table, {}};
        return {object, new_name(after, object)};
    }
    std::optional<Reference> object;
    if (const std::size_t dot = before.rfind('.'); dot != std::string_view::npos) {
        object = find_in_parts(before.substr(0, dot), std::string(before.substr(dot + 1)), from, to);
    }
    if (!object) {
        object = find_other(from, before);
    }
    if (!object) {
        object = find_index(from, before);
    }
    if (!object) {
        throw Error(fmt::format("there is nothing called '{}' to rename", before))
            .at("--rename")
            .hint(
                "name it as the last revision left it: table, table.column, table.constraint, type.value, "
                "view, function(integer), each with its schema in front if need be")
            .exit_code(ExitCode::configuration);
    }
    return {*object, new_name(after, *object)};
}

}  // namespace schemist
