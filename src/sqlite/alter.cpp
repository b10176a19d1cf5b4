#include "sqlite/alter.hpp"

#include "schema/missing_columns.hpp"
#include "schema/text.hpp"
#include "sqlite/ddl.hpp"
#include "sqlite/lexer.hpp"
#include "sqlite/spelling.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

namespace schemist::sqlite {
namespace {

// What `after` has beyond `before`; nothing when it lacks something of `before`.
template <class Part>
std::optional<std::vector<Part>> only_added(const std::vector<Part>& before, std::vector<Part> after) {
    for (const Part& part : before) {
        const auto found = std::ranges::find(after, part);
        if (found == after.end()) {
            return std::nullopt;
        }
        after.erase(found);
    }
    return after;
}

// https://www.sqlite.org/lang_altertable.html#alter_table_add_column
bool can_add(const Column& column) {
    if (column.generated) {
        return !column.generated->stored;
    }
    if (!column.default_expression) {
        return !column.not_null;
    }
    return is_literal_default(*column.default_expression) &&
           !column.default_expression->starts_with("CURRENT_");
}

bool mentions(const std::string& expression, const std::string& column) {
    const std::vector<std::string> names = mentioned_names(expression);
    return std::binary_search(names.begin(), names.end(), to_lower(column));
}

// The clauses of ADD COLUMN for each new column, by its name: constraints that come with it stand behind it.
using AddedClauses = std::map<std::string, std::string>;

bool attach_checks(const std::vector<CheckConstraint>& checks, const std::vector<const Column*>& added,
                   AddedClauses& clauses) {
    for (const CheckConstraint& check : checks) {
        // Behind the last of the columns that it speaks of, since the others must be there.
        const auto last = std::find_if(added.rbegin(), added.rend(), [&](const Column* column) {
            return mentions(check.expression, column->name);
        });
        if (last == added.rend()) {
            return false;
        }
        clauses[(*last)->name] += " " + check_clause(check);
    }
    return true;
}

bool attach_foreign_keys(const std::vector<ForeignKey>& keys, const std::vector<const Column*>& added,
                         AddedClauses& clauses) {
    for (const ForeignKey& key : keys) {
        const auto column = std::ranges::find_if(
            added, [&](const Column* candidate) { return key.columns == std::vector{candidate->name}; });
        if (column == added.end() || (*column)->default_expression || (*column)->generated) {
            return false;
        }
        clauses[(*column)->name] += " " + references_clause(key);
    }
    return true;
}

// The clauses when ALTER TABLE can do all of it.
std::optional<AddedClauses> added_clauses(const TableStructure& before, const TableStructure& after) {
    if (before.strict != after.strict || before.without_rowid != after.without_rowid ||
        !(before.primary_key == after.primary_key)) {
        return std::nullopt;
    }
    const auto unique = only_added(before.unique_constraints, after.unique_constraints);
    const auto checks = only_added(before.checks, after.checks);
    const auto keys = only_added(before.foreign_keys, after.foreign_keys);
    if (!unique || !unique->empty() || !checks || !keys) {
        return std::nullopt;
    }
    bool one_stays = false;
    for (const Column& column : before.columns) {
        const Column* other = after.find_column(column.name);
        if (other != nullptr && !(*other == column)) {
            return std::nullopt;
        }
        one_stays = one_stays || other != nullptr;
    }
    const std::vector<const Column*> added = columns_missing_in(before, after);
    AddedClauses clauses;
    if (!one_stays || !std::ranges::all_of(added, [](const Column* column) { return can_add(*column); }) ||
        !attach_checks(*checks, added, clauses) || !attach_foreign_keys(*keys, added, clauses)) {
        return std::nullopt;
    }
    return clauses;
}

// A name that reaches the rowid: each of the three may be taken by a column.
std::optional<std::string> name_of_rowid(const TableStructure& before, const TableStructure& after) {
    for (const char* name : {"rowid", "_rowid_", "oid"}) {
        const auto is_taken = [&](const TableStructure& table) {
            return std::ranges::any_of(
                table.columns, [&](const Column& column) { return equal_ignoring_case(column.name, name); });
        };
        if (!is_taken(before) && !is_taken(after)) {
            return name;
        }
    }
    return std::nullopt;
}

std::string copied_value(const Column& before, const Column& after, bool strict) {
    std::string value = quote(before.name);
    if (strict && ((before.type == "TEXT" && after.type == "BLOB") ||
                   (before.type == "BLOB" && after.type == "TEXT"))) {
        value = fmt::format("CAST({} AS {})", value, after.type);
    }
    if (after.not_null && !before.not_null && after.default_expression) {
        return fmt::format("COALESCE({}, {})", value, *after.default_expression);
    }
    return value;
}

struct Copy {
    std::vector<std::string> targets;
    std::vector<std::string> values;
    std::vector<std::string> notes;
    std::vector<Loss> losses;
};

Copy plan_copy(const TableStructure& before, const TableStructure& after) {
    Copy copy;
    const Column* key = rowid_column(after);
    bool key_is_copied = false;
    for (const Column& column : after.columns) {
        const Column* source = before.find_column(column.name);
        if (column.generated) {
            if (source != nullptr && !source->generated) {
                copy.losses.push_back(loss_of(after.name, *source));
            }
            continue;
        }
        const std::string where = after.name.name + "." + column.name;
        const bool must_have_value =
            is_not_null(after, column) && !column.default_expression && &column != key;
        if (source == nullptr) {
            if (must_have_value) {
                copy.notes.push_back(where +
                                     " is NOT NULL without a default: this fails if the table has rows; add "
                                     "it to INSERT and SELECT with a value");
            }
            continue;
        }
        if (must_have_value && !is_not_null(before, *source)) {
            copy.notes.push_back(where +
                                 " becomes NOT NULL: this fails if the table has a NULL there; replace it in "
                                 "SELECT with COALESCE");
        }
        key_is_copied = key_is_copied || &column == key;
        copy.targets.push_back(quote(column.name));
        copy.values.push_back(copied_value(*source, column, after.strict));
    }
    for (const Column* column : columns_missing_in(after, before)) {
        if (!column->generated) {
            copy.losses.push_back(loss_of(after.name, *column));
        }
    }
    // Rowids are kept: full-text indexes and applications may hold them, and it costs nothing.
    const std::optional<std::string> rowid = name_of_rowid(before, after);
    if (!before.without_rowid && !after.without_rowid && rowid && !key_is_copied) {
        copy.targets.insert(copy.targets.begin(), *rowid);
        copy.values.insert(copy.values.begin(), *rowid);
    }
    return copy;
}

bool has_conflict_clause(const TableStructure& table) {
    return (table.primary_key && !table.primary_key->on_conflict.empty()) ||
           std::ranges::any_of(table.unique_constraints,
                               [](const UniqueConstraint& unique) { return !unique.on_conflict.empty(); }) ||
           std::ranges::any_of(table.columns,
                               [](const Column& column) { return !column.not_null_conflict.empty(); });
}

bool counts_up(const TableStructure& table) {
    return table.primary_key && table.primary_key->autoincrement;
}

// Indexes and triggers go with the table, and columns that are not copied; also those that nobody knew of.
std::vector<std::string> guard_parts(const TableChange& change) {
    std::vector<std::string> parts;
    std::vector<std::string> columns;
    for (const Index& index : change.before.indexes) {
        parts.push_back(index.name);
    }
    for (const Trigger& trigger : change.triggers) {
        parts.push_back(trigger.name);
    }
    for (const Column& column : change.before.columns) {
        columns.push_back(column.name);
    }
    const std::string table = string_literal(change.before.name.name);
    std::string condition = fmt::format(
        "(SELECT foreign_keys FROM pragma_foreign_keys)\n"
        "    + (SELECT count(*) FROM sqlite_schema WHERE tbl_name = {} COLLATE NOCASE\n"
        "       AND type IN ('index', 'trigger') AND sql IS NOT NULL",
        table);
    if (!parts.empty()) {
        condition += " AND name NOT IN " + literal_list(parts);
    }
    condition += fmt::format(")\n    + (SELECT count(*) FROM pragma_table_xinfo({}) WHERE name NOT IN {})",
                             table, literal_list(columns));
    return guard(
        condition,
        fmt::format("to rebuild table {} foreign_keys must be OFF, and it must have no column, index "
                    "or trigger that this revision does not know",
                    change.before.name.name));
}

}  // namespace

std::string literal_list(const std::vector<std::string>& texts) {
    std::string list;
    for (const std::string& text : texts) {
        list += (list.empty() ? "" : ", ") + string_literal(text);
    }
    return "(" + list + ")";
}

std::vector<std::string> guard(std::string_view condition, std::string_view message) {
    return {
        fmt::format("CREATE TABLE _schemist_guard (\n    found INTEGER CONSTRAINT {} CHECK (found = 0)\n)",
                    quote(message)),
        fmt::format("INSERT INTO _schemist_guard SELECT {}", condition), "DROP TABLE _schemist_guard"};
}

namespace {

// A column that a generated one is computed from goes after it.
std::vector<const Column*> in_order_of_drop(std::vector<const Column*> columns) {
    std::vector<const Column*> ordered;
    while (!columns.empty()) {
        const auto is_free = [&](const Column* column) {
            return std::ranges::none_of(columns, [&](const Column* other) {
                return other != column && other->generated &&
                       mentions(other->generated->expression, column->name);
            });
        };
        const auto next = std::ranges::find_if(columns, is_free);
        const auto chosen = next == columns.end() ? columns.begin() : next;
        ordered.push_back(*chosen);
        columns.erase(chosen);
    }
    return ordered;
}

}  // namespace

std::optional<DdlAction> alter_natively(const TableChange& change) {
    const std::optional<AddedClauses> clauses = added_clauses(change.before, change.after);
    if (!clauses) {
        return std::nullopt;
    }
    DdlAction action;
    const std::string table = quote(change.after.name.name);
    for (const Column* column : in_order_of_drop(columns_missing_in(change.after, change.before))) {
        action.statements.push_back(fmt::format("ALTER TABLE {} DROP COLUMN {}", table, quote(column->name)));
        if (!column->generated) {
            action.losses.push_back(loss_of(change.after.name, *column));
        }
    }
    for (const Column* column : columns_missing_in(change.before, change.after)) {
        const auto found = clauses->find(column->name);
        action.statements.push_back(fmt::format("ALTER TABLE {} ADD COLUMN {}{}", table,
                                                column_definition(*column),
                                                found == clauses->end() ? "" : found->second));
    }
    return action;
}

std::vector<std::string> dropped_indexes(const TableStructure& before, const TableStructure& after) {
    std::vector<std::string> statements;
    for (const Index& index : before.indexes) {
        if (std::ranges::find(after.indexes, index) == after.indexes.end()) {
            statements.push_back("DROP INDEX " + quote(index.name));
        }
    }
    return statements;
}

std::vector<std::string> created_indexes(const TableStructure& before, const TableStructure& after) {
    std::vector<std::string> statements;
    for (const Index& index : after.indexes) {
        if (std::ranges::find(before.indexes, index) == before.indexes.end()) {
            statements.push_back(create_index(index, after.name.name));
        }
    }
    return statements;
}

bool drops_column_natively(const TableChange& change) {
    return !columns_missing_in(change.after, change.before).empty() &&
           added_clauses(change.before, change.after);
}

DdlAction rebuild(const TableChange& change) {
    const TableStructure& before = change.before;
    const TableStructure& after = change.after;
    const std::string table = quote(after.name.name);
    const std::string temporary_name = "_schemist_rebuild_" + after.name.name;
    const std::string temporary = quote(temporary_name);
    const Copy copy = plan_copy(before, after);
    DdlAction action;
    action.losses = copy.losses;
    if (copy.targets.empty()) {
        action.losses = {loss_of_rows(after.name)};
    }
    action.note = fmt::format("{}", fmt::join(copy.notes, "; "));
    action.statements = guard_parts(change);
    action.statements.push_back(create_table(after, temporary_name));
    if (!copy.targets.empty()) {
        // A conflict clause of the table would drop rows without a word.
        action.statements.push_back(fmt::format(
            "INSERT {}INTO {} ({})\nSELECT {} FROM {}", has_conflict_clause(after) ? "OR ABORT " : "",
            temporary, fmt::join(copy.targets, ", "), fmt::join(copy.values, ", "), table));
    }
    if (counts_up(before) && counts_up(after)) {
        const std::string literal = string_literal(temporary_name);
        action.statements.push_back(fmt::format("DELETE FROM sqlite_sequence WHERE name = {}", literal));
        action.statements.push_back(fmt::format(
            "INSERT INTO sqlite_sequence (name, seq)\nSELECT {}, seq FROM sqlite_sequence WHERE name = {}",
            literal, string_literal(after.name.name)));
    }
    action.statements.push_back("DROP TABLE " + table);
    // Without it SQLite would look into views and triggers that name the table, which is not there for a
    // moment.
    action.statements.push_back("PRAGMA legacy_alter_table = ON");
    action.statements.push_back(fmt::format("ALTER TABLE {} RENAME TO {}", temporary, table));
    action.statements.push_back("PRAGMA legacy_alter_table = OFF");
    for (const Index& index : after.indexes) {
        action.statements.push_back(create_index(index, after.name.name));
    }
    for (const Trigger& trigger : change.triggers) {
        action.statements.push_back(trigger.definition);
    }
    return action;
}

}  // namespace schemist::sqlite
