// Renames together with other changes of the same tables, as one plan.

#include "diff/diff.hpp"
#include "diff/renames.hpp"
#include "plan/plan.hpp"
#include "sqlite/database.hpp"
#include "sqlite/dialect.hpp"

#include <doctest/doctest.h>

using namespace schemist;
using schemist::test::Database;

namespace {

void rename_and_change(Database& database, const Schema& to, const std::vector<Rename>& renames) {
    const Schema from = database.schema();
    Changes changes = rename_changes(from, to, renames);
    REQUIRE(changes.size() == renames.size());
    const Changes others = diff(with_renames(from, changes), to);
    changes.insert(changes.end(), others.begin(), others.end());
    const Plan plan = make_plan(changes, from, to, sqlite::dialect());
    database.apply(plan.steps.front().statements);
}

}  // namespace

TEST_CASE("a table and a column are renamed, and the table is rebuilt") {
    Database database(
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a INT CHECK (a > 0), up INT REFERENCES t "
        "(id));"
        "CREATE INDEX i ON t (a) WHERE a > 5; CREATE TABLE child (t INT REFERENCES t (id));"
        "CREATE TABLE log (x); CREATE VIEW v AS SELECT t.a FROM t;"
        "CREATE TRIGGER g AFTER UPDATE ON t BEGIN INSERT INTO log VALUES (new.a); END;"
        "INSERT INTO t VALUES (1, 2, NULL), (2, 3, 1); INSERT INTO child VALUES (2)");
    Database goal(
        "CREATE TABLE things (id INTEGER PRIMARY KEY AUTOINCREMENT, amount NUMERIC NOT NULL DEFAULT 1 CHECK "
        "(amount > 0), "
        "up INT REFERENCES things (id), UNIQUE (amount));"
        "CREATE INDEX i ON things (amount) WHERE amount > 5; CREATE TABLE child (t INT REFERENCES things "
        "(id));"
        "CREATE TABLE log (x); CREATE VIEW v AS SELECT things.amount FROM things;"
        "CREATE TRIGGER g AFTER UPDATE ON things BEGIN INSERT INTO log VALUES (new.amount); END");
    rename_and_change(
        database, goal.schema(),
        {{{Kind::table, {"", "t"}, ""}, "things"}, {{Kind::column, {"", "things"}, "a"}, "amount"}});
    CHECK(diff(database.schema(), goal.schema()).empty());
    CHECK(database.structure() == goal.structure());
    CHECK(database.cell("SELECT group_concat(amount) FROM v") == "2,3");
    CHECK(database.cell("SELECT count(*) FROM child") == "1");
    CHECK(database.cell("SELECT seq FROM sqlite_sequence WHERE name = 'things'") == "2");
}

TEST_CASE("a column is renamed while others come and go") {
    Database database(
        "CREATE TABLE t (a INT, b INT, c INT); CREATE VIEW v AS SELECT a FROM t; INSERT INTO t VALUES (1, 2, "
        "3)");
    Database goal("CREATE TABLE t (x INT, c INT, d INT DEFAULT 4); CREATE VIEW v AS SELECT x FROM t");
    rename_and_change(database, goal.schema(), {{{Kind::column, {"", "t"}, "a"}, "x"}});
    CHECK(diff(database.schema(), goal.schema()).empty());
    CHECK(database.cell("SELECT x || c || d FROM t") == "134");
}

TEST_CASE("a renamed column is used by a view that nobody knew of") {
    Database database("CREATE TABLE t (a INT); INSERT INTO t VALUES (1)");
    Database goal("CREATE TABLE t (x TEXT)");
    const Schema from = database.schema();
    database.run("CREATE VIEW v AS SELECT a FROM t");
    Changes changes =
        rename_changes(from, goal.schema(), std::vector<Rename>{{{Kind::column, {"", "t"}, "a"}, "x"}});
    const Changes others = diff(with_renames(from, changes), goal.schema());
    changes.insert(changes.end(), others.begin(), others.end());
    const Plan plan = make_plan(changes, from, goal.schema(), sqlite::dialect());
    database.apply(plan.steps.front().statements);
    CHECK(database.cell("SELECT * FROM v") == "1");
}
