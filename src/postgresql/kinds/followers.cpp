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
    const bool leaves = before != nullptr && after != nullptr && change.action != Action::rename &&
                        !other_parents(*before, kept).empty();
    if (leaves) {
        for (const TableStructure* above : partitioned_above(from_, *before)) {
            left_.insert(above->name);
            if (!is_or_is_part_of(to_, *after, above->name)) {
                left_for_good_.insert(above->name);
            }
        }
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
                const Reference of_heir = part(Kind::column, heir.after->name, reference.part);
                const bool is_own = after && column != nullptr && !column->inherited && is_created(of_heir);
                if (column != nullptr && !is_own) {
                    more.push_back(of_heir);
                }
            }
        }
        append(references, more);
    };
    add(action.creates, true);
    add(action.drops, false);
}

// What leaves takes a foreign key of the parent's with it, which is then its own. A key that comes back to all that have not left
// for good, or one of a table that goes, may go first, so that rows can leave.
bool Differences::goes_before_departure(const Name& table, const ForeignKey& key) const {
    const TableStructure* after = to_.find_table(table);
    const bool stays =
        after != nullptr && std::ranges::find(after->foreign_keys, key) != after->foreign_keys.end();
    return after == nullptr || stays ? !left_for_good_.contains(table) : !left_.contains(table);
}

void Differences::release(const TableStructure& table, const ForeignKey& key, DdlAction& action) const {
    append(action.frees, partitions_of(from_, key.referenced_table));
    std::erase(action.frees, Reference{Kind::table, table.name, {}});
    if (goes_before_departure(table.name, key)) {
        action.frees.push_back(rows_of(key.referenced_table));
    }
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
    const bool goes_first =
        std::ranges::any_of(action.frees, [](const Reference& one) { return one == rows_of(one.name); });
    if (left_.contains(table) && !goes_first && !has(action.creates, departure(table))) {
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
        const bool is_new = change.action == Action::create;
        for (const Name& parent : child == nullptr ? std::vector<Name>{} : parents_of(*child)) {
            // A new column of its own comes first: the server adds the parent's to it.
            if (!is_new || !is_created(part(Kind::column, parent, change.object.part))) {
                action.needs.push_back(handed_down_column(parent, change.object.part));
            }
            // Who uses the child's column gives way to the parent's change, which comes first.
            if (altered_columns_.contains(part(Kind::column, parent, change.object.part))) {
                std::erase(action.drops, change.object);
            }
        }
    }
    add_columns_of_heirs(action);
}

}  // namespace schemist::postgresql
