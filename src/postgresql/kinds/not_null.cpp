#include "postgresql/kinds/not_null.hpp"

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Only those that are other than the server makes them by itself. A name may still be that: here none is cut.
std::string query(const Scope&) {
    return fmt::format(R"(
        WITH n AS MATERIALIZED (
            SELECT co.oid, co.conrelid, a.attnum, a.attname, c.relname, co.conname, co.connoinherit, NOT co.convalidated AS not_valid,
                CASE WHEN co.coninhcount > 0 AND co.conislocal <> a.attislocal THEN NOT co.conislocal END AS inherited,
                co.coninhcount > 0 AND NOT (co.conislocal AND a.attislocal) AS is_named_by_parent
            FROM pg_constraint co JOIN pg_attribute a ON a.attrelid = co.conrelid AND a.attnum = co.conkey[1]
                JOIN pg_class c ON c.oid = co.conrelid
            WHERE co.contype = 'n' AND {}),
        p AS (
            SELECT DISTINCT ON (i.inhrelid, n.attname) i.inhrelid, n.attname, n.conname
            FROM pg_inherits i JOIN n ON n.conrelid = i.inhparent WHERE NOT n.connoinherit
            ORDER BY i.inhrelid, n.attname, i.inhseqno)
        SELECT n.conrelid, n.attnum, n.relname, n.attname, n.conname, n.connoinherit, n.not_valid, n.inherited, d.description,
            p.conname
        FROM n LEFT JOIN p ON n.is_named_by_parent AND p.inhrelid = n.conrelid AND p.attname = n.attname{}
        WHERE n.connoinherit OR n.not_valid OR n.inherited IS NOT NULL OR d.description IS NOT NULL
            OR n.conname <> coalesce(p.conname, concat(n.relname, '_', n.attname, '_not_null')))",
                       is_of_users("co.conrelid"), join_comment("pg_constraint", "n.oid"));
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Column* column = reading.column(rows.oid(row, 0), rows.integer(row, 1));
        if (column == nullptr) {
            continue;
        }
        NotNullConstraint& constraint = column->not_null_constraint;
        const std::string usual = rows.is_null(row, 9)
                                      ? generated_name(rows.text(row, 2), rows.text(row, 3), "not_null")
                                      : rows.string(row, 9);
        if (rows.text(row, 4) != usual) {
            constraint.name = rows.string(row, 4);
        }
        constraint.no_inherit = rows.boolean(row, 5);
        constraint.not_valid = rows.boolean(row, 6);
        if (!rows.is_null(row, 7)) {
            constraint.inherited = rows.boolean(row, 7);
        }
        constraint.comment = rows.string(row, 8);
    }
}

Reference not_null_name(const Name& table, const std::string& name) {
    return {Kind::statistics, table, "not null " + name};
}

std::string usual_name(const Name& table, const Column& column) {
    return generated_name(table.name, column.name, "not_null");
}

// A table that is about to join further parents has nothing from these yet.
bool is_from_parent(const Name& table, const Column& column, const Differences& differences) {
    const TableStructure* before = differences.from().find_table(table);
    const TableStructure* after = differences.to().find_table(table);
    if (after == nullptr) {
        return false;
    }
    const bool is_made = before == nullptr || differences.is_created({Kind::table, table, {}});
    return hands_down_not_null(differences.to(), is_made ? parents_of(*after) : kept_parents(*before, *after),
                               column.name);
}

std::string name_after(const Name& table, const Column& column, const Differences& differences) {
    const std::string& name = column.not_null_constraint.name;
    if (name.empty() && is_from_parent(table, column, differences)) {
        return name_of_not_null(differences.to(), *differences.to().find_table(table), column);
    }
    return name.empty() ? usual_name(table, column) : name;
}

// Empty: the server gives it by itself.
std::string name_to_say(const Name& table, const Column& column, const Differences& differences) {
    if (!differences.to().not_null_constraints.are_kept) {
        return column.not_null_constraint.name;
    }
    std::string name = name_after(table, column, differences);
    const bool comes_by_itself =
        name == usual_name(table, column) && !differences.has_other_not_null(table, name);
    return comes_by_itself ? std::string() : name;
}

std::string clause(const Column& column, std::string_view name) {
    return fmt::format(" {}NOT NULL{}", constraint_prefix(name),
                       column.not_null_constraint.no_inherit ? " NO INHERIT" : "");
}

// ALTER TABLE ... ADD, always with its name.
std::string add(const Name& table, const Column& column, const Differences& differences) {
    const NotNullConstraint& constraint = column.not_null_constraint;
    return fmt::format("{} ADD {}NOT NULL {}{}{}", alter_table(table),
                       constraint_prefix(name_after(table, column, differences)),
                       quote_identifier(column.name), constraint.no_inherit ? " NO INHERIT" : "",
                       constraint.not_valid ? " NOT VALID" : "");
}

std::string set(const Name& table, const Column& column) {
    return fmt::format("{} ALTER COLUMN {} SET NOT NULL", alter_table(table), quote_identifier(column.name));
}

std::string drop(const Name& table, const Column& column) {
    return fmt::format("{} ALTER COLUMN {} DROP NOT NULL", alter_table(table), quote_identifier(column.name));
}

// Both are NOT NULL.
NotNullChange alter(const Name& table, const Column& before, const Column& after,
                    const Differences& differences) {
    const NotNullConstraint& old = before.not_null_constraint;
    const NotNullConstraint& now = after.not_null_constraint;
    NotNullChange change;
    const std::string name = name_after(table, after, differences);
    const auto say = [&](std::string_view what, std::string_view rest) {
        change.statements.push_back(
            fmt::format("{} {} CONSTRAINT {}{}", alter_table(table), what, quote_identifier(name), rest));
    };
    if (is_from_parent(table, after, differences)) {
        if (now.inherited.value_or(after.inherited) != old.inherited.value_or(before.inherited)) {
            change.statements.push_back(set(table, after));
        }
    } else {
        const std::string old_name = old.name.empty() ? usual_name(table, before) : old.name;
        if (old_name != name) {
            change.statements.push_back(fmt::format("{} RENAME CONSTRAINT {} TO {}", alter_table(table),
                                                    quote_identifier(old_name), quote_identifier(name)));
        }
        if (old.no_inherit != now.no_inherit) {
            say("ALTER", now.no_inherit ? " NO INHERIT" : " INHERIT");
        }
    }
    if (old.not_valid && !now.not_valid) {
        say("VALIDATE", "");
        change.looks_at_rows = true;
    }
    return change;
}

}  // namespace

void Differences::index_constraints(const Schema& schema) {
    for (const TableStructure& table : schema.tables) {
        const auto add = [&](const std::string& name) {
            if (!name.empty()) {
                constraints_.insert({table.name.schema, name});
            }
        };
        const auto add_all = [&](const auto& constraints) {
            for (const auto& constraint : constraints) {
                add(constraint.name);
            }
        };
        for (const Column& column : table.columns) {
            add(column.not_null_constraint.name);
        }
        if (table.primary_key) {
            add(table.primary_key->name);
        }
        add_all(table.unique_constraints);
        add_all(table.checks);
        add_all(table.exclusions);
        add_all(table.foreign_keys);
    }
    for (const Domain& domain : schema.domains) {
        for (const DomainConstraint& constraint : domain.constraints) {
            constraints_.insert({domain.name.schema, constraint.name});
        }
    }
}

// A table that joins a parent has the names of that one's constraints before these are there.
void Differences::index_constraints_of_joining() {
    for (const TableStructure& after : to_.tables) {
        const TableStructure* before = parents_of(after).empty() ? nullptr : from_.find_table(after.name);
        if (before == nullptr || other_parents(after, kept_parents(*before, after)).empty()) {
            continue;
        }
        for (const Column& column : after.columns) {
            if (column.not_null) {
                constraints_.insert({after.name.schema, name_of_not_null(to_, after, column)});
            }
        }
    }
}

// A table that is made anew stands beside the old one, which has its constraints still.
bool Differences::has_other_not_null(const Name& table, const std::string& name) const {
    return to_.not_null_constraints.are_kept &&
           (is_rebuilt(table) || constraints_.contains({table.schema, name}));
}

// One that is made anew stands beside the old one.
bool Differences::has_other_not_null(const Domain& domain) const {
    const Name constraint{domain.name.schema, generated_name(domain.name.name, {}, "not_null")};
    return to_.not_null_constraints.are_kept_of_domains &&
           (is_made_anew({Kind::domain, domain.name, {}}) || constraints_.contains(constraint));
}

std::vector<Reader> not_null_readers(const Scope& scope) {
    constexpr int first_with_constraints = 180000;
    return scope.server_version < first_with_constraints ? std::vector<Reader>{}
                                                         : std::vector<Reader>{{query, read}};
}

std::string not_null_clause(const Name& table, const Column& column, const Differences& differences,
                            bool is_implied) {
    const NotNullConstraint& constraint = column.not_null_constraint;
    if (!column.not_null || constraint.not_valid || constraint.inherited.value_or(false)) {
        return {};
    }
    const std::string name = name_to_say(table, column, differences);
    return name.empty() && is_implied && !constraint.no_inherit ? std::string() : clause(column, name);
}

std::string not_null_override(const Name& table, const Column& column, const Column& of_parent,
                              const Differences& differences) {
    if (!of_parent.not_null || of_parent.not_null_constraint.no_inherit) {
        return not_null_clause(table, column, differences, false);
    }
    const std::string& name = column.not_null_constraint.name;
    return name.empty() || !column.not_null ? std::string() : clause(column, name);
}

bool is_not_null_besides(const TableStructure& table, const Column& column, const Differences& differences) {
    const NotNullConstraint& constraint = column.not_null_constraint;
    return column.not_null && !constraint.not_valid &&
           (!is_from_parent(table.name, column, differences) || !constraint.inherited.value_or(true));
}

std::string not_null_line(const TableStructure& table, const Column& column, const Differences& differences) {
    if (!is_not_null_besides(table, column, differences)) {
        return {};
    }
    const NotNullConstraint& constraint = column.not_null_constraint;
    const std::string name = is_from_parent(table.name, column, differences)
                                 ? constraint.name
                                 : name_to_say(table.name, column, differences);
    return name.empty() && !constraint.no_inherit
               ? std::string()
               : fmt::format("{}NOT NULL {}{}", constraint_prefix(name), quote_identifier(column.name),
                             constraint.no_inherit ? " NO INHERIT" : "");
}

std::string make_not_null(const Name& table, const Column& column, const Differences& differences) {
    const NotNullConstraint& constraint = column.not_null_constraint;
    const bool is_plain = !constraint.no_inherit && !constraint.not_valid;
    return is_plain && (is_from_parent(table, column, differences) ||
                        name_to_say(table, column, differences).empty())
               ? set(table, column)
               : add(table, column, differences);
}

std::vector<std::string> not_null_afterwards(const Name& table, const Column& column,
                                             const Differences& differences) {
    std::vector<std::string> statements;
    if (!column.not_null) {
        return statements;
    }
    const NotNullConstraint& constraint = column.not_null_constraint;
    // A new child has no rows, and what it has from its parent is valid.
    if (constraint.not_valid && !is_from_parent(table, column, differences)) {
        statements.push_back(add(table, column, differences));
    }
    if (!constraint.comment.empty()) {
        statements.push_back(
            comment_on_constraint(table, name_after(table, column, differences), constraint.comment));
    }
    return statements;
}

NotNullChange change_not_null(const Name& table, const Column& before, const Column& after,
                              const Differences& differences) {
    if (!before.not_null && !after.not_null) {
        return {};
    }
    if (!after.not_null) {
        return {{drop(table, after)}};
    }
    const NotNullConstraint& old = before.not_null_constraint;
    const NotNullConstraint& now = after.not_null_constraint;
    const TableStructure* owner = differences.to().find_table(table);
    const bool is_fixed = owner != nullptr && owner->is_foreign() && old.no_inherit != now.no_inherit;
    const bool is_made_anew = before.not_null && ((!old.not_valid && now.not_valid) || is_fixed);
    NotNullChange change;
    if (is_made_anew) {
        change.statements = {drop(table, after), make_not_null(table, after, differences)};
    } else if (before.not_null) {
        change = alter(table, before, after, differences);
    } else {
        change = {not_null_of_heirs(table, after, differences), !now.not_valid};
        change.statements.push_back(make_not_null(table, after, differences));
    }
    const bool is_new = is_made_anew || !before.not_null;
    if ((is_new ? std::string() : old.comment) != now.comment) {
        change.statements.push_back(
            comment_on_constraint(table, name_after(table, after, differences), now.comment));
    }
    return change;
}

void take_not_null_name(const Name& table, const Column& after, const Differences& differences,
                        DdlAction& action) {
    const TableStructure* old_table = differences.from().find_table(table);
    if (!differences.to().not_null_constraints.are_kept || old_table == nullptr || !after.not_null) {
        return;
    }
    const std::string name = name_after(table, after, differences);
    const bool is_taken = std::ranges::any_of(old_table->columns, [&](const Column& other) {
        return other.name != after.name && other.not_null &&
               name_of_not_null(differences.from(), *old_table, other) == name;
    });
    if (is_taken) {
        action.prefers.push_back(not_null_name(table, name));
        action.otherwise.push_back(fmt::format("{} RENAME CONSTRAINT {} TO {}", alter_table(table),
                                               quote_identifier(name),
                                               quote_identifier(with_suffix(name, "_old"))));
    }
}

void leave_not_null_name(const Name& table, const Column& before, const Differences& differences,
                         DdlAction& action) {
    const TableStructure* old_table = differences.from().find_table(table);
    const TableStructure* new_table = differences.to().find_table(table);
    if (!differences.to().not_null_constraints.are_kept || old_table == nullptr || new_table == nullptr ||
        !before.not_null) {
        return;
    }
    const std::string name = name_of_not_null(differences.from(), *old_table, before);
    const bool is_awaited = std::ranges::any_of(new_table->columns, [&](const Column& other) {
        return other.name != before.name && other.not_null && name_after(table, other, differences) == name;
    });
    if (is_awaited) {
        action.drops.push_back(not_null_name(table, name));
    }
}

}  // namespace schemist::postgresql
