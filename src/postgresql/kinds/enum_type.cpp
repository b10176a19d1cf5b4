// The kind `enum_type`.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT t.oid, n.nspname, t.typname, d.description, ARRAY(SELECT l.enumlabel FROM pg_enum l WHERE "
           "l.enumtypid = t.oid "
           "ORDER BY l.enumsortorder) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace" +
           join_comment("pg_type", "t.oid") + " WHERE t.typtype = 'e' AND " + is_user_namespace() + " AND " +
           is_no_extension_member("pg_type", "t.oid");
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        EnumType type{
            {rows.string(row, 1), rows.string(row, 2)}, parse_array(rows.text(row, 4)), rows.string(row, 3)};
        reading.add(reading.schema.enum_types, std::move(type), {{catalogue::types, rows.oid(row, 0)}});
    }
}

std::string create_type(const EnumType& type) {
    std::vector<std::string> values;
    std::ranges::transform(type.values, std::back_inserter(values), quote_literal);
    const std::string head = "CREATE TYPE " + qualified(type.name) + " AS ENUM (";
    const bool one_line = values.size() <= 8;
    return one_line ? head + join(values, ", ") + ")" : head + "\n    " + join(values, ",\n    ") + "\n)";
}

void write_type_comment(const EnumType& type, DdlAction& action) {
    action.statements.push_back(comment_on("TYPE " + qualified(type.name), type.comment));
}

DdlAction create(const EnumType& type, const Reference& object, const Differences& differences) {
    DdlAction action;
    action.statements.push_back(create_type(type));
    if (!type.comment.empty()) {
        write_type_comment(type, action);
    }
    change_privileges(differences.given_by_default(Kind::enum_type, type.name), type.privileges,
                      "TYPE " + qualified(type.name), {}, action.statements);
    write_owner("TYPE " + qualified(type.name), {}, type.owner, action.statements);
    action.creates.push_back(object);
    add_schema(action.needs, type.name);
    return action;
}

DdlAction drop(const EnumType& type, const Reference& object) {
    DdlAction action;
    action.statements.push_back("DROP TYPE " + qualified(type.name));
    action.drops.push_back(object);
    add_schema(action.frees, type.name);
    return action;
}

DdlAction rename(const EnumType& before, const EnumType& after, const Reference& object) {
    DdlAction action;
    if (!object.part.empty()) {
        // The values stay in their places.
        const auto place = std::ranges::find(before.values, object.part) - before.values.begin();
        const std::string& value = after.values.at(static_cast<std::size_t>(place));
        action.statements.push_back(fmt::format("ALTER TYPE {} RENAME VALUE {} TO {}", qualified(before.name),
                                                quote_literal(object.part), quote_literal(value)));
        action.creates.push_back({Kind::enum_type, after.name, value});
        action.needs.push_back({Kind::enum_type, after.name, {}});
        return action;
    }
    action.statements.push_back(
        fmt::format("ALTER TYPE {} RENAME TO {}", qualified(before.name), quote_identifier(after.name.name)));
    action.drops.push_back(object);
    action.creates.push_back({Kind::enum_type, after.name, {}});
    return action;
}

std::vector<std::string> add_values(const EnumType& before, const EnumType& after) {
    std::vector<std::string> statements;
    std::size_t old_position = 0;
    for (std::size_t i = 0; i < after.values.size(); ++i) {
        if (old_position < before.values.size() && after.values[i] == before.values[old_position]) {
            ++old_position;
            continue;
        }
        std::string place;
        if (old_position < before.values.size()) {
            place = i == 0 ? " BEFORE " + quote_literal(before.values.front())
                           : " AFTER " + quote_literal(after.values[i - 1]);
        }
        statements.push_back(fmt::format("ALTER TYPE {} ADD VALUE {}{}", qualified(after.name),
                                         quote_literal(after.values[i]), place));
    }
    return statements;
}

std::string set_default(const Name& table, const Column& column) {
    const std::string alter = alter_table(table) + " ALTER COLUMN " + quote_identifier(column.name);
    return column.default_expression ? alter + " SET DEFAULT " + *column.default_expression
                                     : alter + " DROP DEFAULT";
}

std::vector<std::string> removed_values(const EnumType& before, const EnumType& after) {
    std::vector<std::string> removed;
    for (const std::string& value : before.values) {
        if (std::ranges::find(after.values, value) == after.values.end()) {
            removed.push_back(quote_literal(value));
        }
    }
    return removed;
}

DdlAction drop_old(const Name& old, const Reference& object) {
    DdlAction action;
    action.statements.push_back("DROP TYPE " + qualified(old));
    action.needs.push_back(object);
    action.drops.push_back({object.kind, object.name, "old"});
    return action;
}

// A value can be neither removed nor moved: the type is made anew, and the columns change over by the text of the value.
DdlAction replace(const EnumType& before, const EnumType& after, const Reference& object,
                  const Differences& differences) {
    DdlAction action;
    const Name old = differences.name_set_aside(before.name);
    action.statements.push_back(
        fmt::format("ALTER TYPE {} RENAME TO {}", qualified(before.name), quote_identifier(old.name)));
    action.statements.push_back(create_type(after));
    for (const Differences::EnumColumn& column : differences.columns_of_replaced(after)) {
        const std::string name = quote_identifier(column.before->name);
        const bool both_arrays = column.before->type.ends_with("[]") && column.after->type.ends_with("[]");
        const std::string text = both_arrays ? "text[]" : "text";
        if (column.before->default_expression) {
            action.statements.push_back(
                fmt::format("{} ALTER COLUMN {} DROP DEFAULT", alter_table(column.table), name));
        }
        action.statements.push_back(fmt::format("{0} ALTER COLUMN {1} TYPE {2} USING {1}::{3}::{2}",
                                                alter_table(column.table), name, column.after->type, text));
        if (column.after->default_expression) {
            action.statements.push_back(set_default(column.table, *column.after));
        }
        action.needs.push_back({Kind::table, column.table, {}});
        // Whoever uses the column goes before, and comes back after.
        action.drops.push_back(part(Kind::column, column.table, column.before->name));
        action.creates.push_back(part(Kind::column, column.table, column.before->name));
    }
    if (!after.comment.empty()) {
        write_type_comment(after, action);
    }
    change_privileges(differences.given_by_default(Kind::enum_type, after.name), after.privileges,
                      "TYPE " + qualified(after.name), {}, action.statements);
    write_owner("TYPE " + qualified(after.name), {}, after.owner, action.statements);
    action.creates.push_back(object);
    action.drops.push_back(object);
    if (const std::vector<std::string> removed = removed_values(before, after); !removed.empty()) {
        action.losses = {{object, "the values " + join(removed, ", ")}};
        action.note = fmt::format("{} no longer has {}: rows that still hold it make this fail",
                                  qualified(after.name), join(removed, ", "));
    }
    return action;
}

DdlAction alter(const EnumType& before, const EnumType& after, const Reference& object,
                const Differences& differences) {
    if (!only_adds_values(before, after)) {
        return replace(before, after, object, differences);
    }
    DdlAction action;
    action.statements = add_values(before, after);
    // A value cannot be used by the transaction that adds it.
    action.commit_after = !action.statements.empty();
    if (before.comment != after.comment) {
        write_type_comment(after, action);
    }
    change_privileges(before.privileges, after.privileges, "TYPE " + qualified(after.name), {},
                      action.statements, before.owner);
    write_owner("TYPE " + qualified(after.name), before.owner, after.owner, action.statements);
    action.creates.push_back(object);
    return action;
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const EnumType* before = std::get_if<EnumType>(&change.before);
    const EnumType* after = std::get_if<EnumType>(&change.after);
    switch (change.action) {
        case Action::create:
            actions.push_back(create(*after, change.object, differences));
            break;
        case Action::drop:
            actions.push_back(drop(*before, change.object));
            break;
        case Action::rename:
            actions.push_back(rename(*before, *after, change.object));
            break;
        case Action::alter:
            actions.push_back(alter(*before, *after, change.object, differences));
            if (differences.is_replaced(*after)) {
                actions.push_back(drop_old(differences.name_set_aside(before->name), change.object));
            }
            break;
    }
}

}  // namespace

KindOfObject enum_type_kind() {
    return {Kind::enum_type, {{query, read}}, write};
}

}  // namespace schemist::postgresql
