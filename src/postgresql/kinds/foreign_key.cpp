// The kind `foreign_key`.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/sql.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// A table that is not read can be referred to all the same.
std::string unread_table_query(const Scope& scope) {
    return "SELECT c.oid, n.nspname, c.relname, a.attnum, a.attname FROM pg_class c JOIN pg_namespace n ON "
           "n.oid = "
           "c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
           "WHERE c.oid "
           "IN (SELECT co.confrelid FROM pg_constraint co WHERE co.contype = 'f') AND NOT (" +
           is_read_table(scope) + ")";
}

void read_unread_tables(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Reading::UnreadTable& table = reading.unread_tables[rows.oid(row, 0)];
        table.name = {rows.string(row, 1), rows.string(row, 2)};
        const auto number = static_cast<std::size_t>(rows.integer(row, 3));
        table.column_names.resize(std::max(table.column_names.size(), number + 1));
        table.column_names[number] = rows.string(row, 4);
    }
}

// Those with a parent constraint are the server's own, for partitions of the referenced table.
std::string query(const Scope& scope) {
    return "SELECT co.conrelid, co.conname, co.condeferrable, co.condeferred, co.conkey, co.confrelid, "
           "co.confkey, "
           "co.confdeltype, co.confupdtype, co.confmatchtype, co.convalidated, d.description, " +
           std::string(scope.server_version >= 150000 ? "co.confdelsetcols" : "NULL") + ", " +
           is_enforced_column(scope) + ", " + has_period_column(scope) + " FROM pg_constraint co" +
           join_comment("pg_constraint", "co.oid") + " WHERE co.contype = 'f' AND co.conparentid = 0 AND " +
           is_of_users("co.conrelid");
}

void read_referenced(const Result& rows, std::size_t row, const Reading& reading, ForeignKey& key) {
    const Oid table = rows.oid(row, 5);
    if (const Reading::TableInfo* info = reading.info(table)) {
        key.referenced_table = reading.schema.tables[info->position].name;
        key.referenced_columns = column_names(rows.text(row, 6), info->column_names);
    } else {
        const Reading::UnreadTable& unread = reading.unread_tables.at(table);
        key.referenced_table = unread.name;
        key.referenced_columns = column_names(rows.text(row, 6), unread.column_names);
    }
}

ForeignKeyAction action_of(char letter) {
    switch (letter) {
        case 'r':
            return ForeignKeyAction::restrict;
        case 'c':
            return ForeignKeyAction::cascade;
        case 'n':
            return ForeignKeyAction::set_null;
        case 'd':
            return ForeignKeyAction::set_default;
        default:
            return ForeignKeyAction::no_action;
    }
}

ForeignKeyMatch match_of(char letter) {
    return letter == 'f'   ? ForeignKeyMatch::full
           : letter == 'p' ? ForeignKeyMatch::partial
                           : ForeignKeyMatch::simple;
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::TableInfo* info = reading.info(rows.oid(row, 0));
        if (info == nullptr) {
            continue;
        }
        ForeignKey key;
        key.name = rows.string(row, 1);
        key.deferral = read_deferral(rows, row, 2);
        key.columns = column_names(rows.text(row, 4), info->column_names);
        read_referenced(rows, row, reading, key);
        key.on_delete = action_of(rows.letter(row, 7));
        key.on_update = action_of(rows.letter(row, 8));
        key.match = match_of(rows.letter(row, 9));
        key.comment = rows.string(row, 11);
        key.on_delete_columns = column_names(rows.text(row, 12), info->column_names);
        key.not_enforced = !rows.boolean(row, 13);
        key.not_valid = !key.not_enforced && !rows.boolean(row, 10);
        key.period = rows.boolean(row, 14);
        reading.schema.tables[info->position].foreign_keys.push_back(std::move(key));
    }
}

std::string_view action_text(ForeignKeyAction action) {
    switch (action) {
        case ForeignKeyAction::restrict:
            return "RESTRICT";
        case ForeignKeyAction::cascade:
            return "CASCADE";
        case ForeignKeyAction::set_null:
            return "SET NULL";
        case ForeignKeyAction::set_default:
            return "SET DEFAULT";
        case ForeignKeyAction::no_action:
            break;
    }
    return "NO ACTION";
}

std::vector<Reference> used(const Schema& schema, const Name& table, const ForeignKey& key) {
    std::vector<Reference> references = columns_of(table, key.columns);
    append(references, columns_of(key.referenced_table, key.referenced_columns));
    append(references, Differences::keys_on(schema.find_table(key.referenced_table), key.referenced_columns));
    references.push_back({Kind::table, key.referenced_table, {}});
    // Both sides of a comparison must be of the same enum type, the old one or the new one.
    if (const TableStructure* owner = schema.find_table(table);
        owner != nullptr && !schema.enum_types.empty()) {
        for (const std::string& name : key.columns) {
            if (const Column* column = owner->find_column(name)) {
                append(references, Differences::used_by_type(schema, column->type));
            }
        }
    }
    return references;
}

// Only what can be done without dropping the constraint; nothing when that is not enough.
std::vector<std::string> change_in_place(const ForeignKey& before, const ForeignKey& after,
                                         const Name& table) {
    ForeignKey changed = before;
    changed.comment = after.comment;
    changed.deferral = after.deferral;
    changed.not_valid = before.not_valid && after.not_valid;
    changed.not_enforced = after.not_enforced;
    // What is enforced from now on is checked in full.
    changed.not_valid = changed.not_valid && !before.not_enforced;
    if (!(changed == after)) {
        return {};
    }
    std::vector<std::string> statements;
    if (before.not_enforced != after.not_enforced) {
        statements.push_back(fmt::format("{} ALTER CONSTRAINT {} {}", alter_table(table),
                                         quote_identifier(after.name),
                                         after.not_enforced ? "NOT ENFORCED" : "ENFORCED"));
    }
    if (before.deferral != after.deferral) {
        const bool off = after.deferral == Deferral::not_deferrable;
        statements.push_back(fmt::format("{} ALTER CONSTRAINT {}{}", alter_table(table),
                                         quote_identifier(after.name),
                                         off ? " NOT DEFERRABLE" : deferral_clause(after.deferral)));
    }
    if (before.not_valid && !after.not_valid && !after.not_enforced) {
        statements.push_back(alter_table(table) + " VALIDATE CONSTRAINT " + quote_identifier(after.name));
    }
    if (before.comment != after.comment) {
        statements.push_back(comment_on_constraint(table, after.name, after.comment));
    }
    return statements;
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Name& table = change.object.name;
    const ForeignKey* before = std::get_if<ForeignKey>(&change.before);
    const ForeignKey* after = std::get_if<ForeignKey>(&change.after);
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
        actions.push_back(drop_constraint(Kind::foreign_key, table, before->name,
                                          used(differences.from(), table, *before)));
        differences.release(*differences.from().find_table(table), *before, actions.back());
        append(actions.back().drops, differences.changed_persistence(table));
        append(actions.back().drops, differences.changed_persistence(before->referenced_table));
    }
    if (after != nullptr) {
        actions.push_back(add_constraint(Kind::foreign_key, table, after->name, after->comment,
                                         definition(*after), used(differences.to(), table, *after)));
        append(actions.back().needs, differences.changed_persistence(table));
        append(actions.back().needs, differences.changed_persistence(after->referenced_table));
    }
}

std::string with_period(const std::vector<std::string>& columns, bool period) {
    if (!period) {
        return column_list(columns);
    }
    const std::vector<std::string> others(columns.begin(), columns.end() - 1);
    return column_list(others) + (others.empty() ? "" : ", ") + "PERIOD " + quote_identifier(columns.back());
}

}  // namespace

std::string definition(const ForeignKey& key) {
    std::string text = fmt::format("{}FOREIGN KEY ({}) REFERENCES {}", constraint_prefix(key.name),
                                   with_period(key.columns, key.period), qualified(key.referenced_table));
    if (!key.referenced_columns.empty()) {
        text += fmt::format(" ({})", with_period(key.referenced_columns, key.period));
    }
    if (key.match == ForeignKeyMatch::full) {
        text += " MATCH FULL";
    }
    if (key.on_update != ForeignKeyAction::no_action) {
        text += fmt::format(" ON UPDATE {}", action_text(key.on_update));
    }
    if (key.on_delete != ForeignKeyAction::no_action) {
        text += fmt::format(" ON DELETE {}", action_text(key.on_delete));
        if (!key.on_delete_columns.empty()) {
            text += fmt::format(" ({})", column_list(key.on_delete_columns));
        }
    }
    return text + deferral_clause(key.deferral) + (key.not_enforced ? " NOT ENFORCED" : "") +
           (key.not_valid ? " NOT VALID" : "");
}

KindOfObject foreign_key_kind() {
    return {Kind::foreign_key, {{unread_table_query, read_unread_tables}, {query, read}}, write};
}

}  // namespace schemist::postgresql
