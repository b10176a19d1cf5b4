#include "reconcile/first_look.hpp"

#include "postgresql/parse_tree.hpp"
#include "runner/run_step.hpp"
#include "schema/text.hpp"
#include "sqlite/lexer.hpp"

#include <algorithm>
#include <array>

namespace schemist {
namespace {

std::string_view tables_query(DialectName dialect) {
    return dialect == DialectName::postgresql
               ? "SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON "
                 "n.oid = "
                 "c.relnamespace WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND n.nspname <> "
                 "'information_schema' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = "
                 "'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e') ORDER BY 1, 2"
               : "SELECT '', name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' "
                 "ESCAPE '\\' "
                 "ORDER BY name";
}

std::vector<std::string> statements_of(const Revision& revision, const Dialect& dialect) {
    std::vector<std::string> statements;
    if (has_section(revision, Direction::upgrade, dialect.name())) {
        for (const RunStep& step : run_steps(revision, Direction::upgrade, dialect)) {
            for (const ScriptStatement& statement : step.statements) {
                statements.push_back(step.text.substr(statement.offset, statement.length));
            }
        }
    }
    return statements;
}

void add(const PgQuery__RangeVar* table, std::set<std::string>& names) {
    if (table != nullptr && table->relname != nullptr) {
        names.insert(to_lower(table->relname));
    }
}

void add_made_by_postgresql(std::string_view statement, std::set<std::string>& names) {
    const postgresql::ParseTree tree = postgresql::parse(statement);
    if (tree == nullptr) {
        return;
    }
    postgresql::walk(tree->base, [&](const ProtobufCMessage& message) {
        if (const auto* made =
                postgresql::as<PgQuery__CreateStmt>(message, pg_query__create_stmt__descriptor)) {
            add(made->relation, names);
        } else if (const auto* into =
                       postgresql::as<PgQuery__IntoClause>(message, pg_query__into_clause__descriptor)) {
            add(into->rel, names);
        } else if (const auto* rename =
                       postgresql::as<PgQuery__RenameStmt>(message, pg_query__rename_stmt__descriptor);
                   rename != nullptr && rename->rename_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE) {
            names.insert(to_lower(rename->newname));
        }
        return true;
    });
}

// CREATE [VIRTUAL] TABLE [IF NOT EXISTS] [schema.]name; ALTER TABLE ... RENAME TO name.
void add_made_by_sqlite(std::string_view statement, std::set<std::string>& names) {
    const std::vector<sqlite::Token> tokens = sqlite::tokenize(statement);
    const auto is = [&](std::size_t position, std::string_view word) {
        return position < tokens.size() && sqlite::is_word(tokens[position], word);
    };
    const auto name_at = [&](std::size_t position) {
        if (position < tokens.size()) {
            names.insert(to_lower(sqlite::unquoted(tokens[position])));
        }
    };
    if (is(0, "CREATE")) {
        std::size_t position = is(1, "VIRTUAL") ? 2 : 1;
        if (!is(position, "TABLE")) {
            return;
        }
        position += is(position + 1, "IF") ? 4 : 1;
        const bool has_schema = position + 1 < tokens.size() && sqlite::is_symbol(tokens[position + 1], ".");
        name_at(has_schema ? position + 2 : position);
    } else if (is(0, "ALTER") && tokens.size() >= 3 && is(tokens.size() - 3, "RENAME") &&
               is(tokens.size() - 2, "TO")) {
        name_at(tokens.size() - 1);
    }
}

// Rows that are copied while a table is rebuilt are the same rows.
bool is_change_of_rows(std::string_view statement) {
    constexpr std::array<std::string_view, 7> words{"insert",  "update", "delete", "merge",
                                                    "replace", "copy",   "with"};
    const std::size_t end = statement.find_first_of(" \t\r\n(\"");
    return std::ranges::find(words, to_lower(statement.substr(0, end))) != words.end() &&
           statement.find("_schemist_") == std::string_view::npos;
}

}  // namespace

std::vector<Name> user_tables(Connection& connection, const Name& journal) {
    const Rows rows = connection.run_script(tables_query(connection.dialect()));
    const bool has_schemas = connection.dialect() == DialectName::postgresql;
    const Name own = has_schemas && journal.schema.empty() ? Name{"public", journal.name}
                     : has_schemas                         ? journal
                                                           : Name{"", journal.name};
    std::vector<Name> tables;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        Name name{rows.text(row, 0), rows.text(row, 1)};
        if (name != own) {
            tables.push_back(std::move(name));
        }
    }
    return tables;
}

std::set<std::string> created_tables(const History& history, const Dialect& dialect) {
    std::set<std::string> names;
    for (const Revision& revision : history.revisions()) {
        for (const std::string& statement : statements_of(revision, dialect)) {
            if (dialect.name() == DialectName::postgresql) {
                add_made_by_postgresql(statement, names);
            } else {
                add_made_by_sqlite(statement, names);
            }
        }
    }
    return names;
}

Schema not_created(const Schema& live, const std::set<std::string>& created) {
    Schema result;
    result.namespaces = live.namespaces;
    result.enum_types = live.enum_types;
    for (const TableStructure& table : live.tables) {
        if (is_among(table.name, created) || !table.virtual_definition.empty()) {
            continue;
        }
        TableStructure alone;
        alone.name = table.name;
        alone.columns = table.columns;
        for (Column& column : alone.columns) {
            column.default_expression.reset();
            column.generated.reset();
        }
        alone.primary_key = table.primary_key;
        alone.unique_constraints = table.unique_constraints;
        alone.without_rowid = table.without_rowid;
        result.tables.push_back(std::move(alone));
    }
    return result;
}

bool is_among(const Name& table, const std::set<std::string>& names) {
    return names.contains(to_lower(table.name));
}

bool changes_rows(const Revision& revision, const Dialect& dialect) {
    return std::ranges::any_of(statements_of(revision, dialect),
                               [](const std::string& statement) { return is_change_of_rows(statement); });
}

}  // namespace schemist
