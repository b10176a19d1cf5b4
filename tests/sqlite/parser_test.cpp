#include "sqlite/parser.hpp"

#include "sqlite/ddl.hpp"
#include "sqlite/scratch.hpp"

#include <schemist/error.hpp>

#include <random>

#include <doctest/doctest.h>

using namespace schemist;
using namespace schemist::sqlite;

TEST_CASE("a column with everything") {
    const TableStructure table = parse_table(
        "CREATE TABLE t(\"a\" double  precision(10 , -2) constraint nn NOT NULL on conflict ignore default "
        "(1+2) collate Nocase "
        "constraint c check(a>0) unique on conflict replace references p(x) on delete set null match full "
        "deferrable initially deferred)");
    const Column& column = table.columns.front();
    CHECK(column.type == "DOUBLE PRECISION(10,-2)");
    CHECK(column.not_null);
    CHECK(column.not_null_conflict == "IGNORE");
    CHECK(column.default_expression == "1 + 2");
    CHECK(column.collation == "NOCASE");
    CHECK(table.checks.front().name == "c");
    CHECK(table.checks.front().expression == "a > 0");
    CHECK(table.unique_constraints.front().on_conflict == "REPLACE");
    const ForeignKey& key = table.foreign_keys.front();
    CHECK(key.referenced_table.name == "p");
    CHECK(key.on_delete == ForeignKeyAction::set_null);
    CHECK(key.match == ForeignKeyMatch::full);
    CHECK(key.deferral == Deferral::initially_deferred);
}

TEST_CASE("a constraint is the same behind its column and at the end") {
    TableStructure inside =
        parse_table("CREATE TABLE t (a INT PRIMARY KEY, b INT UNIQUE CHECK (b > 0) REFERENCES p (x))");
    TableStructure outside = parse_table(
        "CREATE TABLE t ([a] int, `b` int, primary key (A) unique (B), CHECK ((\"B\">0)) FOREIGN KEY (b) "
        "REFERENCES \"p\" (\"x\"))");
    CHECK(inside == outside);
}

TEST_CASE("defaults") {
    const auto default_of = [](const std::string& text) {
        return parse_table("CREATE TABLE t (a INT DEFAULT " + text + ")").columns.front().default_expression;
    };
    CHECK(default_of("5") == "5");
    CHECK(default_of("(5)") == "5");
    CHECK(default_of("- 5") == "-5");
    CHECK(default_of("'x'") == "'x'");
    CHECK(default_of("\"x\"") == "'x'");
    CHECK(default_of("word") == "'word'");
    CHECK(default_of("current_timestamp") == "CURRENT_TIMESTAMP");
    CHECK(default_of("false") == "FALSE");
    CHECK(default_of("NULL") == std::nullopt);
    CHECK(default_of("(NULL)") == std::nullopt);
    CHECK(default_of("( datetime( 'now' ) )") == "datetime('now')");
    CHECK(default_of("5 NOT NULL CHECK (a IN (1, 5))") == "5");
}

TEST_CASE("keys") {
    CHECK(parse_table("CREATE TABLE t (a INTEGER PRIMARY KEY DESC)").primary_key->inline_descending);
    CHECK(parse_table("CREATE TABLE t (a TEXT PRIMARY KEY DESC)").primary_key->column_options ==
          std::vector<std::string>{"DESC"});
    CHECK(
        parse_table("CREATE TABLE t (a INTEGER, PRIMARY KEY (a AUTOINCREMENT))").primary_key->autoincrement);
    const TableStructure table = parse_table(
        "CREATE TABLE t (a TEXT, b INT, CONSTRAINT k PRIMARY KEY (a COLLATE nocase DESC, b) ON CONFLICT "
        "FAIL) WITHOUT ROWID, STRICT");
    CHECK(table.primary_key->name == "k");
    CHECK(table.primary_key->column_options == std::vector<std::string>{"COLLATE NOCASE DESC", ""});
    CHECK(table.primary_key->on_conflict == "FAIL");
    CHECK(table.without_rowid);
    CHECK(table.strict);
}

TEST_CASE("generated columns") {
    const TableStructure table = parse_table(
        "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (A+1) STORED, c AS (b * 2), d TEXT AS ((a)) "
        "VIRTUAL NOT NULL)");
    CHECK(table.columns[1].type == "INT");
    CHECK(table.columns[1].generated == Generated{"a + 1", true});
    CHECK(table.columns[2].type == "");
    CHECK(table.columns[2].generated == Generated{"b * 2", false});
    CHECK(table.columns[3].generated == Generated{"a", false});
    CHECK(table.columns[3].not_null);
}

TEST_CASE("tables that SQLite has edited by ALTER TABLE") {
    const auto scratch = make_scratch();
    scratch->connection().run_script(
        "CREATE TABLE parent (id INTEGER PRIMARY KEY);"
        "CREATE TABLE t (a INT, b INT REFERENCES parent, UNIQUE (a, b), CHECK (a > 0));"
        "ALTER TABLE t ADD COLUMN c TEXT NOT NULL DEFAULT 'x' CHECK (c <> '');"
        "ALTER TABLE t RENAME COLUMN a TO \"select\"; ALTER TABLE parent RENAME TO \"the parents\";"
        "ALTER TABLE t ADD d INT; ALTER TABLE t DROP COLUMN d; ALTER TABLE t RENAME TO u");
    const TableStructure table =
        parse_table(scratch->connection().query("SELECT sql FROM sqlite_schema WHERE name = 'u'").text(0, 0));
    CHECK(create_table(table) ==
          "CREATE TABLE u (\n    \"select\" INT,\n    b INT,\n    c TEXT NOT NULL DEFAULT 'x',\n    UNIQUE "
          "(\"select\", b),\n"
          "    CHECK (c <> ''),\n    CHECK (\"select\" > 0),\n    FOREIGN KEY (b) REFERENCES \"the "
          "parents\"\n)");
}

TEST_CASE("virtual tables keep the text of their module") {
    const TableStructure table = parse_table(
        "CREATE VIRTUAL TABLE \"f\" using fts5(title, tokenize = 'porter  ascii', prefix='2 3');");
    CHECK(table.virtual_definition ==
          "CREATE VIRTUAL TABLE f USING fts5(title, tokenize = 'porter  ascii', prefix='2 3')");
    CHECK(table.columns.empty());
    CHECK(parse_table("CREATE VIRTUAL TABLE d USING dbstat").virtual_definition ==
          "CREATE VIRTUAL TABLE d USING dbstat");
}

TEST_CASE("indexes") {
    const TableStructure table = parse_table("CREATE TABLE t (a INT, b TEXT COLLATE NOCASE)");
    const Index index = parse_index(
        "CREATE UNIQUE INDEX \"i\" ON \"t\" (A desc, b collate nocase, b COLLATE binary, LOWER(b)||'x' asc) "
        "WHERE (T.a>0)",
        table);
    CHECK(index.unique);
    CHECK(index.elements[0].column == "a");
    CHECK(index.elements[0].descending);
    CHECK(index.elements[1].collation == "");
    CHECK(index.elements[2].collation == "BINARY");
    CHECK(index.elements[3].expression == "lower(b) || 'x'");
    CHECK(index.predicate == "a > 0");
    CHECK(create_index(index, "t") ==
          "CREATE UNIQUE INDEX i ON t (a DESC, b, b COLLATE BINARY, (lower(b) || 'x')) WHERE a > 0");
}

TEST_CASE("text that is cut off or damaged gives an error and nothing else") {
    const std::string sql =
        "CREATE TABLE t (a INTEGER PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT, \"b\" VARCHAR(10) DEFAULT "
        "(1 + 2) NOT NULL REFERENCES p (x) "
        "ON DELETE SET NULL, c AS (a) STORED, CONSTRAINT u UNIQUE (a, b COLLATE NOCASE), CHECK (a > 'x')) "
        "STRICT";
    std::mt19937 random(1);
    int errors = 0;
    for (std::size_t length = 0; length < sql.size(); ++length) {
        std::string damaged = sql;
        damaged[length] = "()',\"[ x1;"[random() % 10];
        for (const std::string& text : {sql.substr(0, length), damaged}) {
            try {
                parse_table(text);
            } catch (const Error&) {
                ++errors;
            }
        }
    }
    CHECK(errors > static_cast<int>(sql.size()) - 20);
}
