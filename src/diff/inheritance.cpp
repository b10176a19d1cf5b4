#include "diff/inheritance.hpp"

#include "diff/parts.hpp"
#include "schema/inheritance.hpp"

#include <algorithm>
#include <iterator>

namespace schemist {
namespace {

template <class Part>
bool has_name(const std::vector<Part>& parts, const std::string& name) {
    return std::ranges::find(parts, name, &Part::name) != parts.end();
}

template <class Part>
std::vector<Part> list_of(const std::optional<Part>& part) {
    return part ? std::vector<Part>{*part} : std::vector<Part>{};
}

bool comes_from(const std::vector<Name>& parents, const Schema& schema, const std::string& column) {
    return std::ranges::any_of(parents, [&](const Name& name) {
        const TableStructure* parent = schema.find_table(name);
        return parent != nullptr && parent->find_column(column) != nullptr;
    });
}

// What a column of a child is made by ALTER TABLE ... ADD COLUMN of its parent.
Column as_handed_down(Column column) {
    column.comment.clear();
    column.privileges = {};
    column.statistics_target.reset();
    column.options = {};
    column.identity.reset();
    const bool has_not_null = column.not_null && !column.not_null_constraint.no_inherit;
    const bool is_not_valid = column.not_null_constraint.not_valid;
    column.not_null = has_not_null;
    column.not_null_constraint = {};
    column.not_null_constraint.not_valid = is_not_valid && has_not_null;
    column.inherited = true;
    return column;
}

void follow(const Column& before, const Column& after, Column& column, bool takes_not_null) {
    const auto take = [&](auto member) {
        if (!(before.*member == after.*member)) {
            column.*member = after.*member;
        }
    };
    const bool retyped = before.type != after.type;
    take(&Column::type);
    take(&Column::collation);
    if (takes_not_null) {
        take(&Column::not_null);
    }
    take(&Column::default_expression);
    take(&Column::generated);
    take(&Column::statistics_target);
    take(&Column::storage);
    if (retyped) {
        // It is taken away and set again for all.
        if (before.default_expression) {
            column.default_expression = after.default_expression;
        }
        column.storage = after.storage;
        column.compression.clear();
    }
}

// One table on the way of its parents.
class HandingDown {
  public:
    HandingDown(const TableStructure& before, const TableStructure& after, const Schema& from,
                const Schema& to)
        : from_(from),
          to_(to),
          kept_(kept_parents(before, after)),
          before_(before),
          table_(before),
          after_(after) {}

    TableStructure run() {
        for (const Name& name : other_parents(table_, kept_)) {
            if (const TableStructure* parent = from_.find_table(name)) {
                leave(*parent);
            }
        }
        if (to_.not_null_constraints.are_kept) {
            follow_not_null();
        }
        for (const Name& name : kept_) {
            const TableStructure* old_parent = from_.find_table(name);
            const TableStructure* new_parent = to_.find_table(name);
            if (old_parent != nullptr && new_parent != nullptr) {
                follow_columns(*old_parent, *new_parent);
                follow_keys(*old_parent, *new_parent);
                follow_checks(*old_parent, *new_parent);
            }
        }
        // Whether a column is its own besides cannot be altered.
        for (Column& column : table_.columns) {
            if (const Column* other = after_.find_column(column.name)) {
                column.inherited = other->inherited;
                keep_not_null(*other, column);
            }
        }
        return std::move(table_);
    }

  private:
    // Everything that it had from the parent it has for itself now.
    void leave(const TableStructure& parent) {
        for (Column& column : table_.columns) {
            if (from_.not_null_constraints.are_kept && !hands_down_not_null(from_, kept_, column.name)) {
                column.not_null_constraint = not_null_alone(from_, before_, column);
            }
            column.inherited = column.inherited && comes_from(kept_, from_, column.name);
        }
        const auto own = [](auto& parts) {
            for (auto& part : parts) {
                part.inherited = false;
            }
        };
        own(table_.unique_constraints);
        own(table_.indexes);
        if (table_.primary_key) {
            table_.primary_key->inherited = false;
        }
        for (CheckConstraint& check : inheritable_checks(from_, parent)) {
            if (!has_name(table_.checks, check.name)) {
                check.comment.clear();
                table_.checks.push_back(std::move(check));
            }
        }
        if (table_.partition_of && !table_.is_foreign()) {
            for (ForeignKey& key : inheritable_foreign_keys(from_, parent)) {
                if (!has_name(table_.foreign_keys, key.name)) {
                    key.comment.clear();
                    table_.foreign_keys.push_back(std::move(key));
                }
            }
        }
    }

    // What has a name of its own keeps it, and stays when its parents lose theirs.
    void follow_not_null() {
        for (Column& column : table_.columns) {
            const bool had = hands_down_not_null(from_, kept_, column.name);
            const bool has = hands_down_not_null(to_, kept_, column.name);
            NotNullConstraint& constraint = column.not_null_constraint;
            const bool is_own = !constraint.inherited.value_or(column.inherited && had);
            if (had && !has) {
                const bool stays = is_own || loses_inheritance(column.name);
                column.not_null = column.not_null && stays;
                constraint = stays ? not_null_alone(from_, before_, column) : NotNullConstraint{};
            } else if (!had && has && column.not_null) {
                constraint.name = name_of_not_null(from_, before_, column);
                constraint.inherited = column.inherited ? std::optional(false) : std::nullopt;
            } else if (!had && has) {
                column.not_null = true;
                constraint = {};
                constraint.inherited = column.inherited ? std::nullopt : std::optional(true);
                constraint.not_valid = is_not_valid_there(column.name);
            } else if (has && column.not_null && !is_not_valid_there(column.name)) {
                constraint.not_valid = false;
            }
        }
    }

    // Of a constraint that comes from a parent only these can be altered: the comment, that it is checked, and that it becomes the
    // table's own besides.
    void keep_not_null(const Column& other, Column& column) const {
        const bool is_partition = after_.partition_of.has_value();
        NotNullConstraint& constraint = column.not_null_constraint;
        const NotNullConstraint& now = other.not_null_constraint;
        if (!column.not_null || !other.not_null || !hands_down_not_null(to_, kept_, column.name)) {
            return;
        }
        constraint.name = now.name;
        constraint.not_valid = constraint.not_valid || now.not_valid;
        if (is_partition || !constraint.inherited.value_or(column.inherited)) {
            constraint.inherited = now.inherited;
        }
    }

    // Kept by the parents, but no longer handed down.
    bool loses_inheritance(const std::string& column) const {
        return std::ranges::any_of(kept_, [&](const Name& name) {
            const TableStructure* parent = to_.find_table(name);
            const Column* of_parent = parent == nullptr ? nullptr : parent->find_column(column);
            return of_parent != nullptr && of_parent->not_null;
        });
    }

    bool is_not_valid_there(const std::string& column) const {
        return std::ranges::all_of(kept_, [&](const Name& name) {
            const TableStructure* parent = to_.find_table(name);
            const Column* of_parent = parent == nullptr ? nullptr : parent->find_column(column);
            return of_parent == nullptr || !of_parent->not_null || of_parent->not_null_constraint.not_valid;
        });
    }

    void follow_columns(const TableStructure& old_parent, const TableStructure& new_parent) {
        for (const Column& before : old_parent.columns) {
            const auto found = std::ranges::find(table_.columns, before.name, &Column::name);
            if (found == table_.columns.end()) {
                continue;
            }
            if (const Column* after = new_parent.find_column(before.name)) {
                follow(before, *after, *found, !to_.not_null_constraints.are_kept);
            } else if (found->inherited && !comes_from(kept_, to_, before.name) &&
                       after_.find_column(before.name) == nullptr) {
                table_.columns.erase(found);
            }
        }
        for (const Column& added : new_parent.columns) {
            const Column* after = after_.find_column(added.name);
            if (old_parent.find_column(added.name) == nullptr && after != nullptr && after->inherited &&
                table_.find_column(added.name) == nullptr) {
                table_.columns.push_back(as_handed_down(added));
            }
        }
    }

    template <class Part>
    static void follow_list(const std::vector<Part>& old_parts, const std::vector<Part>& new_parts,
                            std::vector<Part>& parts, const std::vector<Part>& after) {
        // Storage parameters of the parent's make it another one, those of the child's do not.
        const auto stays = [&](const Part& part) {
            const Part* before = find_same(old_parts, part);
            const Part* now = find_same(new_parts, part);
            return before != nullptr && now != nullptr && before->storage == now->storage;
        };
        std::erase_if(parts, [&](const Part& part) {
            return part.inherited && find_same(old_parts, part) != nullptr && !stays(part);
        });
        for (const Part& part : after) {
            if (!part.inherited || find_same(new_parts, part) == nullptr || stays(part)) {
                continue;
            }
            const auto own = std::ranges::find_if(
                parts, [&](const Part& other) { return !other.inherited && same_definition(other, part); });
            if (own != parts.end()) {
                own->inherited = true;
            } else {
                parts.push_back(part);
            }
        }
    }

    void follow_keys(const TableStructure& old_parent, const TableStructure& new_parent) {
        if (!table_.partition_of) {
            return;
        }
        follow_list(old_parent.indexes, new_parent.indexes, table_.indexes, after_.indexes);
        follow_list(old_parent.unique_constraints, new_parent.unique_constraints, table_.unique_constraints,
                    after_.unique_constraints);
        std::vector<PrimaryKey> keys = list_of(table_.primary_key);
        follow_list(list_of(old_parent.primary_key), list_of(new_parent.primary_key), keys,
                    list_of(after_.primary_key));
        // One that it has itself has to go before its parent's comes.
        table_.primary_key = keys.empty() ? std::nullopt : std::optional(keys.back());
    }

    // A check that is the table's own besides stays so for as long as the parent has it.
    void follow_checks(const TableStructure& old_parent, const TableStructure& new_parent) {
        Changes changes;
        compare_parts(Kind::check, old_parent.name, old_parent.checks, new_parent.checks, changes);
        for (const Change& change : changes) {
            const auto own = std::ranges::find(table_.checks, change.object.part, &CheckConstraint::name);
            if (change.action == Action::rename && own != table_.checks.end()) {
                own->name = std::get<CheckConstraint>(change.after).name;
            }
        }
        const std::vector<CheckConstraint> checks = inheritable_checks(to_, new_parent);
        std::erase_if(table_.checks, [&](const CheckConstraint& check) {
            return !has_name(after_.checks, check.name) && has_name(checks, check.name);
        });
    }

    const Schema& from_;
    const Schema& to_;
    std::vector<Name> kept_;
    const TableStructure& before_;
    TableStructure table_;
    const TableStructure& after_;
};

}  // namespace

TableStructure handed_down(const TableStructure& before, const TableStructure& after, const Schema& from,
                           const Schema& to) {
    return HandingDown(before, after, from, to).run();
}

TableStructure ready_to_join(const TableStructure& before, const TableStructure& after, const Schema& from,
                             const Schema& to) {
    TableStructure ready = after;
    const std::vector<Name> kept = kept_parents(*from.find_table(after.name), after);
    const std::vector<Name> joined = other_parents(after, kept);
    if (joined.empty()) {
        return ready;
    }
    const auto own = [](auto& parts) {
        for (auto& part : parts) {
            part.inherited = false;
        }
    };
    own(ready.unique_constraints);
    own(ready.indexes);
    if (ready.primary_key) {
        ready.primary_key->inherited = false;
    }
    for (const Name& name : joined) {
        const TableStructure* parent = to.find_table(name);
        if (parent == nullptr) {
            continue;
        }
        for (CheckConstraint& check : inheritable_checks(to, *parent)) {
            if (!has_name(ready.checks, check.name)) {
                check.comment.clear();
                ready.checks.push_back(std::move(check));
            }
        }
        for (Column& column : ready.columns) {
            if (to.not_null_constraints.are_kept && column.not_null &&
                hands_down_not_null(to, {name}, column.name)) {
                column.not_null_constraint = not_null_alone(to, after, column);
            }
        }
        // The server takes a foreign key that it finds for the parent's.
        for (const ForeignKey& key : ready.partition_of && !ready.is_foreign()
                                         ? inheritable_foreign_keys(to, *parent)
                                         : std::vector<ForeignKey>{}) {
            const auto found = std::ranges::find_if(before.foreign_keys, [&](const ForeignKey& other) {
                ForeignKey named = other;
                named.name = key.name;
                named.comment = key.comment;
                return named == key;
            });
            if (found != before.foreign_keys.end() && !has_name(ready.foreign_keys, found->name)) {
                ready.foreign_keys.push_back(*found);
            }
        }
    }
    return ready;
}

}  // namespace schemist
