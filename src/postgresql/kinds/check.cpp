// The kind `check`.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope& scope) {
    return "SELECT co.conrelid, co.conname, pg_get_expr(co.conbin, co.conrelid), co.connoinherit, "
           "co.convalidated, "
           "d.description, " +
           is_enforced_column(scope) + " FROM pg_constraint co" + join_comment("pg_constraint", "co.oid") +
           " WHERE co.contype = 'c' AND co.conislocal AND " + is_of_users("co.conrelid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (TableStructure* table = reading.table(rows.oid(row, 0))) {
            CheckConstraint check;
            check.name = rows.string(row, 1);
            check.expression = without_parentheses(rows.text(row, 2));
            check.no_inherit = rows.boolean(row, 3);
            check.not_enforced = !rows.boolean(row, 6);
            check.not_valid = !check.not_enforced && !rows.boolean(row, 4);
            check.comment = rows.string(row, 5);
            table->checks.push_back(std::move(check));
        }
    }
}

std::vector<Reference> used(const Schema& schema, const Name& table, const CheckConstraint& check) {
    return Differences::used_by_expression(schema, schema.find_table(table), check.expression);
}

// Only what can be done without dropping the constraint; nothing when that is not enough.
std::vector<std::string> change_in_place(const CheckConstraint& before, const CheckConstraint& after,
                                         const Name& table) {
    CheckConstraint changed = before;
    changed.comment = after.comment;
    changed.not_valid = before.not_valid && after.not_valid;
    if (!(changed == after)) {
        return {};
    }
    std::vector<std::string> statements;
    if (before.not_valid && !after.not_valid) {
        statements.push_back(alter_table(table) + " VALIDATE CONSTRAINT " + quote_identifier(after.name));
    }
    if (before.comment != after.comment) {
        statements.push_back(comment_on_constraint(table, after.name, after.comment));
    }
    return statements;
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Name& table = change.object.name;
    const CheckConstraint* before = std::get_if<CheckConstraint>(&change.before);
    const CheckConstraint* after = std::get_if<CheckConstraint>(&change.after);
    if (change.action == Action::rename) {
        actions.push_back(rename_constraint(change, before->name, after->name));
        return;
    }
    if (before != nullptr && after != nullptr) {
        if (std::vector<std::string> statements = change_in_place(*before, *after, table);
            !statements.empty()) {
            actions.push_back(in_place(change.object, std::move(statements)));
            return;
        }
    }
    if (before != nullptr) {
        actions.push_back(
            drop_constraint(Kind::check, table, before->name, used(differences.from(), table, *before)));
    }
    if (after != nullptr) {
        actions.push_back(add_constraint(Kind::check, table, after->name, after->comment, definition(*after),
                                         used(differences.to(), table, *after)));
    }
}

}  // namespace

std::string definition(const CheckConstraint& check) {
    return fmt::format("{}CHECK ({}){}{}{}", constraint_prefix(check.name), reparsable(check.expression),
                       check.no_inherit ? " NO INHERIT" : "", check.not_enforced ? " NOT ENFORCED" : "",
                       check.not_valid ? " NOT VALID" : "");
}

KindOfObject check_kind() {
    return {Kind::check, {{query, read}}, write};
}

}  // namespace schemist::postgresql
