// The kind `column`: how it is read, added and dropped. How it is altered stands in column_alter.cpp.

#include "postgresql/expression.hpp"
#include "postgresql/kinds/column_alter.hpp"
#include "postgresql/kinds/column_type.hpp"
#include "postgresql/kinds/definitions.hpp"
#include "postgresql/kinds/facets.hpp"
#include "postgresql/kinds/foreign_options.hpp"
#include "postgresql/kinds/not_null.hpp"
#include "postgresql/kinds/partitions.hpp"
#include "postgresql/kinds/table_alter.hpp"
#include "postgresql/sql.hpp"

#include <set>

#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

// With the tables as an array their columns are found by the index, without reading those of indexes too, and in order.
// What few columns have is read apart: a join would look for it once for each column.
std::string query(const Scope&) {
    return "SELECT a.attrelid, a.attnum, a.attname, a.atttypid, format_type(a.atttypid, a.atttypmod), "
           "a.attnotnull, "
           "a.attidentity, a.attgenerated, a.attcollation, a.attstattarget, a.attstorage, a.attcompression, "
           "CASE WHEN a.attoptions IS NOT NULL AND NOT (cardinality(a.attoptions) = 1 AND "
           "a.attoptions[1] LIKE 'pg_attver=%') THEN a.attoptions END, a.attislocal FROM "
           "pg_attribute a WHERE a.attrelid = ANY(ARRAY(SELECT c.oid FROM pg_class c WHERE c.relkind IN "
           "('r', 'p', 'f') "
           "AND " +
           is_of_users("c.oid") + ")) AND a.attnum > 0 AND NOT a.attisdropped";
}

std::string storage_word(char letter) {
    switch (letter) {
        case 'p':
            return "plain";
        case 'e':
            return "external";
        case 'm':
            return "main";
        default:
            return "extended";
    }
}

std::string compression_word(char letter) {
    return letter == 'p' ? "pglz" : letter == 'l' ? "lz4" : "";
}

}  // namespace

Column read_attributes(const Result& rows, std::size_t row, std::size_t first, const Reading::Type& type) {
    Column column;
    // Unset is -1 before PostgreSQL 17.
    if (!rows.is_null(row, first) && rows.integer(row, first) >= 0) {
        column.statistics_target = rows.integer(row, first);
    }
    if (const char storage = rows.letter(row, first + 1); storage != type.storage) {
        column.storage = storage_word(storage);
    }
    column.compression = compression_word(rows.letter(row, first + 2));
    column.options = parse_storage(rows.text(row, first + 3));
    column.options.erase("pg_attver");  // the server's own bookkeeping
    return column;
}

namespace {

Column read_column(const Result& rows, std::size_t row, const Reading& reading) {
    const Reading::Type type = reading.type(rows.oid(row, 3));
    Column column = read_attributes(rows, row, 9, type);
    column.name = rows.string(row, 2);
    column.type = rows.string(row, 4);
    column.not_null = rows.boolean(row, 5);
    if (const char identity = rows.letter(row, 6); identity != '\0') {
        column.identity = Identity{identity == 'a', {}, {}, {}, {}};
    }
    if (const char generated = rows.letter(row, 7); generated != '\0') {
        column.generated = Generated{{}, generated == 's'};
    }
    if (const Oid collation = rows.oid(row, 8); collation != type.collation) {
        column.collation = reading.collations.at(collation);
    }
    column.inherited = !rows.boolean(row, 13);
    return column;
}

// The server gives them in the order in which it finds them, which is the right one as a rule.
void put_in_order(TableStructure& table, Reading::TableInfo& info) {
    std::vector<Column> ordered;
    ordered.reserve(table.columns.size());
    for (std::size_t number = 0; number < info.column_names.size(); ++number) {
        if (!info.column_names[number].empty()) {
            ordered.push_back(std::move(table.columns[info.positions[number]]));
            info.positions[number] = ordered.size() - 1;
        }
    }
    table.columns = std::move(ordered);
}

void read(const Result& rows, Reading& reading) {
    std::set<Oid> disordered;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const auto found = reading.tables.find(rows.oid(row, 0));
        if (found == reading.tables.end()) {
            continue;
        }
        Reading::TableInfo& info = found->second;
        const auto number = static_cast<std::size_t>(rows.integer(row, 1));
        if (number < info.column_names.size()) {
            disordered.insert(found->first);
        } else {
            info.column_names.resize(number + 1);
            info.collations.resize(number + 1);
            info.positions.resize(number + 1);
        }
        std::vector<Column>& columns = reading.schema.tables[info.position].columns;
        info.collations[number] = rows.oid(row, 8);
        info.positions[number] = columns.size();
        columns.push_back(read_column(rows, row, reading));
        info.column_names[number] = columns.back().name;
    }
    for (const Oid oid : disordered) {
        Reading::TableInfo& info = reading.tables.at(oid);
        put_in_order(reading.schema.tables[info.position], info);
    }
}

// An expression with columns in it can only be read together with its table, which is slow to open.
std::string default_query(const Scope&) {
    return "SELECT ad.adrelid, ad.adnum, pg_get_expr(ad.adbin, CASE WHEN strpos(ad.adbin::text, '{VAR ') = 0 "
           "THEN 0 ELSE "
           "ad.adrelid END) FROM pg_attrdef ad WHERE " +
           is_of_users("ad.adrelid");
}

void read_defaults(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Column* column = reading.column(rows.oid(row, 0), rows.integer(row, 1));
        if (column == nullptr) {
            continue;
        }
        if (column->generated) {
            column->generated->expression = without_parentheses(rows.text(row, 2));
        } else {
            column->default_expression = rows.string(row, 2);
        }
    }
}

std::string comment_query(const Scope&) {
    return "SELECT d.objoid, d.objsubid, d.description FROM pg_description d WHERE d.classoid = "
           "'pg_class'::regclass AND "
           "d.objsubid > 0 AND " +
           is_of_users("d.objoid");
}

void read_comments(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (Column* column = reading.column(rows.oid(row, 0), rows.integer(row, 1))) {
            column->comment = rows.string(row, 2);
        }
    }
}

std::string foreign_option_query(const Scope&) {
    return fmt::format(
        "SELECT a.attrelid, a.attnum, {} FROM pg_attribute a WHERE a.attrelid IN (SELECT ft.ftrelid FROM "
        "pg_foreign_table ft) AND a.attfdwoptions IS NOT NULL AND NOT a.attisdropped",
        options_without_secrets("a.attfdwoptions"));
}

void read_foreign_options(const Result& rows, Reading& reading) {
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (Column* column = reading.column(rows.oid(row, 0), rows.integer(row, 1))) {
            column->foreign_options = parse_storage(rows.text(row, 2));
        }
    }
}

// Tables that inherit from it get the column, but generate no values for it.
bool is_identity_of_parent_only(const Name& table, const Column& column, const Differences& differences) {
    const std::vector<Heirs::Heir>& heirs = differences.heirs().children(table);
    return column.identity && !is_partitioned(differences.to(), table) &&
           std::ranges::any_of(heirs, [&](const Heirs::Heir& heir) {
               const Column* inherited = heir.after->find_column(column.name);
               return inherited == nullptr || !inherited->identity;
           });
}

DdlAction add(const Name& table, const Column& column, const Reference& object,
              const Differences& differences) {
    DdlAction action;
    Column defined = column;
    const std::vector<std::string> of_heirs = not_null_of_heirs(table, column, differences);
    const bool not_null_afterwards_too =
        !of_heirs.empty() && !column.identity && differences.serial_sequence(table, column) == nullptr;
    if (not_null_afterwards_too) {
        defined.not_null = false;
    }
    const bool identity_afterwards = is_identity_of_parent_only(table, column, differences);
    if (identity_afterwards) {
        defined.identity.reset();
    }
    action.statements.push_back(fmt::format("{} ADD COLUMN {}", alter_table(table),
                                            column_definition(table, defined, differences, false)));
    if (identity_afterwards) {
        action.statements.push_back(fmt::format("{} ALTER COLUMN {} ADD {}", alter_table(table),
                                                quote_identifier(column.name),
                                                identity_clause(table, column, false)));
    }
    if (not_null_afterwards_too) {
        append(action.statements, of_heirs);
        action.statements.push_back(make_not_null(table, column, differences));
    }
    append(action.statements, not_null_afterwards(table, column, differences));
    append(action.statements, column_attributes(table, with_options_of(column), column));
    append(action.statements, toast_parameters_again(table, differences));
    if (!column.comment.empty()) {
        action.statements.push_back(comment_on_column(table, column));
    }
    change_privileges({}, column.privileges, "TABLE " + qualified(table), quote_identifier(column.name),
                      action.statements);
    append(action.statements, change_identity_facets(table, column, nullptr, differences));
    action.creates.push_back(object);
    append(action.creates, identity_names(table, column));
    take_not_null_name(table, column, differences, action);
    action.needs = Differences::used_by_column(differences.to(), differences.to().find_table(table), column);
    action.needs.push_back({Kind::table, table, {}});
    // The server takes what a child has for itself for the parent's too, and adds it to the others.
    for (const Heirs::Heir& heir : differences.heirs().children(table)) {
        const Column* own = heir.after->find_column(column.name);
        if (own != nullptr && !own->inherited) {
            action.needs.push_back(part(Kind::column, heir.after->name, column.name));
        }
    }
    if (const Sequence* sequence = differences.serial_sequence(table, column)) {
        const Reference made{Kind::sequence, sequence->name, {}};
        std::erase(action.needs, made);
        action.creates.push_back(made);
    }
    const bool fills_itself = column.default_expression || defined.identity || column.generated;
    if (column.not_null && !fills_itself && !column.not_null_constraint.not_valid) {
        action.note =
            fmt::format("{}.{} is NOT NULL without a default: adding it fails when the table has rows",
                        qualified(table), quote_identifier(column.name));
    }
    return action;
}

DdlAction drop(const Name& table, const Column& column, const Reference& object,
               const Differences& differences) {
    DdlAction action;
    const bool only = differences.column_after(table, column.name) == nullptr &&
                      differences.heirs().keeps_column(table, column.name);
    action.statements.push_back(fmt::format("ALTER TABLE {}{} DROP COLUMN {}", only ? "ONLY " : "",
                                            qualified(table), quote_identifier(column.name)));
    action.drops.push_back(object);
    append(action.drops, identity_names(table, column));
    leave_not_null_name(table, column, differences, action);
    action.frees =
        Differences::used_by_column(differences.from(), differences.from().find_table(table), column);
    action.frees.push_back({Kind::table, table, {}});
    for (const Sequence& sequence : differences.from().sequences) {
        const Reference owned{Kind::sequence, sequence.name, {}};
        if (sequence.owned_by == ColumnName{table, column.name} && !differences.is_used_elsewhere(sequence)) {
            std::erase(action.frees, owned);
            if (differences.is_dropped(owned)) {
                action.drops.push_back(owned);
            }
        }
    }
    // A stored column that is put back is computed again.
    const TableStructure* of = differences.from().find_table(table);
    if (!column.generated && (of == nullptr || !of->is_foreign())) {
        action.losses = {loss_of(table, column)};
    }
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
    SequenceOptions options_of_type = identity.options;
    if (!options_of_type.type.empty() && options_of_type.type != column.type) {
        options_of_type.minimum.reset();  // they come with the type of the sequence
        options_of_type.maximum.reset();
    }
    if (std::string text = sequence_options(options_of_type, column.type); !text.empty()) {
        options.push_back(std::move(text));
    }
    const std::string list = options.empty() ? "" : " (" + join(options, " ") + ")";
    return fmt::format("GENERATED {} AS IDENTITY{}", identity.always ? "ALWAYS" : "BY DEFAULT", list);
}

std::string column_definition(const Name& table, const Column& column, const Differences& differences,
                              bool in_primary_key) {
    const std::string name = quote_identifier(column.name);
    if (differences.serial_sequence(table, column) != nullptr) {
        return fmt::format("{} {}{}", name, serial_type(column.type),
                           not_null_clause(table, column, differences, true));
    }
    std::string text = fmt::format("{} {}{}", name, column.type, options_clause(column.foreign_options));
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
    return text + not_null_clause(table, column, differences, column.identity || in_primary_key);
}

Column with_options_of(const Column& column) {
    Column defined;
    defined.foreign_options = column.foreign_options;
    return defined;
}

std::vector<std::string> column_attributes(const Name& table, const Column& before, const Column& after) {
    std::vector<std::string> statements;
    const auto set = [&](std::string_view what, std::string_view value) {
        statements.push_back(fmt::format("{} ALTER COLUMN {} SET {} {}", alter_table(table),
                                         quote_identifier(after.name), what, value));
    };
    if (before.statistics_target != after.statistics_target) {
        set("STATISTICS", std::to_string(after.statistics_target.value_or(-1)));
    }
    if (before.storage != after.storage) {
        set("STORAGE", after.storage.empty() ? default_storage(after.type) : after.storage);
    }
    if (before.compression != after.compression) {
        set("COMPRESSION", after.compression.empty() ? "DEFAULT" : after.compression);
    }
    change_storage(before.options, after.options,
                   fmt::format("{} ALTER COLUMN {}", alter_table(table), quote_identifier(after.name)),
                   statements);
    if (const std::string options = changed_options(before.foreign_options, after.foreign_options);
        !options.empty()) {
        statements.push_back(fmt::format("ALTER FOREIGN TABLE {} ALTER COLUMN {}{}", qualified(table),
                                         quote_identifier(after.name), options));
    }
    return statements;
}

KindOfObject column_kind() {
    return {Kind::column,
            {{query, read},
             {default_query, read_defaults},
             {comment_query, read_comments},
             {foreign_option_query, read_foreign_options}},
            write};
}

}  // namespace schemist::postgresql
