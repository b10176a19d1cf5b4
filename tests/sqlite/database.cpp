#include "sqlite/database.hpp"

#include "diff/diff.hpp"
#include "plan/plan.hpp"
#include "schema/text.hpp"
#include "sqlite/dialect.hpp"
#include "sqlite/lexer.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist::test {
namespace {

std::string lines_of(const Rows& rows) {
    std::vector<std::string> lines;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::string line;
        for (std::size_t column = 0; column < rows.columns.size(); ++column) {
            line += rows.text(row, column) + "|";
        }
        lines.push_back(line);
    }
    std::ranges::sort(lines);
    return fmt::format("{}\n", fmt::join(lines, "\n"));
}

std::string bare(const std::string& definition) {
    std::string text;
    for (const sqlite::Token& token : sqlite::tokenize(definition)) {
        text += to_lower(sqlite::unquoted(token)) + " ";
    }
    return text;
}

std::string value_for(const std::string& type, int row) {
    const auto has = [&](std::string_view word) {
        return sqlite::to_upper(type).find(word) != std::string::npos;
    };
    if (has("INT") || has("BOOL") || type == "ANY") {
        return fmt::format("{}", row);
    }
    if (has("REAL") || has("NUM") || has("DEC") || has("DOUBLE") || has("FLOAT")) {
        return fmt::format("{}.5", row);
    }
    if (has("BLOB")) {
        return fmt::format("X'0{}'", row);
    }
    return fmt::format("'text {}'", row);
}

std::string describe_all(const Changes& changes) {
    std::string text;
    for (const Change& change : changes) {
        text += "\n  " + describe(change);
    }
    return text;
}

}  // namespace

Database::Database(std::string_view sql) : scratch_(sqlite::make_scratch()) {
    run(sql);
}

Schema Database::schema() {
    return sqlite::dialect().introspect(connection(), {"", "schemist_journal"});
}

void Database::apply(const std::vector<std::string>& statements) {
    const std::string violations = lines_of(connection().query("PRAGMA foreign_key_check"));
    run("BEGIN");
    std::string current;
    try {
        for (const std::string& statement : statements) {
            current = statement;
            run(statement);
        }
        current = "PRAGMA foreign_key_check";
        if (const std::string now = lines_of(connection().query(current));
            violations == "\n" && now != violations) {
            throw Error("foreign keys are violated: " + now);
        }
        run("COMMIT");
    } catch (Error& error) {
        if (connection().in_transaction()) {
            run("ROLLBACK");
        }
        run("PRAGMA legacy_alter_table = OFF");
        error.at(current);
        throw;
    }
}

Plan Database::plan(const Schema& to) {
    const Schema from = schema();
    return make_plan(diff(from, to), from, to, sqlite::dialect());
}

std::vector<std::string> Database::migrate(const Schema& to) {
    const Plan plan = this->plan(to);
    std::vector<std::string> statements;
    for (const Step& step : plan.steps) {
        statements.insert(statements.end(), step.statements.begin(), step.statements.end());
    }
    apply(statements);
    return statements;
}

std::string Database::structure() {
    std::string text =
        lines_of(connection().query("SELECT l.type, l.name, l.wr, l.strict FROM pragma_table_list AS l WHERE "
                                    "l.schema = 'main' AND l.name NOT LIKE 'sqlite%'"));
    text += lines_of(connection().query(
        "SELECT s.name, p.name, upper(replace(p.type, ' ', '')), p.\"notnull\", "
        "nullif(upper(replace(replace(replace("
        "replace(p.dflt_value, ' ', ''), '(', ''), ')', ''), '''', '')), 'NULL'), p.pk, p.hidden "
        "FROM sqlite_schema AS s, pragma_table_xinfo(s.name) AS p WHERE s.type = "
        "'table' AND s.name NOT LIKE 'sqlite%'"));
    text +=
        lines_of(connection().query("SELECT s.name, count(*), group_concat(CASE i.origin WHEN 'c' THEN "
                                    "i.name END) FROM (SELECT * FROM sqlite_schema "
                                    "WHERE type = 'table') AS s, pragma_index_list(s.name) AS i GROUP BY "
                                    "s.name, i.origin, i.name LIKE '%auto%', "
                                    "CASE i.origin WHEN 'c' THEN i.name END"));
    text += lines_of(connection().query(
        "SELECT s.name, i.\"unique\", i.origin, i.partial, CASE i.origin WHEN 'c' THEN i.name END, (SELECT "
        "group_concat(coalesce(x.name, '?') || x.\"desc\" || upper(x.coll)) FROM pragma_index_xinfo(i.name) "
        "AS x "
        "WHERE x.key) FROM sqlite_schema AS s, pragma_index_list(s.name) AS i WHERE s.type = 'table'"));
    text += lines_of(connection().query(
        "SELECT s.name, lower(f.\"table\"), f.seq, f.\"from\", f.\"to\", f.on_update, f.on_delete "
        "FROM sqlite_schema AS s, pragma_foreign_key_list(s.name) AS f WHERE s.type = 'table'"));
    const Rows definitions = connection().query(
        "SELECT type, name, sql FROM sqlite_schema WHERE type IN ('view', 'trigger') ORDER BY 1, 2");
    for (std::size_t row = 0; row < definitions.size(); ++row) {
        text += bare(definitions.text(row, 2)) + "\n";
    }
    return text;
}

void Database::fill() {
    for (const TableStructure& table : schema().tables) {
        if (!table.virtual_definition.empty()) {
            continue;
        }
        for (int row = 1; row <= 3; ++row) {
            std::vector<std::string> names;
            std::vector<std::string> values;
            for (const Column& column : table.columns) {
                if (!column.generated && (row != 3 || column.not_null || column.name == "id")) {
                    names.push_back(sqlite::quote(column.name));
                    values.push_back(value_for(column.type, row));
                }
            }
            if (!names.empty()) {
                run(fmt::format("INSERT OR IGNORE INTO {} ({}) VALUES ({})", sqlite::quote(table.name.name),
                                fmt::join(names, ", "), fmt::join(values, ", ")));
            }
        }
    }
}

void Database::clear() {
    for (const TableStructure& table : schema().tables) {
        run("DELETE FROM " + sqlite::quote(table.name.name));
    }
}

std::map<std::string, std::string> Database::contents() {
    std::map<std::string, std::string> result;
    for (const TableStructure& table : schema().tables) {
        for (const Column& column : table.columns) {
            if (!column.generated) {
                result[table.name.name + "." + column.name] = lines_of(connection().query(fmt::format(
                    "SELECT {} FROM {}", sqlite::quote(column.name), sqlite::quote(table.name.name))));
            }
        }
    }
    return result;
}

namespace {

// A NOT NULL column without a default fails on rows; the plan must have said so, and nothing may be changed.
// It is tried again without rows.
std::vector<std::string> migrate(Database& database, const Schema& to,
                                 std::map<std::string, std::string>& rows) {
    const std::string structure = database.structure();
    try {
        return database.migrate(to);
    } catch (const Error& error) {
        const Plan plan = database.plan(to);
        const bool foretold =
            (error.what_failed().starts_with("NOT NULL constraint failed") && !plan.notes.empty()) ||
            (error.what_failed().starts_with("foreign keys are violated") && plan.loses_data());
        if (!foretold || database.structure() != structure || database.contents() != rows) {
            throw;
        }
    }
    database.clear();
    rows = database.contents();
    return database.migrate(to);
}

std::string go(Database& database, Database& goal, const std::string& direction) {
    const Schema to = goal.schema();
    const Schema from = database.schema();
    std::map<std::string, std::string> rows = database.contents();
    std::vector<std::string> statements;
    try {
        statements = migrate(database, to, rows);
    } catch (const Error& error) {
        return fmt::format("{}: {}\nchanges:{}", direction, error.what(), describe_all(diff(from, to)));
    }
    const std::string sql = fmt::format("\nstatements:\n{}", fmt::join(statements, ";\n"));
    if (const Changes rest = diff(database.schema(), to); !rest.empty()) {
        return fmt::format("{}: the second diff finds:{}{}", direction, describe_all(rest), sql);
    }
    if (database.structure() != goal.structure()) {
        return fmt::format("{}: SQLite finds a difference:\n{}\nshould be\n{}{}", direction,
                           database.structure(), goal.structure(), sql);
    }
    for (const auto& [column, content] : database.contents()) {
        const auto before = rows.find(column);
        const std::string table = column.substr(0, column.find('.'));
        const TableStructure* old_table = from.find_table({"", table});
        const TableStructure* new_table = to.find_table({"", table});
        const std::string name = column.substr(column.find('.') + 1);
        const bool same_type =
            before != rows.end() && old_table->find_column(name)->type == new_table->find_column(name)->type;
        // A column that becomes NOT NULL has its default where NULL was.
        const bool same_null =
            same_type && old_table->find_column(name)->not_null == new_table->find_column(name)->not_null;
        if (same_null && before->second != content) {
            return fmt::format("{}: rows of {} were\n{}are\n{}{}", direction, column, before->second, content,
                               sql);
        }
    }
    return {};
}

}  // namespace

std::string round_trip(std::string_view before, std::string_view after) {
    Database database(before);
    Database goal(after);
    Database origin(before);
    database.fill();
    if (std::string problem = go(database, goal, "up"); !problem.empty()) {
        return problem;
    }
    return go(database, origin, "down");
}

}  // namespace schemist::test
