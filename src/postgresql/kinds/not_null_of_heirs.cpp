// The NOT NULL of a column together with those that tables have which inherit from its table.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/not_null.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string drop(const Name& table, const Column& column) {
    return fmt::format("{} ALTER COLUMN {} DROP NOT NULL", alter_table(table), quote_identifier(column.name));
}

std::string add(const Name& table, const std::string& name, const Column& column) {
    return fmt::format("{} ADD {}NOT NULL {}", alter_table(table), constraint_prefix(name),
                       quote_identifier(column.name));
}

enum class HeirsNotNull { none, handed_down, own_with_heirs, own };

// Before, and called otherwise than the parent's if it is handed down.
HeirsNotNull not_null_of(const Heirs::Heir& heir, const std::string& name, const Differences& differences) {
    const Column* column = heir.before->find_column(name);
    if (column == nullptr || !column->not_null) {
        return HeirsNotNull::none;
    }
    if (column->not_null_constraint.inherited.value_or(column->inherited)) {
        return column->not_null_constraint.name.empty() ? HeirsNotNull::none : HeirsNotNull::handed_down;
    }
    return differences.heirs().children(heir.before->name).empty() ? HeirsNotNull::own
                                                                   : HeirsNotNull::own_with_heirs;
}

}  // namespace

std::vector<std::string> not_null_of_heirs(const Name& table, const Column& column,
                                           const Differences& differences) {
    std::vector<std::string> statements;
    const Schema& to = differences.to();
    const NotNullConstraint& constraint = column.not_null_constraint;
    const TableStructure* owner = to.find_table(table);
    if (!to.not_null_constraints.are_kept || owner == nullptr || !column.not_null || constraint.no_inherit ||
        constraint.not_valid) {
        return statements;
    }
    const std::string name = name_of_not_null(to, *owner, column);
    // Those below come first, for the same reason.
    const std::vector<Heirs::Heir> heirs = differences.heirs().descendants(table);
    for (auto heir = heirs.rbegin(); heir != heirs.rend(); ++heir) {
        const Column* before = heir->before->find_column(column.name);
        const Column* after = heir->after->find_column(column.name);
        const bool is_made = (before == nullptr || !before->not_null) && after != nullptr && after->not_null;
        const NotNullConstraint* own = is_made ? &after->not_null_constraint : nullptr;
        if (own != nullptr && !own->not_valid && !differences.is_rebuilt(heir->after->name) &&
            (heir->after->partition_of || !own->inherited.value_or(after->inherited)) &&
            name_of_not_null(to, *heir->after, *after) != name) {
            statements.push_back(add(heir->after->name, name_of_not_null(to, *heir->after, *after), *after));
        }
    }
    return statements;
}

// A primary key must be taken down for it; an identity cannot be.
bool forgets_not_null_of_heirs(const Schema& from, const Heirs& heirs, const Name& table,
                               const Column& before) {
    const NotNullConstraint& constraint = before.not_null_constraint;
    const TableStructure* owner = from.find_table(table);
    if (!from.not_null_constraints.are_kept || owner == nullptr || !before.not_null ||
        constraint.no_inherit || constraint.not_valid || before.identity) {
        return false;
    }
    const std::string name = name_of_not_null(from, *owner, before);
    return std::ranges::any_of(heirs.descendants(table), [&](const Heirs::Heir& heir) {
        const Column* column = heir.before->find_column(before.name);
        return column != nullptr && column->not_null && name_of_not_null(from, *heir.before, *column) != name;
    });
}

std::vector<std::string> give_up_not_null(const Name& table, const Column& before,
                                          const Differences& differences) {
    std::vector<std::string> statements{drop(table, before)};
    for (const Heirs::Heir& heir : differences.heirs().descendants(table)) {
        if (not_null_of(heir, before.name, differences) == HeirsNotNull::own_with_heirs) {
            statements.push_back(drop(heir.before->name, before));
        }
    }
    return statements;
}

std::vector<std::string> not_null_again(const Name& table, const Column& before, bool is_kept,
                                        const Differences& differences) {
    std::vector<std::string> statements;
    const auto make_again = [&](const TableStructure& owner) {
        const Column& column = *owner.find_column(before.name);
        const std::string name = name_of_not_null(differences.from(), owner, column);
        statements.push_back(add(owner.name, name, column));
        if (const std::string& comment = column.not_null_constraint.comment; !comment.empty()) {
            statements.push_back(comment_on_constraint(owner.name, name, comment));
        }
    };
    // A parent takes those of its children for its own, as long as they are there before.
    const std::vector<Heirs::Heir> heirs = differences.heirs().descendants(table);
    for (auto heir = heirs.rbegin(); heir != heirs.rend(); ++heir) {
        const HeirsNotNull found = not_null_of(*heir, before.name, differences);
        if (found == HeirsNotNull::own_with_heirs || (is_kept && found == HeirsNotNull::handed_down)) {
            make_again(*heir->before);
        }
    }
    if (is_kept) {
        make_again(*differences.from().find_table(table));
    }
    return statements;
}

}  // namespace schemist::postgresql
