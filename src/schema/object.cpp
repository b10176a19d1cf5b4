#include "schema/object.hpp"

#include <algorithm>

namespace schemist {
namespace {

template <class Parts>
Object find_part(const Parts& parts, const std::string& name) {
    const auto found = std::ranges::find(parts, name, [](const auto& part) { return part.name; });
    return found == parts.end() ? Object{} : Object{*found};
}

Object find_part(const TableStructure& table, const Reference& reference) {
    switch (reference.kind) {
        case Kind::column:
            return find_part(table.columns, reference.part);
        case Kind::primary_key:
            return table.primary_key && table.primary_key->name == reference.part ? Object{*table.primary_key}
                                                                                  : Object{};
        case Kind::unique:
            return find_part(table.unique_constraints, reference.part);
        case Kind::check:
            return find_part(table.checks, reference.part);
        case Kind::exclusion:
            return find_part(table.exclusions, reference.part);
        case Kind::foreign_key:
            return find_part(table.foreign_keys, reference.part);
        case Kind::index:
            return find_part(table.indexes, reference.part);
        default:
            return {};
    }
}

}  // namespace

bool is_part_of_table(Kind kind) {
    switch (kind) {
#define SCHEMIST_CASE(name, ...) case Kind::name:
        SCHEMIST_KINDS(SCHEMIST_NO_OBJECT, SCHEMIST_CASE)
#undef SCHEMIST_CASE
        return true;
        default:
            return false;
    }
}

Object find_object(const Schema& schema, const Reference& reference) {
    if (is_part_of_table(reference.kind)) {
        if (const TableStructure* table = schema.find_table(reference.name)) {
            return find_part(*table, reference);
        }
        const auto view =
            std::ranges::find(schema.materialized_views, reference.name, &MaterializedView::name);
        return view != schema.materialized_views.end() && reference.kind == Kind::index
                   ? find_part(view->indexes, reference.part)
                   : Object{};
    }
    Object found;
    for_each_list(schema, [&](const auto& list) {
        if (kind_of<ElementOf<decltype(list)>> == reference.kind) {
            const auto object = std::ranges::find_if(
                list, [&](const auto& candidate) { return reference_of(candidate) == reference; });
            if (object != list.end()) {
                found = *object;
            }
        }
    });
    return found;
}

}  // namespace schemist
