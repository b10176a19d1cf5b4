// The kind `foreign_key`.

#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// Those with a parent constraint are the server's own, for partitions of the referenced table.
std::string query(const Scope& scope) {
    return "SELECT co.conrelid, co.conname, co.condeferrable, co.condeferred, co.conkey, rn.nspname, "
           "rc.relname, "
           "ARRAY(SELECT a.attname FROM unnest(co.confkey) WITH ORDINALITY k(number, position) JOIN "
           "pg_attribute a ON "
           "a.attrelid = co.confrelid AND a.attnum = k.number ORDER BY k.position), co.confdeltype, "
           "co.confupdtype, "
           "co.confmatchtype, co.convalidated, d.description, " +
           std::string(scope.server_version >= 150000 ? "co.confdelsetcols" : "NULL") +
           " FROM pg_constraint co JOIN pg_class rc ON rc.oid = co.confrelid JOIN pg_namespace rn ON "
           "rn.oid = rc.relnamespace" +
           join_comment("pg_constraint", "co.oid") + " WHERE co.contype = 'f' AND co.conparentid = 0";
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
        key.columns = column_names(rows.text(row, 4), *info);
        key.referenced_table = {rows.string(row, 5), rows.string(row, 6)};
        key.referenced_columns = parse_array(rows.text(row, 7));
        key.on_delete = action_of(rows.letter(row, 8));
        key.on_update = action_of(rows.letter(row, 9));
        key.match = match_of(rows.letter(row, 10));
        key.not_valid = !rows.boolean(row, 11);
        key.comment = rows.string(row, 12);
        key.on_delete_columns = column_names(rows.text(row, 13), *info);
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
    if (!(changed == after)) {
        return {};
    }
    std::vector<std::string> statements;
    if (before.deferral != after.deferral) {
        const bool off = after.deferral == Deferral::not_deferrable;
        statements.push_back(fmt::format("{} ALTER CONSTRAINT {}{}", alter_table(table),
                                         quote_identifier(after.name),
                                         off ? " NOT DEFERRABLE" : deferral_clause(after.deferral)));
    }
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

}  // namespace

std::string definition(const ForeignKey& key) {
    std::string text = fmt::format("{}FOREIGN KEY ({}) REFERENCES {}", constraint_prefix(key.name),
                                   column_list(key.columns), qualified(key.referenced_table));
    if (!key.referenced_columns.empty()) {
        text += fmt::format(" ({})", column_list(key.referenced_columns));
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
    return text + deferral_clause(key.deferral) + (key.not_valid ? " NOT VALID" : "");
}

KindOfObject foreign_key_kind() {
    return {Kind::foreign_key, {{query, read}}, write};
}

}  // namespace schemist::postgresql
