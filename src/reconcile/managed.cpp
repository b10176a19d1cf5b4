#include "reconcile/managed.hpp"

#include <algorithm>

namespace schemist {
namespace {

template <class T>
void exchange(std::vector<T>& all, const std::vector<T>& old_part, const std::vector<T>& new_part) {
    std::erase_if(all,
                  [&](const T& object) { return std::ranges::find(old_part, object) != old_part.end(); });
    all.insert(all.end(), new_part.begin(), new_part.end());
}

}  // namespace

void Managed::add(const Schema& made) {
    for (const Namespace& space : made.namespaces) {
        namespaces_.insert(space.name);
    }
    for (const EnumType& type : made.enum_types) {
        enum_types_.insert(type.name);
    }
    for (const Sequence& sequence : made.sequences) {
        sequences_.insert(sequence.name);
    }
    for (const TableStructure& table : made.tables) {
        tables_.insert(table.name);
    }
    for (const View& view : made.views) {
        views_.insert(view.name);
    }
}

Schema Managed::part_of(const Schema& live) const {
    Schema part = live;
    std::erase_if(part.namespaces, [&](const Namespace& space) { return !namespaces_.contains(space.name); });
    std::erase_if(part.enum_types, [&](const EnumType& type) { return !enum_types_.contains(type.name); });
    std::erase_if(part.tables, [&](const TableStructure& table) { return !tables_.contains(table.name); });
    std::erase_if(part.views, [&](const View& view) { return !views_.contains(view.name); });
    std::erase_if(part.sequences, [&](const Sequence& sequence) {
        const bool on_table = sequence.owned_by && tables_.contains(sequence.owned_by->table);
        return !on_table && !sequences_.contains(sequence.name);
    });
    std::erase_if(part.triggers, [&](const Trigger& trigger) {
        return !tables_.contains(trigger.table) && !views_.contains(trigger.table);
    });
    return part;
}

Schema Managed::with_part(const Schema& live, const Schema& part) const {
    const Schema old_part = part_of(live);
    Schema result = live;
    exchange(result.namespaces, old_part.namespaces, part.namespaces);
    exchange(result.enum_types, old_part.enum_types, part.enum_types);
    exchange(result.sequences, old_part.sequences, part.sequences);
    exchange(result.tables, old_part.tables, part.tables);
    exchange(result.views, old_part.views, part.views);
    exchange(result.triggers, old_part.triggers, part.triggers);
    sort(result);
    return result;
}

}  // namespace schemist
