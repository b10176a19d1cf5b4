// NOT NULL as PostgreSQL 18 keeps it: as a constraint with a name, which may be not inherited or not valid.

#include "convergence.hpp"
#include "postgresql/connection.hpp"

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

bool has_constraints() {
    return server_major() >= 18;
}

NotNullConstraint constraint_of(TestDatabase& database, std::string_view table, std::string_view column) {
    return introspect(database)
        .find_table({"public", std::string(table)})
        ->find_column(std::string(column))
        ->not_null_constraint;
}

TEST_CASE("NOT NULL as the server names it is plain on every server") {
    TestDatabase database(R"(
        CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, b integer GENERATED ALWAYS AS IDENTITY, c serial);
        CREATE TABLE a_name_that_is_so_long_that_it_has_to_be_cut_by_the_server_here (
            another_name_that_is_so_long_that_it_has_to_be_cut_by_the_server integer NOT NULL);
        CREATE TABLE p (a integer NOT NULL, k integer PRIMARY KEY) PARTITION BY LIST (k);
        CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE h (own integer NOT NULL) INHERITS (t))");
    for (const TableStructure& table : introspect(database).tables) {
        for (const Column& column : table.columns) {
            CAPTURE(column.name);
            CHECK(column.not_null);
            CHECK(column.not_null_constraint == NotNullConstraint{});
        }
    }
    const std::string script =
        check_both_ways("CREATE TABLE t (a integer)", "CREATE TABLE t (a integer NOT NULL)");
    CHECK(script ==
          "-- note: t.a becomes NOT NULL: this fails when a row has no value in it\n"
          "ALTER TABLE t ALTER COLUMN a SET NOT NULL;\n");
}

TEST_CASE("a NOT NULL has a name, a comment, is not inherited or not valid") {
    if (!has_constraints()) {
        return;
    }
    const std::string_view made = R"(
        CREATE TABLE t (id integer CONSTRAINT key_is_there NOT NULL PRIMARY KEY, a integer CONSTRAINT "Must" NOT NULL,
            b integer NOT NULL NO INHERIT, c integer CONSTRAINT other NOT NULL NO INHERIT, d integer,
            e integer CONSTRAINT counts NOT NULL GENERATED ALWAYS AS IDENTITY, f serial CONSTRAINT serves NOT NULL,
            g serial);
        ALTER TABLE t ADD CONSTRAINT later NOT NULL d NO INHERIT NOT VALID; ALTER TABLE t ALTER g DROP NOT NULL;
        ALTER TABLE t ADD NOT NULL g NOT VALID; COMMENT ON CONSTRAINT later ON t IS 'to be checked';
        COMMENT ON CONSTRAINT t_b_not_null ON t IS 'only here')";
    TestDatabase database(made);
    CHECK(constraint_of(database, "t", "a") == NotNullConstraint{"Must", false, false, {}, {}});
    CHECK(constraint_of(database, "t", "d") == NotNullConstraint{"later", true, true, {}, "to be checked"});
    CHECK(constraint_of(database, "t", "g") == NotNullConstraint{{}, false, true, {}, {}});
    check_both_ways("SELECT 1", made);
    const std::string script = check_both_ways(
        "CREATE TABLE t (id integer PRIMARY KEY, a integer NOT NULL, b integer NOT NULL, c integer, d "
        "integer NOT NULL, e integer GENERATED ALWAYS AS IDENTITY, f serial, g serial)",
        made, "INSERT INTO t (id, a, b, c, d) VALUES (1, 2, 3, 4, 5)");
    CHECK(contains(script, "RENAME CONSTRAINT t_a_not_null TO \"Must\""));
    CHECK(contains(script, "ALTER CONSTRAINT t_b_not_null NO INHERIT"));
    CHECK(contains(script, "ADD CONSTRAINT other NOT NULL c NO INHERIT"));
    CHECK(contains(script, "ADD CONSTRAINT later NOT NULL d NO INHERIT NOT VALID"));
    check_both_ways("CREATE TABLE t (id integer, a integer, b integer, e integer)", made);
    check_both_ways("CREATE TABLE t (x integer)", made);
}

TEST_CASE("a NOT NULL that is not valid is checked when it is to be") {
    if (!has_constraints()) {
        return;
    }
    const std::string table =
        "CREATE TABLE t (a integer); ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID;";
    const std::string script = check_both_ways(table, "CREATE TABLE t (a integer CONSTRAINT n NOT NULL)");
    CHECK(script ==
          "-- note: t.a becomes NOT NULL: this fails when a row has no value in it\nALTER TABLE t VALIDATE "
          "CONSTRAINT n;\n");
    check_both_ways(table, "CREATE TABLE t (a integer PRIMARY KEY)");
    check_both_ways(table, "CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY)");
    check_both_ways("CREATE TABLE t (a integer NOT NULL NO INHERIT)",
                    "CREATE TABLE t (a integer PRIMARY KEY)");
    check_both_ways(table + "COMMENT ON CONSTRAINT n ON t IS 'x'",
                    table + "COMMENT ON CONSTRAINT n ON t IS 'y'");
}

TEST_CASE("a name is taken by another constraint") {
    if (!has_constraints()) {
        return;
    }
    check_both_ways("CREATE TABLE old (a integer NOT NULL); ALTER TABLE old RENAME TO new",
                    "CREATE TABLE new (a integer NOT NULL); CREATE TABLE old (a integer NOT NULL)");
    check_both_ways("SELECT 1",
                    "CREATE TABLE t (a integer NOT NULL); CREATE TABLE u (LIKE t); "
                    "CREATE TABLE w (b integer, CONSTRAINT x_a_not_null CHECK (b > 0)); "
                    "CREATE TABLE x (a integer CONSTRAINT x_a_not_null NOT NULL)");
    // Of two that make the same name, the second gets a number.
    check_both_ways("SELECT 1",
                    "CREATE TABLE a_b (c integer NOT NULL); CREATE TABLE a (b_c integer NOT NULL)");
    // One that is made anew stands beside the old one for a while.
    check_both_ways(
        "CREATE TABLE t (a integer NOT NULL, b integer PRIMARY KEY) PARTITION BY LIST (b);"
        "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1)",
        "CREATE TABLE t (a integer NOT NULL, b integer PRIMARY KEY) PARTITION BY RANGE (b);"
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (2)",
        "INSERT INTO t VALUES (1, 1)");
}

TEST_CASE("partitions have the NOT NULL of their parent, or their own") {
    if (!has_constraints()) {
        return;
    }
    const std::string start =
        "CREATE TABLE p (a integer, b integer, k integer) PARTITION BY LIST (k);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 (LIKE p); ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (2);";
    const std::string goal =
        "CREATE TABLE p (a integer CONSTRAINT first NOT NULL, b integer NOT NULL, k integer) PARTITION BY "
        "LIST (k);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);";
    check_both_ways("SELECT 1", goal);
    check_both_ways(start, goal);
    check_both_ways(
        goal,
        "CREATE TABLE p (a integer CONSTRAINT second NOT NULL, b integer, k integer) PARTITION BY LIST (k);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2);");
    // It comes and goes.
    const std::string alone =
        "CREATE TABLE p (a integer CONSTRAINT first NOT NULL, b integer NOT NULL, k integer) PARTITION BY "
        "LIST (k);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 (a integer NOT NULL, b integer NOT NULL, k integer);";
    check_both_ways(alone, goal);
    // With names of its own it is made as itself, or as its parent makes it.
    const std::string named =
        "CREATE TABLE p (a integer CONSTRAINT first NOT NULL, b integer NOT NULL, k integer) PARTITION BY "
        "LIST (k);"
        "CREATE TABLE p1 PARTITION OF p (CONSTRAINT mine NOT NULL a) FOR VALUES IN (1);"
        "CREATE TABLE p2 (a integer NOT NULL, b integer NOT NULL, k integer NOT NULL);"
        "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (2);";
    check_both_ways("SELECT 1", named);
    check_both_ways(
        "CREATE TABLE p (a integer CONSTRAINT first NOT NULL, b integer NOT NULL, k integer) PARTITION BY "
        "LIST (k);"
        "CREATE TABLE p1 PARTITION OF p (CONSTRAINT mine NOT NULL a) FOR VALUES IN (1);"
        "CREATE TABLE p2 (a integer NOT NULL, b integer, k integer);",
        named + "CREATE TABLE p3 PARTITION OF p (CONSTRAINT mine NOT NULL k) FOR VALUES IN (3)");
    // The parent's name cannot change while a partition has another one.
    TestDatabase held(named);
    TestDatabase renamed(
        "CREATE TABLE p (a integer NOT NULL, b integer NOT NULL, k integer) PARTITION BY LIST (k);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1); CREATE TABLE p2 PARTITION OF p "
        "(k NOT NULL) FOR VALUES IN (2)");
    CHECK(to_script(plan_between(held, renamed)) == "");
}

TEST_CASE("tables that inherit have the NOT NULL of their parents, or their own") {
    if (!has_constraints()) {
        return;
    }
    const std::string start =
        "CREATE TABLE p (a integer, b integer, c integer, d integer); CREATE TABLE h (own integer) INHERITS "
        "(p);"
        "CREATE TABLE g () INHERITS (h);";
    const std::string goal =
        "CREATE TABLE p (a integer CONSTRAINT first NOT NULL, b integer NOT NULL NO INHERIT, c integer NOT "
        "NULL, d integer);"
        "CREATE TABLE h (own integer NOT NULL) INHERITS (p); CREATE TABLE g (CONSTRAINT my_d NOT NULL d) "
        "INHERITS (h);";
    check_both_ways("SELECT 1", goal);
    check_both_ways(start, goal);
    check_both_ways(
        goal,
        "CREATE TABLE p (a integer CONSTRAINT second NOT NULL, b integer NOT NULL, c integer, d integer);"
        "CREATE TABLE h (own integer CONSTRAINT its NOT NULL NO INHERIT) INHERITS (p);"
        "CREATE TABLE g (NOT NULL d) INHERITS (h);");
    const std::string own =
        "CREATE TABLE p (a integer CONSTRAINT first NOT NULL, b integer NOT NULL, c integer, d integer NOT "
        "NULL);"
        "CREATE TABLE h (a integer NOT NULL, b integer, CONSTRAINT mine NOT NULL c) INHERITS (p);"
        "ALTER TABLE h ALTER d SET NOT NULL;";
    check_both_ways("SELECT 1", own);
    // What is the table's own stays, what is not goes.
    check_both_ways(
        "CREATE TABLE p (a integer, b integer, c integer, d integer);"
        "CREATE TABLE h (a integer NOT NULL, b integer, CONSTRAINT mine NOT NULL c) INHERITS (p);"
        "ALTER TABLE h ALTER d SET NOT NULL;",
        "CREATE TABLE p (a integer, b integer NOT NULL, c integer, d integer);"
        "CREATE TABLE h (a integer NOT NULL, b integer, CONSTRAINT mine NOT NULL c) INHERITS (p);"
        "ALTER TABLE h ALTER d SET NOT NULL;");
    // Not valid is also that of the children that were there.
    const std::string not_valid = "ALTER TABLE p ADD CONSTRAINT p_b_not_null NOT NULL b NOT VALID;";
    check_both_ways(start, start + not_valid);
    check_both_ways(
        start + not_valid,
        "CREATE TABLE p (a integer, b integer NOT NULL, c integer, d integer); CREATE TABLE h (own integer) "
        "INHERITS (p); CREATE TABLE g () INHERITS (h);");
}

TEST_CASE("typed and foreign tables have named NOT NULL too") {
    if (!has_constraints()) {
        return;
    }
    const std::string types =
        "CREATE TYPE y AS (a integer, b integer); CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN "
        "DATA WRAPPER w;";
    const std::string made =
        types +
        "CREATE TABLE t OF y (CONSTRAINT must NOT NULL a, b WITH OPTIONS NOT NULL); CREATE FOREIGN TABLE f "
        "(a integer CONSTRAINT must NOT NULL, b integer NOT NULL) SERVER s;";
    check_both_ways("SELECT 1", made);
    check_both_ways(types +
                        "CREATE TABLE t OF y; CREATE FOREIGN TABLE f (a integer, b integer NOT NULL NO "
                        "INHERIT) SERVER s;",
                    made);
}

TEST_CASE("the name of a NOT NULL goes over to that of another column") {
    if (!has_constraints()) {
        return;
    }
    check_both_ways("CREATE TABLE t (a integer NOT NULL, b integer)",
                    "CREATE TABLE t (a integer NOT NULL, b integer); ALTER TABLE t RENAME a TO c");
    check_both_ways("CREATE TABLE t (a integer CONSTRAINT n NOT NULL, b integer)",
                    "CREATE TABLE t (a integer, b integer CONSTRAINT n NOT NULL)");
    check_both_ways("CREATE TABLE t (a integer CONSTRAINT n NOT NULL)",
                    "CREATE TABLE t (a integer CONSTRAINT m NOT NULL, b integer CONSTRAINT n NOT NULL)");
    // The sequence goes over before the column goes.
    check_both_ways("CREATE TABLE t (a serial PRIMARY KEY)",
                    "CREATE TABLE t (a serial PRIMARY KEY); ALTER TABLE t RENAME a TO c");
}

TEST_CASE("a table inherits the NOT NULL of the columns of its primary key") {
    if (!has_constraints()) {
        return;
    }
    const std::string parent = "CREATE TABLE p (a integer NOT NULL, b integer NOT NULL);";
    check_both_ways(parent, parent + "CREATE TABLE h () INHERITS (p); ALTER TABLE h ADD PRIMARY KEY (a)");
    check_both_ways(parent,
                    parent + "CREATE TABLE h (PRIMARY KEY (a), FOREIGN KEY (b) REFERENCES h) INHERITS (p)");
}

// The server would make it anew together with those of the heirs: under its own name, or refuse it.
TEST_CASE("a column gets another type, and its NOT NULL is called otherwise in heirs") {
    if (!has_constraints()) {
        return;
    }
    const auto tables = [](const std::string& type, const std::string& rest, const std::string& key) {
        const std::string columns = (key.empty() ? "(k integer, a " : "(k integer NOT NULL, a ") + type;
        return "CREATE TABLE p " + columns + " CONSTRAINT first NOT NULL" + key +
               ") PARTITION BY LIST (k);"
               "CREATE TABLE p1 PARTITION OF p (CONSTRAINT mine NOT NULL a) FOR VALUES IN (1);"
               "CREATE TABLE p2 " +
               columns + " NOT NULL) PARTITION BY LIST (k); CREATE TABLE p3 " + columns +
               " CONSTRAINT third NOT NULL" + rest +
               "); ALTER TABLE p2 ATTACH PARTITION p3 FOR VALUES IN (2);"
               "ALTER TABLE p ATTACH PARTITION p2 FOR VALUES IN (2);"
               "COMMENT ON CONSTRAINT third ON p3 IS 'kept';";
    };
    const std::string rows = "INSERT INTO p VALUES (1, 1), (2, 2)";
    check_both_ways(tables("integer", "", ""), tables("bigint", "", ""), rows);
    check_both_ways(tables("integer", ", PRIMARY KEY (a)", ""), tables("bigint", ", PRIMARY KEY (a)", ""),
                    rows);
    const std::string key = ", PRIMARY KEY (k, a)";
    check_both_ways(tables("integer", "", key), tables("bigint", "", key), rows);
    const std::string nullable =
        "CREATE TABLE p (k integer, a text) PARTITION BY LIST (k);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (k);"
        "CREATE TABLE p3 PARTITION OF p2 FOR VALUES IN (2);";
    check_both_ways(tables("integer", "", ""), nullable, rows);
    const std::string without =
        "CREATE TABLE p (k integer) PARTITION BY LIST (k);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE p2 PARTITION OF p FOR VALUES IN (2) PARTITION BY LIST (k);"
        "CREATE TABLE p3 PARTITION OF p2 FOR VALUES IN (2);";
    check_both_ways(tables("integer", "", ""), without);
    const auto inheriting = [](const std::string& type) {
        return "CREATE TABLE p (a " + type + " NOT NULL); CREATE TABLE h (a " + type +
               " CONSTRAINT mine NOT NULL) INHERITS (p);";
    };
    check_both_ways(inheriting("integer"), inheriting("bigint"), "INSERT INTO h VALUES (1)");
}

}  // namespace
}  // namespace schemist::test
