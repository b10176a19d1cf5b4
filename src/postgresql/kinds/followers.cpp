// Tables that follow the changes of their parents, or join and leave them: what Differences knows of them.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/differences.hpp"
#include "postgresql/kinds/partitions.hpp"

#include <algorithm>

namespace schemist::postgresql {

void Differences::index_parents(const Change& change) {
    const TableStructure* before = std::get_if<TableStructure>(&change.before);
    const TableStructure* after = std::get_if<TableStructure>(&change.after);
    const std::vector<Name> kept =
        before != nullptr && after != nullptr ? kept_parents(*before, *after) : std::vector<Name>{};
    // Partitions that come or go with the rows of a parent which is made anew wait for these instead.
    const auto note = [&](const TableStructure& table, bool itself_too, bool parents_too,
                          std::set<Name>& names) {
        for (const Name& parent : other_parents(table, kept)) {
            if (parents_too || !is_rebuilt(parent)) {
                names.insert(parent);
            }
            if (itself_too) {
                names.insert(table.name);
            }
        }
    };
    if (before != nullptr && after != nullptr && before->of_type != after->of_type) {
        left_.insert(after->name);
        joined_.insert(after->name);
    }
    if (before != nullptr && change.action != Action::rename) {
        note(*before, after != nullptr, after != nullptr, left_);
    }
    if (after != nullptr && change.action != Action::rename) {
        note(*after, before != nullptr, false, joined_);
    }
}

// The children's columns come and go with the parent's.
void Differences::add_columns_of_heirs(DdlAction& action) const {
    const auto add = [&](std::vector<Reference>& references, bool after) {
        std::vector<Reference> more;
        for (const Reference& reference : references) {
            const bool is_left_to_children = !after &&
                                             column_after(reference.name, reference.part) == nullptr &&
                                             heirs_.keeps_column(reference.name, reference.part);
            if (reference.kind != Kind::column || is_left_to_children) {
                continue;
            }
            for (const Heirs::Heir& heir : heirs_.descendants(reference.name)) {
                const Column* column = (after ? heir.after : heir.before)->find_column(reference.part);
                if (column != nullptr) {
                    more.push_back(part(Kind::column, heir.after->name, column->name));
                }
            }
        }
        append(references, more);
    };
    add(action.creates, true);
    add(action.drops, false);
}

void Differences::follow_parents(const Change& change, DdlAction& action) const {
    if (!is_part_of_table(change.object.kind) && change.object.kind != Kind::table) {
        return;
    }
    const Name& table = change.object.name;
    const auto has = [](const std::vector<Reference>& references, const Reference& reference) {
        return std::ranges::find(references, reference) != references.end();
    };
    const bool is_foreign_key = change.object.kind == Kind::foreign_key;
    if (joined_.contains(table) && !is_foreign_key && !has(action.needs, shape(table))) {
        action.creates.push_back(shape(table));
    }
    if (left_.contains(table) && !has(action.creates, departure(table))) {
        action.needs.push_back(departure(table));
    }
    if (heirs_.empty()) {
        return;
    }
    if (change.object.kind == Kind::column) {
        if (!heirs_.children(table).empty()) {
            action.creates.push_back(handed_down_column(table, change.object.part));
        }
        const TableStructure* child = to_.find_table(table);
        for (const Name& parent : child == nullptr ? std::vector<Name>{} : parents_of(*child)) {
            action.needs.push_back(handed_down_column(parent, change.object.part));
            // Who uses the child's column gives way to the parent's change, which comes first.
            if (altered_columns_.contains(part(Kind::column, parent, change.object.part))) {
                std::erase(action.drops, change.object);
            }
        }
    }
    add_columns_of_heirs(action);
}

}  // namespace schemist::postgresql
