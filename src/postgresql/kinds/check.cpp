// The kind `check`.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT co.conrelid, co.conname, pg_get_expr(co.conbin, co.conrelid), co.connoinherit, "
           "co.convalidated, "
           "d.description FROM pg_constraint co JOIN pg_class c ON c.oid = co.conrelid JOIN pg_namespace n "
           "ON "
           "n.oid = c.relnamespace" +
           join_comment("pg_constraint", "co.oid") + " WHERE co.contype = 'c' AND c.relkind = 'r' AND " +
           is_user_namespace();
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (TableStructure* table = reading.table(rows.oid(row, 0))) {
            table->checks.push_back({rows.string(row, 1), std::string(without_parentheses(rows.text(row, 2))),
                                     rows.boolean(row, 3), !rows.boolean(row, 4), rows.string(row, 5)});
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
    return fmt::format("{}CHECK ({}){}{}", constraint_prefix(check.name), reparsable(check.expression),
                       check.no_inherit ? " NO INHERIT" : "", check.not_valid ? " NOT VALID" : "");
}

KindOfObject check_kind() {
    return {Kind::check, {{query, read}}, write};
}

}  // namespace schemist::postgresql
