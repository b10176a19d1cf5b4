// Everything that a table that must be built anew could lose.

#include "sqlite/database.hpp"
#include "sqlite/dialect.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <doctest/doctest.h>

using schemist::Error;
using schemist::Schema;
using schemist::test::Database;

namespace {

// Changes the type of column `a` of table `t`, for which the table must be rebuilt.
Schema with_other_type(Database& database) {
    Schema to = database.schema();
    for (schemist::TableStructure& table : to.tables) {
        for (schemist::Column& column : table.columns) {
            if (table.name.name == "t" && column.name == "a") {
                column.type = "TEXT";
            }
        }
    }
    return to;
}

// The text that SQLite keeps is the same but for the type.
void check_kept(std::string_view sql) {
    CAPTURE(sql);
    Database database(sql);
    database.fill();
    auto rows = database.contents();
    const Schema goal = with_other_type(database);
    const std::vector<std::string> statements = database.migrate(goal);
    CHECK(std::ranges::any_of(statements, [](const std::string& text) {
        return text.find("_schemist_rebuild_t") != std::string::npos;
    }));
    CHECK(database.schema() == goal);
    CHECK(database.contents() == rows);
    CHECK(database.cell(
              "SELECT count(*) FROM sqlite_schema WHERE name LIKE '%schemist%' OR sql LIKE '%schemist%'") ==
          "0");
}

// What `migrate` fails with; empty when it does not.
std::string failure(Database& database, const Schema& to) {
    try {
        database.migrate(to);
    } catch (const Error& error) {
        return error.what_failed();
    }
    return {};
}

}  // namespace

TEST_CASE("a rebuilt table keeps every feature") {
    check_kept("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT)");
    check_kept("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (a > 0), CHECK (id < 100))");
    check_kept("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TEXT); CREATE INDEX i ON t (lower(b))");
    check_kept(
        "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (b DESC); CREATE UNIQUE INDEX j ON t (b) WHERE "
        "b <> ''");
    check_kept("CREATE TABLE t (a INT, b TEXT PRIMARY KEY) STRICT");
    check_kept("CREATE TABLE t (a INT, b TEXT PRIMARY KEY) WITHOUT ROWID");
    check_kept("CREATE TABLE t (a INT, b TEXT COLLATE NOCASE UNIQUE)");
    check_kept(
        "CREATE TABLE p (id INTEGER PRIMARY KEY); "
        "CREATE TABLE t (a INT, p INT REFERENCES p (id) ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED)");
    check_kept("CREATE TABLE t (a INT, b INT UNIQUE ON CONFLICT REPLACE, c INT NOT NULL ON CONFLICT IGNORE)");
    check_kept("CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a || 'x') STORED, c INT AS (1))");
    check_kept(
        "CREATE TABLE t (a INT DEFAULT (1 + 1), b INT DEFAULT (random()), c TEXT DEFAULT CURRENT_TIMESTAMP)");
    check_kept(
        "CREATE TABLE t (a INT, b TEXT); CREATE TABLE log (x TEXT); "
        "CREATE TRIGGER g AFTER DELETE ON t BEGIN INSERT INTO log VALUES (old.b); END");
    check_kept("CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t; CREATE VIEW w AS SELECT * FROM v");
    check_kept(
        "CREATE TABLE t (a INT); CREATE TABLE s (x INT); "
        "CREATE TRIGGER g AFTER INSERT ON s BEGIN UPDATE t SET a = new.x; DELETE FROM t WHERE a IS NULL; "
        "END");
    check_kept(
        "CREATE TABLE t (a INT); CREATE VIEW v AS SELECT a FROM t; "
        "CREATE TRIGGER g INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a); END");
}

TEST_CASE("the children of a rebuilt table stay, and still point to it") {
    Database database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, parent INT REFERENCES t ON DELETE CASCADE);"
        "CREATE TABLE child (id INTEGER PRIMARY KEY, t INT NOT NULL REFERENCES t (id) ON DELETE CASCADE);"
        "INSERT INTO t VALUES (1, 10, NULL), (2, 20, 1); INSERT INTO child VALUES (7, 1), (8, 2)");
    database.migrate(with_other_type(database));
    CHECK(database.cell("SELECT count(*) FROM child") == "2");
    CHECK(database.cell("SELECT count(*) FROM t") == "2");
    CHECK(database.cell("SELECT group_concat(\"table\") FROM pragma_foreign_key_list('child')") == "t");
    CHECK(database.cell("SELECT group_concat(\"table\") FROM pragma_foreign_key_list('t')") == "t");
    database.run("PRAGMA foreign_keys = ON; DELETE FROM t WHERE id = 1");
    CHECK(database.cell("SELECT count(*) FROM child") == "0");
}

TEST_CASE("a rebuild refuses to run while foreign keys are enforced") {
    Database database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT); CREATE TABLE child (t INT REFERENCES t ON DELETE "
        "CASCADE);"
        "INSERT INTO t VALUES (1, 10); INSERT INTO child VALUES (1); PRAGMA foreign_keys = ON");
    const std::string before = database.structure();
    CHECK(failure(database, with_other_type(database)).find("foreign_keys must be OFF") != std::string::npos);
    CHECK(database.structure() == before);
    CHECK(database.cell("SELECT count(*) FROM child") == "1");
}

TEST_CASE("ids are not used again after a rebuild") {
    Database database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT);"
        "INSERT INTO t (a) VALUES (1), (2), (3); DELETE FROM t WHERE id > 1");
    database.migrate(with_other_type(database));
    database.run("INSERT INTO t (a) VALUES (4)");
    CHECK(database.cell("SELECT max(id) FROM t") == "4");
    CHECK(database.cell("SELECT count(*) FROM sqlite_sequence") == "1");

    Database emptied(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT); INSERT INTO t (a) VALUES (1); DELETE "
        "FROM t");
    emptied.migrate(with_other_type(emptied));
    emptied.run("INSERT INTO t (a) VALUES (4)");
    CHECK(emptied.cell("SELECT max(id) FROM t") == "2");
}

TEST_CASE("rowids are kept, also where nothing is an alias of them") {
    Database database("CREATE TABLE t (a INT, b TEXT); INSERT INTO t (rowid, a) VALUES (5, 1), (9, 2)");
    database.migrate(with_other_type(database));
    CHECK(database.cell("SELECT group_concat(rowid || a) FROM t") == "51,92");
}

TEST_CASE("rows that a conflict clause would take away make the step fail") {
    Database database("CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, 7), (2, 7)");
    Database goal("CREATE TABLE t (a INT, b INT UNIQUE ON CONFLICT REPLACE)");
    CHECK(failure(database, goal.schema()).starts_with("UNIQUE constraint failed"));
    CHECK(database.cell("SELECT count(*) FROM t") == "2");
}

TEST_CASE("a step that fails leaves nothing behind, and can be tried again") {
    Database database("CREATE TABLE t (a INT, b INT); INSERT INTO t VALUES (1, NULL)");
    Database goal("CREATE TABLE t (a INT, b INT NOT NULL)");
    const std::string before = database.structure();
    CHECK(failure(database, goal.schema()).starts_with("NOT NULL constraint failed"));
    CHECK(database.structure() == before);
    CHECK(database.plan(goal.schema()).notes.size() == 1);
    database.run("UPDATE t SET b = 2");
    database.migrate(goal.schema());
    CHECK(database.structure() == goal.structure());
}

TEST_CASE("values are never cast to something else") {
    Database database("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('2024-01-01'), ('12'), ('abc')");
    Database goal("CREATE TABLE t (a INTEGER)");
    database.migrate(goal.schema());
    CHECK(database.cell("SELECT group_concat(a || typeof(a)) FROM t") == "2024-01-01text,12integer,abctext");
}

TEST_CASE("views and triggers that nobody knew of survive a rebuild") {
    Database database("CREATE TABLE t (a INT, b TEXT); CREATE TABLE s (x INT)");
    const Schema from = database.schema();
    const Schema to = with_other_type(database);
    const std::vector<std::string> statements = database.plan(to).steps.front().statements;
    SUBCASE("elsewhere") {
        database.run(
            "CREATE VIEW v AS SELECT a FROM t; CREATE TRIGGER g AFTER INSERT ON s BEGIN INSERT INTO t (a) "
            "VALUES (new.x); END");
        database.apply(statements);
        database.run("INSERT INTO s VALUES (5)");
        CHECK(database.cell("SELECT a FROM v") == "5");
    }
    const auto refused = [&](const char* what) {
        database.run(what);
        const std::string before = database.structure();
        CHECK_THROWS_WITH_AS(database.apply(statements), doctest::Contains("this revision does not know"),
                             Error);
        CHECK(database.structure() == before);
    };
    SUBCASE("a trigger on the table") {
        refused("CREATE TRIGGER g AFTER INSERT ON t BEGIN DELETE FROM s; END");
    }
    SUBCASE("an index on the table") {
        refused("CREATE INDEX i ON t (b)");
    }
    SUBCASE("a column of the table") {
        refused("ALTER TABLE t ADD COLUMN c INT DEFAULT 3");
    }
}

TEST_CASE("a trigger on a view that nobody knew of is not lost with it") {
    Database database("CREATE TABLE t (a INT, b INT); CREATE VIEW v AS SELECT a FROM t");
    Database goal("CREATE TABLE t (a INT, b INT); CREATE VIEW v AS SELECT b FROM t");
    const std::vector<std::string> statements = database.plan(goal.schema()).steps.front().statements;
    database.run("CREATE TRIGGER g INSTEAD OF DELETE ON v BEGIN DELETE FROM t; END");
    CHECK_THROWS_WITH_AS(database.apply(statements), doctest::Contains("does not know"), Error);
    CHECK(database.cell("SELECT count(*) FROM sqlite_schema WHERE name IN ('v', 'g')") == "2");
}

TEST_CASE("renames") {
    Database database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (a > 0)); CREATE INDEX i ON t (a) WHERE a > 5;"
        "CREATE TABLE child (t INT REFERENCES t (id)); CREATE VIEW v AS SELECT t.a FROM t; CREATE TABLE log "
        "(x);"
        "CREATE TRIGGER g AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.a); END; INSERT INTO t VALUES "
        "(1, 2)");
    const Schema from = database.schema();
    schemist::TableStructure table = *from.find_table({"", "t"});
    schemist::TableStructure renamed = table;
    renamed.name.name = "things";
    schemist::Column column = *table.find_column("a");
    schemist::Column other = column;
    other.name = "amount";
    const schemist::Changes changes{
        {schemist::Action::rename, {schemist::Kind::table, {"", "t"}, ""}, table, renamed},
        {schemist::Action::rename, {schemist::Kind::column, {"", "things"}, "a"}, column, other}};
    Schema to = from;
    database.apply(
        schemist::make_plan(changes, from, to, schemist::sqlite::dialect()).steps.front().statements);
    const Schema after = database.schema();
    REQUIRE(after.find_table({"", "things"}) != nullptr);
    CHECK(after.find_table({"", "things"})->checks.front().expression == "amount > 0");
    CHECK(after.find_table({"", "child"})->foreign_keys.front().referenced_table.name == "things");
    CHECK(after.views.front().definition == "CREATE VIEW v AS\nSELECT things.amount\nFROM things");
    CHECK(database.cell("SELECT amount FROM v") == "2");
    CHECK(database.structure() ==
          Database("CREATE TABLE things (id INTEGER PRIMARY KEY, amount INT CHECK (amount > 0));"
                   "CREATE INDEX i ON things (amount) WHERE amount > 5; CREATE TABLE child (t INT REFERENCES "
                   "things (id));"
                   "CREATE VIEW v AS SELECT things.amount FROM things; CREATE TABLE log (x);"
                   "CREATE TRIGGER g AFTER UPDATE ON things BEGIN INSERT INTO log VALUES (new.amount); END")
              .structure());
}
