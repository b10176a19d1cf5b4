#include "schema/inheritance.hpp"

#include <set>

namespace schemist {
namespace {

bool contains(const std::vector<Name>& names, const Name& name) {
    return std::ranges::find(names, name) != names.end();
}

// A table can only join further parents behind those that it has.
bool keeps_order(const std::vector<Name>& before, const std::vector<Name>& after) {
    std::vector<Name> kept;
    std::ranges::copy_if(before, std::back_inserter(kept),
                         [&](const Name& name) { return contains(after, name); });
    return kept.size() <= after.size() && std::equal(kept.begin(), kept.end(), after.begin());
}

}  // namespace

std::vector<Name> parents_of(const TableStructure& table) {
    return table.partition_of ? std::vector<Name>{table.partition_of->parent} : table.inherits;
}

std::vector<Name> kept_parents(const TableStructure& before, const TableStructure& after) {
    std::vector<Name> kept;
    if (before.partition_of || after.partition_of) {
        if (before.partition_of == after.partition_of) {
            kept.push_back(before.partition_of->parent);
        }
        return kept;
    }
    if (keeps_order(before.inherits, after.inherits)) {
        std::ranges::copy_if(before.inherits, std::back_inserter(kept),
                             [&](const Name& name) { return contains(after.inherits, name); });
    }
    return kept;
}

std::vector<Name> other_parents(const TableStructure& table, const std::vector<Name>& kept) {
    std::vector<Name> others = parents_of(table);
    std::erase_if(others, [&](const Name& name) { return contains(kept, name); });
    return others;
}

std::vector<const TableStructure*> partitioned_above(const Schema& schema, const TableStructure& table) {
    std::vector<const TableStructure*> tables;
    for (const TableStructure* part = &table; part != nullptr && part->partition_of; part = tables.back()) {
        const TableStructure* parent = schema.find_table(part->partition_of->parent);
        if (parent == nullptr) {
            break;
        }
        tables.push_back(parent);
    }
    return tables;
}

bool is_or_is_part_of(const Schema& schema, const TableStructure& table, const Name& name) {
    return table.name == name ||
           std::ranges::any_of(partitioned_above(schema, table),
                               [&](const TableStructure* above) { return above->name == name; });
}

std::vector<ForeignKey> inheritable_foreign_keys(const Schema& schema, const TableStructure& table) {
    std::vector<ForeignKey> keys = table.foreign_keys;
    for (const TableStructure* above : partitioned_above(schema, table)) {
        keys.insert(keys.end(), above->foreign_keys.begin(), above->foreign_keys.end());
    }
    return keys;
}

std::vector<CheckConstraint> inheritable_checks(const Schema& schema, const TableStructure& table) {
    std::vector<CheckConstraint> checks = table.checks;
    std::erase_if(checks, [](const CheckConstraint& check) { return check.no_inherit; });
    for (const Name& name : parents_of(table)) {
        if (const TableStructure* parent = schema.find_table(name)) {
            for (CheckConstraint& check : inheritable_checks(schema, *parent)) {
                if (std::ranges::find(checks, check.name, &CheckConstraint::name) == checks.end()) {
                    checks.push_back(std::move(check));
                }
            }
        }
    }
    return checks;
}

namespace {

// The parents that hand a NOT NULL down to the column.
std::vector<const TableStructure*> sources_of_not_null(const Schema& schema, const std::vector<Name>& parents,
                                                       const std::string& column) {
    std::vector<const TableStructure*> sources;
    for (const Name& name : parents) {
        const TableStructure* parent = schema.find_table(name);
        const Column* of_parent = parent == nullptr ? nullptr : parent->find_column(column);
        if (of_parent != nullptr && of_parent->not_null && !of_parent->not_null_constraint.no_inherit) {
            sources.push_back(parent);
        }
    }
    return sources;
}

}  // namespace

bool hands_down_not_null(const Schema& schema, const std::vector<Name>& parents, const std::string& column) {
    return !sources_of_not_null(schema, parents, column).empty();
}

std::string name_of_not_null(const Schema& schema, const TableStructure& table, const Column& column) {
    const NotNullConstraint& constraint = column.not_null_constraint;
    if (!constraint.name.empty()) {
        return constraint.name;
    }
    if (column.inherited || constraint.inherited.value_or(false)) {
        if (const auto sources = sources_of_not_null(schema, parents_of(table), column.name);
            !sources.empty()) {
            return name_of_not_null(schema, *sources.front(), *sources.front()->find_column(column.name));
        }
    }
    return generated_name(table.name.name, column.name, "not_null");
}

NotNullConstraint not_null_alone(const Schema& schema, const TableStructure& table, const Column& column) {
    NotNullConstraint alone = column.not_null_constraint;
    alone.inherited.reset();
    const std::string name = name_of_not_null(schema, table, column);
    alone.name = name == generated_name(table.name.name, column.name, "not_null") ? std::string() : name;
    return alone;
}

Children::Children(const Schema& schema) : schema_(schema) {
    for (const TableStructure& table : schema.tables) {
        for (const Name& parent : parents_of(table)) {
            children_[parent].push_back(&table);
        }
    }
}

const std::vector<const TableStructure*>& Children::of(const Name& parent) const {
    static const std::vector<const TableStructure*> none;
    const auto found = children_.find(parent);
    return found == children_.end() ? none : found->second;
}

bool can_rename_not_null(const Children& children, const TableStructure& table, const Column& column) {
    if (column.not_null_constraint.no_inherit) {
        return true;
    }
    const Schema& schema = children.schema();
    const std::string name = name_of_not_null(schema, table, column);
    return std::ranges::all_of(children.of(table.name), [&](const TableStructure* child) {
        const Column* of_child = child->find_column(column.name);
        return of_child == nullptr || !of_child->not_null ||
               (sources_of_not_null(schema, parents_of(*child), column.name).size() == 1 &&
                name_of_not_null(schema, *child, *of_child) == name &&
                can_rename_not_null(children, *child, *of_child));
    });
}

Heirs::Heirs(const Schema& from, const Schema& to) {
    for (const TableStructure& before : from.tables) {
        if (!before.partition_of && before.inherits.empty()) {
            continue;
        }
        if (const TableStructure* after = to.find_table(before.name)) {
            for (const Name& parent : kept_parents(before, *after)) {
                children_[parent].push_back({&before, after});
            }
        }
    }
}

const std::vector<Heirs::Heir>& Heirs::children(const Name& table) const {
    static const std::vector<Heir> none;
    const auto found = children_.find(table);
    return found == children_.end() ? none : found->second;
}

std::vector<Heirs::Heir> Heirs::descendants(const Name& table) const {
    std::vector<Heir> found;
    std::set<const TableStructure*> seen;
    const auto add = [&](const auto& self, const Name& parent) -> void {
        for (const Heir& heir : children(parent)) {
            if (seen.insert(heir.after).second) {
                self(self, heir.after->name);
                found.push_back(heir);
            }
        }
    };
    add(add, table);
    std::ranges::reverse(found);
    return found;
}

bool Heirs::keeps_column(const Name& table, const std::string& column) const {
    return std::ranges::any_of(children(table), [&](const Heir& heir) {
        return heir.before->find_column(column) != nullptr && heir.after->find_column(column) != nullptr;
    });
}

}  // namespace schemist
