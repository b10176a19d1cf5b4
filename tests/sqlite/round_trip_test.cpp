// Pairs of hand-written schemas, each up and back with rows; see round_trip().

#include "sqlite/database.hpp"

#include <vector>

#include <doctest/doctest.h>

using schemist::test::round_trip;

namespace {

struct Pair {
    const char* title;
    const char* before;
    const char* after;
};

void check(const std::vector<Pair>& pairs) {
    for (const Pair& pair : pairs) {
        CAPTURE(pair.title);
        CHECK(round_trip(pair.before, pair.after) == "");
        // Whatever it is, it must also come from nothing and go away.
        CHECK(round_trip("", pair.after) == "");
    }
}

}  // namespace

TEST_CASE("columns") {
    check({
        {"added and dropped", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
         "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b INT DEFAULT 5, c VARCHAR(20) NOT NULL DEFAULT "
         "'x' COLLATE NOCASE)"},
        {"in the middle", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)",
         "CREATE TABLE t (id INTEGER PRIMARY KEY, b BLOB DEFAULT x'00ff', a TEXT)"},
        {"with a default that is no constant", "CREATE TABLE t (a TEXT)",
         "CREATE TABLE t (a TEXT, b TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, c INT DEFAULT (1 + 2), d "
         "DEFAULT (lower('A')))"},
        {"defaults of every kind", "CREATE TABLE t (a INT, b INT, c INT, d INT, e TEXT, f TEXT, g)",
         "CREATE TABLE t (a INT DEFAULT -1, b INT DEFAULT +2, c INT DEFAULT TRUE, d INT DEFAULT (-(3)), e "
         "TEXT DEFAULT 'it''s', "
         "f TEXT DEFAULT (CURRENT_DATE), g DEFAULT word)"},
        {"type changed", "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER)",
         "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)"},
        {"without a type", "CREATE TABLE t (a INT, b)", "CREATE TABLE t (a, b DOUBLE PRECISION)"},
        {"strange types", "CREATE TABLE t (a INT)",
         "CREATE TABLE t (a INT, b \"my Type\", c DECIMAL ( 10 , 2 ), d UNSIGNED BIG INT, e character "
         "varying(100))"},
        {"NOT NULL with a conflict clause", "CREATE TABLE t (a INT)",
         "CREATE TABLE t (a INT NOT NULL ON CONFLICT IGNORE DEFAULT 3)"},
        {"becomes NOT NULL and has a default", "CREATE TABLE t (a INT, b INT DEFAULT 0)",
         "CREATE TABLE t (a INT, b INT NOT NULL DEFAULT 0)"},
        {"names that need quotes", "CREATE TABLE \"order\" (\"select\" INT, [a b] TEXT)",
         "CREATE TABLE \"order\" (\"select\" INT, [a b] TEXT DEFAULT 'x y', `c\"d` TEXT, 'e''f' INT CHECK "
         "(\"e'f\" > 0), \xC3\xA4 INT)"},
        {"all replaced", "CREATE TABLE t (a INT, b INT)", "CREATE TABLE t (c INT, d INT)"},
        {"a dropped one had a check, a unique and an index",
         "CREATE TABLE t (a INT, b INT UNIQUE CHECK (b > 0), c INT CONSTRAINT positive CHECK (c > 0), d "
         "TEXT); "
         "CREATE INDEX i ON t (b, d)",
         "CREATE TABLE t (a INT, d TEXT)"},
        {"a dropped one had a foreign key",
         "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT, p INT REFERENCES p)",
         "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT)"},
    });
}

TEST_CASE("generated columns") {
    check({
        {"virtual", "CREATE TABLE t (a INT)",
         "CREATE TABLE t (a INT, b INT GENERATED ALWAYS AS (a * 2) VIRTUAL)"},
        {"stored", "CREATE TABLE t (a INT)",
         "CREATE TABLE t (a INT, b INT AS (a * 2) STORED, c AS (b + 1) NOT NULL)"},
        {"changed", "CREATE TABLE t (a INT, b INT AS (a * 2) STORED)",
         "CREATE TABLE t (a INT, b INT AS (a * 3) STORED)"},
        {"stored and virtual", "CREATE TABLE t (a INT, b INT AS (a * 2) STORED)",
         "CREATE TABLE t (a INT, b INT AS (a * 2))"},
        {"other column altered", "CREATE TABLE t (a INT, b INT AS (a * 2) STORED, c TEXT)",
         "CREATE TABLE t (a INT, b INT AS (a * 2) STORED, c BLOB)"},
        {"all virtual but one", "CREATE TABLE t (a INT, b AS (1)); CREATE INDEX i ON t (b)",
         "CREATE TABLE t (a TEXT, b AS (2)); CREATE INDEX i ON t (b)"},
    });
}

TEST_CASE("constraints") {
    check({
        {"primary key", "CREATE TABLE t (a INT, b TEXT)",
         "CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a, b))"},
        {"primary key with a conflict clause", "CREATE TABLE t (a INT PRIMARY KEY, b TEXT)",
         "CREATE TABLE t (a INT, b TEXT, CONSTRAINT t_key PRIMARY KEY (b, a) ON CONFLICT REPLACE)"},
        {"order and collation in a key", "CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a, b))",
         "CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a DESC, b COLLATE NOCASE))"},
        {"an INTEGER key that is no rowid", "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)",
         "CREATE TABLE t (a INTEGER PRIMARY KEY DESC, b TEXT)"},
        {"a TEXT key, descending", "CREATE TABLE t (a TEXT PRIMARY KEY, b TEXT)",
         "CREATE TABLE t (a TEXT PRIMARY KEY DESC, b TEXT)"},
        {"autoincrement", "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)",
         "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)"},
        {"autoincrement with a name", "CREATE TABLE t (a INTEGER, b TEXT)",
         "CREATE TABLE t (a INTEGER CONSTRAINT k PRIMARY KEY ASC ON CONFLICT FAIL AUTOINCREMENT, b TEXT)"},
        {"autoincrement at the end", "CREATE TABLE t (a INTEGER, b TEXT)",
         "CREATE TABLE t (a INTEGER, b TEXT, PRIMARY KEY (a AUTOINCREMENT))"},
        {"unique", "CREATE TABLE t (a INT, b TEXT UNIQUE)",
         "CREATE TABLE t (a INT UNIQUE ON CONFLICT IGNORE, b TEXT, CONSTRAINT u UNIQUE (a, b), UNIQUE (b "
         "COLLATE NOCASE, a DESC))"},
        {"check", "CREATE TABLE t (a INT CHECK (a > 0), b TEXT)",
         "CREATE TABLE t (a INT, b TEXT, CONSTRAINT c CHECK (a > 0 AND length(b) BETWEEN 1 AND 100), CHECK "
         "(b IN ('x', 'text 1', 'text 2')))"},
        {"check on a new column", "CREATE TABLE t (a INT)",
         "CREATE TABLE t (a INT, b INT CONSTRAINT c CHECK (b > a) CHECK (b > 0))"},
        {"check with its table's name", "CREATE TABLE t (a INT, b INT)",
         "CREATE TABLE t (a INT, b TEXT, CHECK (t.a > 0), CHECK (\"T\".[b] <> ''))"},
        {"foreign keys",
         "CREATE TABLE p (id INTEGER PRIMARY KEY, x INT UNIQUE); CREATE TABLE t (a INT, b INT)",
         "CREATE TABLE p (id INTEGER PRIMARY KEY, x INT UNIQUE); CREATE TABLE t (a INT REFERENCES p ON "
         "DELETE CASCADE DEFERRABLE INITIALLY "
         "DEFERRED, b INT, CONSTRAINT f FOREIGN KEY (b) REFERENCES p (x) ON UPDATE SET NULL ON DELETE SET "
         "DEFAULT MATCH FULL NOT DEFERRABLE)"},
        {"a new column with a foreign key", "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT)",
         "CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE t (a INT, b INT CONSTRAINT f REFERENCES p "
         "(id) ON DELETE RESTRICT)"},
        {"a key of two columns on itself", "CREATE TABLE t (a INT, b INT, c INT, d INT, PRIMARY KEY (a, b))",
         "CREATE TABLE t (a INT, b INT, c INT, d INT, PRIMARY KEY (a, b), FOREIGN KEY (c, d) REFERENCES t "
         "(a, b) ON DELETE SET NULL)"},
        {"renamed", "CREATE TABLE t (a INT, CONSTRAINT c1 CHECK (a > 0), CONSTRAINT u1 UNIQUE (a))",
         "CREATE TABLE t (a INT, CONSTRAINT c2 CHECK (a > 0), CONSTRAINT u2 UNIQUE (a))"},
        {"old strings in double quotes", "CREATE TABLE t (a TEXT CHECK (a <> 'x'), b TEXT DEFAULT 'y')",
         "CREATE TABLE t (a TEXT CHECK (a <> 'z'), b TEXT DEFAULT 'q')"},
    });
}

TEST_CASE("tables") {
    check({
        {"strict", "CREATE TABLE t (a INT PRIMARY KEY, b TEXT)",
         "CREATE TABLE t (a INT PRIMARY KEY, b TEXT) STRICT"},
        {"without rowid", "CREATE TABLE t (a INT PRIMARY KEY, b TEXT)",
         "CREATE TABLE t (a INT PRIMARY KEY, b TEXT) WITHOUT ROWID"},
        {"both, and changed", "CREATE TABLE t (a INT PRIMARY KEY, b ANY) STRICT, WITHOUT ROWID",
         "CREATE TABLE t (a INT PRIMARY KEY, b TEXT NOT NULL DEFAULT '') WITHOUT ROWID"},
        {"strict with bytes", "CREATE TABLE t (a BLOB)", "CREATE TABLE t (a TEXT) STRICT"},
        {"columns called rowid", "CREATE TABLE t (rowid TEXT, oid INT, a INT)",
         "CREATE TABLE t (rowid TEXT, oid INT, a TEXT)"},
        {"all names of the rowid taken", "CREATE TABLE t (rowid INT, oid INT, _rowid_ INT)",
         "CREATE TABLE t (rowid INT, oid TEXT, _rowid_ INT)"},
        {"added and dropped", "CREATE TABLE a (x INT PRIMARY KEY); CREATE TABLE b (y INT REFERENCES a)",
         "CREATE TABLE c (x INT PRIMARY KEY REFERENCES d); CREATE TABLE d (y INT PRIMARY KEY REFERENCES c)"},
        {"a table of one name in another case", "CREATE TABLE Things (x INT)", "CREATE TABLE things (x INT)"},
        {"a view where a table was", "CREATE TABLE a (x INT); CREATE TABLE t (x INT)",
         "CREATE TABLE a (x INT); CREATE VIEW t AS SELECT x FROM a"},
        {"virtual", "CREATE TABLE a (x INT)",
         "CREATE TABLE a (x INT); CREATE VIRTUAL TABLE f USING fts5(title, body, tokenize = 'porter')"},
        {"virtual, changed", "CREATE VIRTUAL TABLE f USING fts5(title)",
         "CREATE VIRTUAL TABLE f USING fts5(title, body)"},
        {"virtual and plain", "CREATE VIRTUAL TABLE f USING fts5(title)",
         "CREATE TABLE f (title TEXT); CREATE INDEX i ON f (title)"},
        {"rtree", "", "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1)"},
    });
}

TEST_CASE("indexes") {
    check({
        {"added", "CREATE TABLE t (a INT, b TEXT)",
         "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (a); CREATE UNIQUE INDEX j ON t (b, a)"},
        {"partial", "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (a)",
         "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (a) WHERE b IS NOT NULL AND a > 5"},
        {"expression", "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (b)",
         "CREATE TABLE t (a INT, b TEXT); CREATE INDEX i ON t (lower(b), a + 1 DESC)"},
        {"descending and collated",
         "CREATE TABLE t (a INT, b TEXT COLLATE NOCASE); CREATE INDEX i ON t (a, b)",
         "CREATE TABLE t (a INT, b TEXT COLLATE NOCASE); CREATE INDEX i ON t (a DESC, b COLLATE BINARY ASC)"},
        {"renamed", "CREATE TABLE t (a INT); CREATE INDEX i ON t (a)",
         "CREATE TABLE t (a INT); CREATE INDEX j ON t (a)"},
        {"moved to another table", "CREATE TABLE s (a INT); CREATE TABLE t (a INT); CREATE INDEX i ON t (a)",
         "CREATE TABLE s (a INT); CREATE TABLE t (a INT); CREATE INDEX i ON s (a)"},
        {"moved between tables that are rebuilt",
         "CREATE TABLE s (a INT); CREATE TABLE t (a INT); CREATE INDEX i ON t (a)",
         "CREATE TABLE s (a TEXT); CREATE TABLE t (a TEXT); CREATE INDEX i ON s (a)"},
        {"on a new column, from a dropped one", "CREATE TABLE t (a INT, b INT); CREATE INDEX i ON t (b)",
         "CREATE TABLE t (a INT, c INT); CREATE INDEX i ON t (c)"},
    });
}

TEST_CASE("views and triggers") {
    const char* const tables = "CREATE TABLE t (a INT, b TEXT); CREATE TABLE log (what TEXT);";
    const auto with = [&](const char* sql) { return std::string(tables) + sql; };
    const std::string view = with("CREATE VIEW v AS SELECT a, b FROM t WHERE a > 1");
    const std::string other_view = with(
        "CREATE VIEW v (x, y) AS WITH q AS (SELECT a FROM t) SELECT q.a, t.b FROM q LEFT OUTER JOIN t ON q.a "
        "= t.a ORDER BY 1");
    const std::string trigger =
        with("CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.b); END");
    const std::string other_trigger = with(
        "CREATE TRIGGER g BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN new.a IS NOT old.a BEGIN "
        "INSERT INTO log VALUES (CASE WHEN new.a > 1 THEN 'x;y' ELSE 'z' END); DELETE FROM log WHERE what = "
        "''; END");
    const std::string on_view =
        view + "; CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a, new.b); END";
    const std::string on_other_view =
        with("CREATE VIEW v AS SELECT a, b, 1 AS c FROM t") +
        "; CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a, new.b); END";
    const std::string chained = view + "; CREATE VIEW w AS SELECT * FROM v; CREATE VIEW x AS SELECT * FROM w";
    const std::string chained_without_b =
        "CREATE TABLE t (a INT); CREATE TABLE log (what TEXT); CREATE VIEW v AS SELECT a FROM t; "
        "CREATE VIEW w AS SELECT * FROM v; CREATE VIEW x AS SELECT * FROM w";
    const std::string view_and_trigger =
        "CREATE TABLE t (a INT, b INT); CREATE TABLE s (x INT); CREATE VIEW v AS SELECT b FROM t; "
        "CREATE TRIGGER g AFTER INSERT ON s BEGIN INSERT INTO s SELECT * FROM v; END";
    const std::string view_and_trigger_after =
        "CREATE TABLE t (a INT); CREATE TABLE s (x INT); CREATE VIEW v AS SELECT a FROM t; "
        "CREATE TRIGGER g AFTER INSERT ON s BEGIN INSERT INTO s SELECT * FROM v; END";
    check({
        {"view added", tables, view.c_str()},
        {"view changed", view.c_str(), other_view.c_str()},
        {"trigger added", tables, trigger.c_str()},
        {"trigger changed", trigger.c_str(), other_trigger.c_str()},
        {"a view under its trigger", on_view.c_str(), on_other_view.c_str()},
        {"a view with a trigger goes", tables, on_view.c_str()},
        {"a column under three views", chained.c_str(), chained_without_b.c_str()},
        {"a column under a view under a trigger", view_and_trigger.c_str(), view_and_trigger_after.c_str()},
    });
}
