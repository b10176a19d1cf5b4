// The kind `column`: how it is read, added and dropped. How it is altered stands in column_alter.cpp.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/sql.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

std::string query(const Scope&) {
    return "SELECT a.attrelid, a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, "
           "pg_get_expr(ad.adbin, CASE WHEN a.attgenerated = '' THEN 0 ELSE ad.adrelid END), a.attidentity, "
           "a.attgenerated, "
           "a.attcollation, CASE WHEN a.attcollation <> t.typcollation THEN CASE WHEN con.nspname IN "
           "('pg_catalog', "
           "'public') THEN '' ELSE quote_ident(con.nspname) || '.' END || quote_ident(co.collname) END, "
           "d.description "
           "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid "
           "= c.oid AND "
           "a.attnum > 0 AND NOT a.attisdropped JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef ad "
           "ON "
           "ad.adrelid = a.attrelid AND ad.adnum = a.attnum LEFT JOIN pg_collation co ON co.oid = "
           "a.attcollation "
           "LEFT JOIN pg_namespace con ON con.oid = co.collnamespace" +
           join_comment("pg_class", "a.attrelid", "a.attnum") + " WHERE c.relkind = 'r' AND " +
           is_user_namespace() + " ORDER BY a.attrelid, a.attnum";
}

void read(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto found = reading.tables.find(rows.oid(row, 0));
        if (found == reading.tables.end()) {
            continue;
        }
        Reading::TableInfo& info = found->second;
        const auto number = static_cast<std::size_t>(rows.integer(row, 1));
        info.column_names.resize(number + 1);
        info.column_names[number] = rows.string(row, 2);
        info.collations.resize(number + 1);
        info.collations[number] = rows.oid(row, 8);
        Column column;
        column.name = info.column_names[number];
        column.type = rows.string(row, 3);
        column.not_null = rows.boolean(row, 4);
        if (const char generated = rows.letter(row, 7); generated != '\0') {
            column.generated =
                Generated{std::string(without_parentheses(rows.text(row, 5))), generated == 's'};
        } else if (!rows.is_null(row, 5)) {
            column.default_expression = rows.string(row, 5);
        }
        if (const char identity = rows.letter(row, 6); identity != '\0') {
            column.identity = Identity{identity == 'a', {}, {}};
        }
        column.collation = rows.string(row, 9);
        column.comment = rows.string(row, 10);
        reading.schema.tables[info.position].columns.push_back(std::move(column));
    }
}

std::string identity_query(const Scope&) {
    return "SELECT o.refobjid, o.refobjsubid, c.relname, format_type(s.seqtypid, NULL), s.seqstart, "
           "s.seqincrement, "
           "s.seqmin, s.seqmax, s.seqcache, s.seqcycle FROM pg_sequence s JOIN pg_class c ON c.oid = "
           "s.seqrelid JOIN "
           "pg_depend o ON o.classid = 'pg_class'::regclass AND o.objid = c.oid AND o.objsubid = 0 AND "
           "o.refclassid = "
           "'pg_class'::regclass AND o.refobjsubid > 0 AND o.deptype = 'i'";
}

void read_identities(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const Reading::TableInfo* info = reading.info(rows.oid(row, 0));
        if (info == nullptr) {
            continue;
        }
        const std::string& name = info->column_names.at(static_cast<std::size_t>(rows.integer(row, 1)));
        for (Column& column : reading.schema.tables[info->position].columns) {
            if (column.name == name && column.identity) {
                column.identity->sequence_name = rows.string(row, 2);
                column.identity->options = {rows.string(row, 3),  rows.integer(row, 4), rows.integer(row, 5),
                                            rows.integer(row, 6), rows.integer(row, 7), rows.integer(row, 8),
                                            rows.boolean(row, 9)};
            }
        }
    }
}

DdlAction add(const Name& table, const Column& column, const Reference& object,
              const Differences& differences) {
    DdlAction action;
    action.statements.push_back(fmt::format("{} ADD COLUMN {}", alter_table(table),
                                            column_definition(table, column, differences, false)));
    if (!column.comment.empty()) {
        action.statements.push_back(comment_on_column(table, column));
    }
    action.creates.push_back(object);
    action.needs = Differences::used_by_column(differences.to(), differences.to().find_table(table), column);
    action.needs.push_back({Kind::table, table, {}});
    if (const Sequence* sequence = differences.serial_sequence(table, column)) {
        const Reference made{Kind::sequence, sequence->name, {}};
        std::erase(action.needs, made);
        action.creates.push_back(made);
    }
    const bool fills_itself = column.default_expression || column.identity || column.generated;
    if (column.not_null && !fills_itself) {
        action.note =
            fmt::format("{}.{} is NOT NULL without a default: adding it fails when the table has rows",
                        qualified(table), quote_identifier(column.name));
    }
    return action;
}

DdlAction drop(const Name& table, const Column& column, const Reference& object,
               const Differences& differences) {
    DdlAction action;
    action.statements.push_back(
        fmt::format("{} DROP COLUMN {}", alter_table(table), quote_identifier(column.name)));
    action.drops.push_back(object);
    action.frees =
        Differences::used_by_column(differences.from(), differences.from().find_table(table), column);
    action.frees.push_back({Kind::table, table, {}});
    for (const Sequence& sequence : differences.from().sequences) {
        const Reference owned{Kind::sequence, sequence.name, {}};
        if (sequence.owned_by == ColumnName{table, column.name}) {
            std::erase(action.frees, owned);
            if (differences.is_dropped(owned)) {
                action.drops.push_back(owned);
            }
        }
    }
    // A stored column that is put back is computed again.
    action.loses_data = !column.generated;
    return action;
}

void write(const Change& change, const Differences& differences, Actions& actions) {
    const Name& table = change.object.name;
    const Column* before = std::get_if<Column>(&change.before);
    const Column* after = std::get_if<Column>(&change.after);
    switch (change.action) {
        case Action::create:
            actions.push_back(add(table, *after, change.object, differences));
            break;
        case Action::drop:
            actions.push_back(drop(table, *before, change.object, differences));
            break;
        case Action::alter:
            alter_column(table, *before, *after, change.object, differences, actions);
            break;
        case Action::rename: {
            DdlAction action;
            action.statements.push_back(fmt::format("{} RENAME COLUMN {} TO {}", alter_table(table),
                                                    quote_identifier(before->name),
                                                    quote_identifier(after->name)));
            action.drops.push_back(change.object);
            action.creates.push_back(part(Kind::column, table, after->name));
            action.needs.push_back({Kind::table, table, {}});
            actions.push_back(std::move(action));
            break;
        }
    }
}

std::string_view serial_type(std::string_view type) {
    return type == "smallint" ? "smallserial" : type == "integer" ? "serial" : "bigserial";
}

}  // namespace

std::string comment_on_column(const Name& table, const Column& column) {
    return comment_on(fmt::format("COLUMN {}.{}", qualified(table), quote_identifier(column.name)),
                      column.comment);
}

std::string identity_clause(const Name& table, const Column& column, bool name_sequence) {
    const Identity& identity = *column.identity;
    std::vector<std::string> options;
    const bool other_name =
        !identity.sequence_name.empty() &&
        (name_sequence || identity.sequence_name != generated_name(table.name, column.name, "seq"));
    if (other_name) {
        options.push_back("SEQUENCE NAME " + qualified_like(table, identity.sequence_name));
    }
    if (std::string text = sequence_options(identity.options, column.type); !text.empty()) {
        options.push_back(std::move(text));
    }
    const std::string list = options.empty() ? "" : " (" + join(options, " ") + ")";
    return fmt::format("GENERATED {} AS IDENTITY{}", identity.always ? "ALWAYS" : "BY DEFAULT", list);
}

std::string column_definition(const Name& table, const Column& column, const Differences& differences,
                              bool in_primary_key) {
    const std::string name = quote_identifier(column.name);
    if (differences.serial_sequence(table, column) != nullptr) {
        return fmt::format("{} {}", name, serial_type(column.type));
    }
    std::string text = fmt::format("{} {}", name, column.type);
    if (!column.collation.empty()) {
        text += " COLLATE " + column.collation;
    }
    if (column.identity) {
        text += " " + identity_clause(table, column, false);
    } else if (column.generated) {
        text += fmt::format(" GENERATED ALWAYS AS ({}) {}", reparsable(column.generated->expression),
                            column.generated->stored ? "STORED" : "VIRTUAL");
    } else if (column.default_expression) {
        text += " DEFAULT " + reparsable(*column.default_expression);
    }
    // An identity and a primary key are NOT NULL without being told.
    if (column.not_null && !column.identity && !in_primary_key) {
        text += " NOT NULL";
    }
    return text;
}

KindOfObject column_kind() {
    return {Kind::column, {{query, read}, {identity_query, read_identities}}, write};
}

}  // namespace schemist::postgresql
