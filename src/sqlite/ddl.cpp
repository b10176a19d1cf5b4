#include "sqlite/ddl.hpp"

#include "sqlite/lexer.hpp"
#include "sqlite/spelling.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::sqlite {
namespace {

std::string named(const std::string& name) {
    return name.empty() ? "" : fmt::format("CONSTRAINT {} ", quote(name));
}

std::string conflict_clause(const std::string& conflict) {
    return conflict.empty() ? "" : " ON CONFLICT " + conflict;
}

[[noreturn]] void unsupported(const std::string& what, const std::string& where) {
    throw Error(fmt::format("SQLite has no {}", what))
        .at(where)
        .state("nothing was changed")
        .hint("leave it out of the models for SQLite")
        .exit_code(ExitCode::configuration);
}

template <class Key>
void require_plain_key(const Key& key, const std::string& where) {
    if (key.deferral != Deferral::not_deferrable) {
        unsupported("deferrable PRIMARY KEY or UNIQUE constraints", where);
    }
    if (!key.include.empty()) {
        unsupported("INCLUDE columns", where);
    }
}

void require_supported(const TableStructure& table) {
    const std::string where = fmt::format("table {}", table.name.name);
    if (!table.exclusions.empty()) {
        unsupported("exclusion constraints", where);
    }
    if (table.primary_key) {
        require_plain_key(*table.primary_key, where);
    }
    for (const UniqueConstraint& unique : table.unique_constraints) {
        require_plain_key(unique, where);
        if (unique.nulls_not_distinct) {
            unsupported("UNIQUE NULLS NOT DISTINCT", where);
        }
    }
    for (const Column& column : table.columns) {
        const bool is_key = table.primary_key && table.primary_key->columns == std::vector{column.name};
        if (column.identity && !is_key) {
            unsupported("identity columns besides a single primary key", where + "." + column.name);
        }
    }
}

std::string key_column_list(const std::vector<std::string>& columns,
                            const std::vector<std::string>& options) {
    std::string text;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        text += (i == 0 ? "" : ", ") + quote(columns[i]);
        if (i < options.size() && !options[i].empty()) {
            text += " " + options[i];
        }
    }
    return text;
}

// SQLite's quirks hang on the inline form: AUTOINCREMENT, and DESC that makes no alias of the rowid.
bool is_inline(const PrimaryKey& key) {
    return key.columns.size() == 1 && key.column_options.empty();
}

std::string inline_primary_key(const PrimaryKey& key) {
    return fmt::format(" {}PRIMARY KEY{}{}{}", named(key.name), key.inline_descending ? " DESC" : "",
                       conflict_clause(key.on_conflict), key.autoincrement ? " AUTOINCREMENT" : "");
}

std::string_view action_words(ForeignKeyAction action) {
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

std::string reference_target(const ForeignKey& key) {
    std::string text = "REFERENCES " + quote(key.referenced_table.name);
    if (!key.referenced_columns.empty()) {
        text += fmt::format(" ({})", name_list(key.referenced_columns));
    }
    if (key.match != ForeignKeyMatch::simple) {
        text += key.match == ForeignKeyMatch::full ? " MATCH FULL" : " MATCH PARTIAL";
    }
    if (key.on_delete != ForeignKeyAction::no_action) {
        text += fmt::format(" ON DELETE {}", action_words(key.on_delete));
    }
    if (key.on_update != ForeignKeyAction::no_action) {
        text += fmt::format(" ON UPDATE {}", action_words(key.on_update));
    }
    if (key.deferral != Deferral::not_deferrable) {
        text += key.deferral == Deferral::initially_deferred ? " DEFERRABLE INITIALLY DEFERRED"
                                                             : " DEFERRABLE INITIALLY IMMEDIATE";
    }
    return text;
}

std::vector<std::string> constraint_lines(const TableStructure& table) {
    std::vector<std::string> lines;
    if (table.primary_key && !is_inline(*table.primary_key)) {
        const PrimaryKey& key = *table.primary_key;
        lines.push_back(fmt::format(
            "{}PRIMARY KEY ({}{}){}", named(key.name), key_column_list(key.columns, key.column_options),
            key.autoincrement ? " AUTOINCREMENT" : "", conflict_clause(key.on_conflict)));
    }
    for (const UniqueConstraint& unique : table.unique_constraints) {
        lines.push_back(fmt::format("{}UNIQUE ({}){}", named(unique.name),
                                    key_column_list(unique.columns, unique.column_options),
                                    conflict_clause(unique.on_conflict)));
    }
    for (const CheckConstraint& check : table.checks) {
        lines.push_back(check_clause(check));
    }
    for (const ForeignKey& key : table.foreign_keys) {
        lines.push_back(fmt::format("{}FOREIGN KEY ({}) {}", named(key.name), name_list(key.columns),
                                    reference_target(key)));
    }
    return lines;
}

}  // namespace

std::string name_list(const std::vector<std::string>& names) {
    return key_column_list(names, {});
}

std::string check_clause(const CheckConstraint& check) {
    return fmt::format("{}CHECK ({})", named(check.name), check.expression);
}

std::string references_clause(const ForeignKey& key) {
    return named(key.name) + reference_target(key);
}

std::string column_definition(const Column& column) {
    // Only INTEGER, in this spelling, makes a key that SQLite counts up.
    const std::string& type = column.identity ? "INTEGER" : column.type;
    std::string text = quote(column.name) + (type.empty() ? "" : " " + type);
    if (column.not_null && !column.identity) {
        text += " NOT NULL" + conflict_clause(column.not_null_conflict);
    }
    if (column.default_expression) {
        const std::string& expression = *column.default_expression;
        text += " DEFAULT " + (is_literal_default(expression) ? expression : "(" + expression + ")");
    }
    if (!column.collation.empty()) {
        text += " COLLATE " + column.collation;
    }
    if (column.generated) {
        text += fmt::format(" GENERATED ALWAYS AS ({}) {}", column.generated->expression,
                            column.generated->stored ? "STORED" : "VIRTUAL");
    }
    return text;
}

std::string create_table(const TableStructure& table, std::string_view name) {
    if (!table.virtual_definition.empty()) {
        return table.virtual_definition;
    }
    require_supported(table);
    std::vector<std::string> lines;
    for (const Column& column : table.columns) {
        const bool is_key = table.primary_key && is_inline(*table.primary_key) &&
                            table.primary_key->columns.front() == column.name;
        lines.push_back(column_definition(column) + (is_key ? inline_primary_key(*table.primary_key) : ""));
    }
    const std::vector<std::string> constraints = constraint_lines(table);
    lines.insert(lines.end(), constraints.begin(), constraints.end());
    std::string text = fmt::format("CREATE TABLE {} (\n    {}\n)", quote(name), fmt::join(lines, ",\n    "));
    if (table.without_rowid) {
        text += " WITHOUT ROWID";
    }
    if (table.strict) {
        text += table.without_rowid ? ", STRICT" : " STRICT";
    }
    return text;
}

std::string create_table(const TableStructure& table) {
    return create_table(table, table.name.name);
}

std::string create_index(const Index& index, std::string_view table) {
    const std::string where = fmt::format("index {}", index.name);
    if (!index.method.empty() && index.method != "btree") {
        unsupported(fmt::format("indexes of the method {}", index.method), where);
    }
    if (!index.include.empty() || index.nulls_not_distinct) {
        unsupported("indexes with INCLUDE or NULLS NOT DISTINCT", where);
    }
    std::string elements;
    for (const IndexElement& element : index.elements) {
        if (element.nulls_first || !element.operator_class.empty()) {
            unsupported("NULLS FIRST, NULLS LAST and operator classes in indexes", where);
        }
        elements += elements.empty() ? "" : ", ";
        elements += element.column.empty() ? "(" + element.expression + ")" : quote(element.column);
        elements += element.collation.empty() ? "" : " COLLATE " + element.collation;
        elements += element.descending ? " DESC" : "";
    }
    return fmt::format("CREATE {}INDEX {} ON {} ({}){}", index.unique ? "UNIQUE " : "", quote(index.name),
                       quote(table), elements, index.predicate.empty() ? "" : " WHERE " + index.predicate);
}

bool is_not_null(const TableStructure& table, const Column& column) {
    if (column.not_null || !table.primary_key || !(table.strict || table.without_rowid)) {
        return column.not_null;
    }
    const std::vector<std::string>& key = table.primary_key->columns;
    const Column* rowid = rowid_column(table);
    return std::ranges::find(key, column.name) != key.end() &&
           (rowid == nullptr || rowid->name != column.name);
}

const Column* rowid_column(const TableStructure& table) {
    if (table.without_rowid || !table.primary_key || table.primary_key->columns.size() != 1 ||
        table.primary_key->inline_descending) {
        return nullptr;
    }
    const Column* column = table.find_column(table.primary_key->columns.front());
    return column != nullptr && column->type == "INTEGER" ? column : nullptr;
}

}  // namespace schemist::sqlite
