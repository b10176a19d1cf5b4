// Partitioned tables, their partitions, and tables that inherit.

#include "convergence.hpp"
#include "postgresql/connection.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

constexpr std::string_view events =
    "CREATE TABLE events (id bigint NOT NULL, at date NOT NULL, kind text DEFAULT 'none') PARTITION BY RANGE "
    "(at);\n"
    "CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');\n"
    "CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')\n"
    "    PARTITION BY LIST (kind);\n"
    "CREATE TABLE events_2026_a PARTITION OF events_2026 FOR VALUES IN ('a');\n"
    "CREATE TABLE events_2026_rest PARTITION OF events_2026 DEFAULT;\n";

constexpr std::string_view rows =
    "INSERT INTO events (id, at, kind) VALUES (1, '2025-05-05', 'x'), (2, '2026-05-05', 'a'), (3, "
    "'2026-06-06', 'b')";

std::string with(std::string_view base, std::string_view more) {
    return std::string(base).append(more);
}

bool contains(std::string_view text, std::string_view word) {
    return text.find(word) != std::string_view::npos;
}

TEST_CASE("partitioned tables of every sort and several levels are made and dropped") {
    const std::string script = check_both_ways("", events);
    CHECK(contains(script, "CREATE TABLE events_2026_a PARTITION OF events_2026 FOR VALUES IN ('a')"));
    check_both_ways("",
                    "CREATE TABLE h (id int) PARTITION BY HASH (id);"
                    "CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
                    "CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);"
                    "CREATE TABLE e (id int, t text) PARTITION BY RANGE (lower(t), id);"
                    "CREATE TABLE e0 PARTITION OF e FOR VALUES FROM (MINVALUE, MINVALUE) TO ('m', 5);");
}

TEST_CASE("a table goes before the partitions of the one that it refers to") {
    check_both_ways("",
                    "CREATE TABLE a (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
                    "CREATE TABLE a_2026 PARTITION OF a FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
                    "CREATE TABLE b (id int, at date, FOREIGN KEY (id, at) REFERENCES a);");
    check_both_ways("CREATE TABLE b (id int, at date);",
                    "CREATE TABLE a (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);"
                    "CREATE TABLE a_2026 PARTITION OF a FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');"
                    "CREATE TABLE b (id int, at date, FOREIGN KEY (id, at) REFERENCES a);");
}

TEST_CASE("a column of a partitioned table is added, altered and dropped once") {
    const std::string script =
        check_both_ways(events, with(events,
                                     "ALTER TABLE events ADD COLUMN note text NOT NULL DEFAULT 'x';"
                                     "ALTER TABLE events DROP COLUMN id;"
                                     "COMMENT ON COLUMN events_2025.note IS 'there';"
                                     "ALTER TABLE events_2025 ALTER COLUMN note SET DEFAULT 'y';"));
    CHECK(!contains(script, "events_2026"));
    check_both_ways(events,
                    with(events,
                         "ALTER TABLE events ALTER COLUMN id TYPE integer;"
                         "ALTER TABLE events ALTER COLUMN kind SET DEFAULT 'some';"
                         "ALTER TABLE events_2025 ALTER COLUMN kind DROP DEFAULT;"
                         "ALTER TABLE events_2025 ALTER COLUMN kind SET NOT NULL;"
                         "CREATE VIEW seen AS SELECT id FROM events_2025;"
                         "ALTER TABLE events_2025 ADD CHECK (id > 0)"),
                    rows);
}

TEST_CASE("the type of a column changes with what stands on the partitions") {
    const std::string_view more =
        "CREATE VIEW seen AS SELECT id FROM events_2025;"
        "CREATE INDEX own ON events_2025 ((id + 1));"
        "CREATE INDEX all_of_them ON events ((id * 2));"
        "ALTER TABLE events_2025 ADD CHECK (id > 0);"
        "ALTER TABLE events ADD CONSTRAINT c CHECK (id < 1000)";
    std::string after(events);
    after.replace(after.find("bigint"), 6, "integer");
    check_both_ways(with(events, more), with(after, more), rows);
}

TEST_CASE("keys and indexes of a partitioned table come and go with those of the partitions") {
    const std::string script = check_both_ways(events,
                                               with(events,
                                                    "ALTER TABLE events ADD PRIMARY KEY (id, at, kind);"
                                                    "ALTER TABLE events ADD UNIQUE (at, kind);"
                                                    "CREATE INDEX events_kind ON events (kind);"),
                                               rows);
    CHECK(!contains(script, "ONLY"));
    // The names of the partitions' are others than the server's choice.
    check_both_ways(events,
                    with(events,
                         "ALTER TABLE events ADD PRIMARY KEY (id, at, kind);"
                         "ALTER INDEX events_2025_pkey RENAME TO the_key;"
                         "ALTER TABLE events ADD UNIQUE (at, kind);"
                         "ALTER INDEX events_2026_a_at_kind_key RENAME TO deep;"
                         "CREATE INDEX events_kind ON events (lower(kind)) WHERE id > 0;"
                         "COMMENT ON INDEX events_kind IS 'c';"
                         "ALTER INDEX events_2026_a_lower_idx RENAME TO another;"
                         "ALTER INDEX another SET (fillfactor = 50);"
                         "COMMENT ON INDEX another IS 'd'"),
                    rows);
}

TEST_CASE("an index of a partition becomes that of its parent, or another") {
    check_both_ways(with(events, "CREATE INDEX mine ON events_2025 (kind);"),
                    with(events,
                         "CREATE INDEX mine ON events_2025 (kind);"
                         "CREATE INDEX every ON events (kind);"),
                    rows);
    check_both_ways(with(events, "CREATE INDEX every ON events (kind);"),
                    with(events,
                         "CREATE INDEX every ON events (kind, id);"
                         "CREATE INDEX local ON events_2026_a (kind);"),
                    rows);
}

TEST_CASE("checks, foreign keys, triggers and policies of a partitioned table") {
    const std::string base = with(events,
                                  "CREATE TABLE kinds (kind text PRIMARY KEY); "
                                  "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS "
                                  "$$BEGIN RETURN NEW; END$$;");
    check_both_ways(base, with(base,
                               "ALTER TABLE events ADD CONSTRAINT positive CHECK (id > 0);"
                               "ALTER TABLE events_2025 ADD CONSTRAINT own CHECK (id < 1000);"
                               "ALTER TABLE events ADD FOREIGN KEY (kind) REFERENCES kinds;"
                               "CREATE TRIGGER t BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION f();"
                               "ALTER TABLE events ENABLE ROW LEVEL SECURITY;"
                               "CREATE POLICY p ON events_2025 USING (id > 5);"
                               "GRANT SELECT ON events_2025 TO PUBLIC"));
    check_both_ways(
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);",
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE r (id int REFERENCES p); CREATE TABLE s (id int REFERENCES p1)");
}

TEST_CASE("partitions are added, dropped, attached, detached and moved to other bounds") {
    const std::string detached =
        "CREATE TABLE events_2027 (id bigint NOT NULL, at date NOT NULL, kind text DEFAULT 'none');";
    const std::string base =
        with(events,
             "ALTER TABLE events ADD CONSTRAINT positive CHECK (id > 0); CREATE INDEX i ON events (at);"
             "CREATE TABLE kinds (kind text PRIMARY KEY); INSERT INTO kinds VALUES ('a'), ('b'), ('x');"
             "ALTER TABLE events ADD FOREIGN KEY (kind) REFERENCES kinds;");
    check_both_ways(base,
                    with(base,
                         "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM "
                         "('2027-01-01') TO ('2028-01-01');"
                         "CREATE TABLE events_rest (kind text, at date NOT NULL, id bigint NOT NULL, "
                         "CONSTRAINT positive CHECK (id > 0));"
                         "ALTER TABLE events ATTACH PARTITION events_rest DEFAULT"),
                    rows);
    check_both_ways(with(base, detached),
                    with(base, with(detached,
                                    "ALTER TABLE events ADD COLUMN n int;"
                                    "ALTER TABLE events_2027 ADD COLUMN n int;"
                                    "ALTER TABLE events_2027 ADD CONSTRAINT positive CHECK (id > 0);"
                                    "ALTER TABLE events ATTACH PARTITION events_2027 FOR VALUES FROM "
                                    "('2027-01-01') TO ('2028-01-01');")),
                    rows);
    check_both_ways(base,
                    with(base,
                         "ALTER TABLE events DETACH PARTITION events_2026;"
                         "ALTER TABLE events ADD COLUMN later int;"
                         "CREATE INDEX own ON events_2026_a (kind);"),
                    rows);
    const std::string moved =
        "CREATE TABLE p (id int, t text) PARTITION BY RANGE (id);"
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (";
    check_both_ways(moved + "10)", moved + "20)", "INSERT INTO p VALUES (5)");
}

TEST_CASE("a table takes the place of another partition") {
    check_both_ways(
        "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE a PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE b (id int);",
        "CREATE TABLE p (id int) PARTITION BY LIST (id); CREATE TABLE c PARTITION OF p FOR VALUES IN (1);"
        "CREATE TABLE b PARTITION OF p FOR VALUES IN (2)");
}

constexpr std::string_view family =
    "CREATE TABLE base (id int NOT NULL, name text DEFAULT 'n', CONSTRAINT positive CHECK (id > 0));"
    "CREATE TABLE other (extra int DEFAULT 5);"
    "CREATE TABLE child (own int, CHECK (own > 1)) INHERITS (base);"
    "CREATE TABLE grandchild () INHERITS (child, other);";
constexpr std::string_view family_rows =
    "INSERT INTO base VALUES (1); INSERT INTO child VALUES (2, 'c', 3); INSERT INTO grandchild VALUES (4, "
    "'g', 5, 6)";

TEST_CASE("a child keeps its own default when the parent's column gets another type") {
    const std::string rest = "CREATE TABLE c () INHERITS (p); ALTER TABLE c ALTER n SET DEFAULT 5;";
    check_both_ways("CREATE TABLE p (n int DEFAULT 1);" + rest, "CREATE TABLE p (n text DEFAULT 1);" + rest,
                    "INSERT INTO c DEFAULT VALUES");
}

TEST_CASE("tables that inherit are made, altered with their parents, and dropped") {
    const std::string script = check_both_ways("", family);
    CHECK(contains(script, "INHERITS (child, other)"));
    check_both_ways(family,
                    with(family,
                         "ALTER TABLE base ADD COLUMN more int;"
                         "ALTER TABLE base DROP COLUMN name;"
                         "ALTER TABLE base ALTER COLUMN id TYPE bigint;"
                         "ALTER TABLE child ALTER COLUMN id SET DEFAULT 7;"
                         "ALTER TABLE base ADD CONSTRAINT small CHECK (id < 100);"
                         "ALTER TABLE base DROP CONSTRAINT positive;"
                         "COMMENT ON COLUMN child.id IS 'here'"),
                    family_rows);
    check_both_ways(family,
                    with(family,
                         "ALTER TABLE base ADD COLUMN more int NOT NULL DEFAULT 1;"
                         "ALTER TABLE grandchild ALTER COLUMN more SET DEFAULT 2;"
                         "ALTER TABLE base ALTER COLUMN name DROP DEFAULT;"
                         "ALTER TABLE child ALTER COLUMN name SET NOT NULL;"
                         "ALTER TABLE other ALTER COLUMN extra TYPE text"),
                    family_rows);
}

TEST_CASE("a child has values missing where its parent has none") {
    if (server_major() >= 18) {
        return;  // the parent's constraint holds for the child
    }
    const std::string both =
        "CREATE TABLE z (a int NOT NULL, b int NOT NULL); CREATE TABLE c (b int) INHERITS (z);";
    const std::string less = both + "ALTER TABLE c ALTER a DROP NOT NULL, ALTER b DROP NOT NULL;";
    const std::string nullable = "CREATE TABLE z (a int, b int); CREATE TABLE c (b int) INHERITS (z);";
    check_both_ways("", less);
    check_both_ways("CREATE TABLE z (a int NOT NULL, b int NOT NULL)", less);
    check_both_ways(both, less, "INSERT INTO c VALUES (1, 2)");
    check_both_ways(nullable, less);
    const std::string apart = "CREATE TABLE z (a int NOT NULL); CREATE TABLE c (a int);";
    check_both_ways(
        apart, apart + "ALTER TABLE c ALTER a SET NOT NULL, INHERIT z; ALTER TABLE c ALTER a DROP NOT NULL");
}

TEST_CASE("a child generates identities for a column of its parent") {
    const std::string parent = "CREATE TABLE z (a int DEFAULT 1, b bigint NOT NULL);";
    const std::string child = "CREATE TABLE c () INHERITS (z);";
    const std::string both = parent + child + R"(
        ALTER TABLE c ALTER a DROP DEFAULT, ALTER a SET NOT NULL;
        ALTER TABLE c ALTER a ADD GENERATED ALWAYS AS IDENTITY (START 5);
        ALTER TABLE c ALTER b ADD GENERATED BY DEFAULT AS IDENTITY;)";
    check_both_ways("", both);
    check_both_ways(parent, both);
    check_both_ways(parent + child, both, "INSERT INTO c VALUES (1, 2)");
}

// Once it has been a table's own, a check stays that besides: so there is no way back to the same dump.
TEST_CASE("a column is added to a table and, of its own, to those that inherit from it") {
    check_both_ways("CREATE TABLE z (a int); CREATE TABLE c () INHERITS (z); CREATE TABLE g () INHERITS (c);",
                    "CREATE TABLE z (a int, b int); CREATE TABLE c (b int DEFAULT 5) INHERITS (z);"
                    "CREATE TABLE g (b int DEFAULT 6) INHERITS (c);",
                    "INSERT INTO g VALUES (1);");
    check_both_ways("CREATE TABLE a (a int); CREATE TABLE b () INHERITS (a); CREATE TABLE c () INHERITS (b);",
                    "CREATE TABLE a (a int, b int); CREATE TABLE b (b int DEFAULT 5) INHERITS (a);"
                    "CREATE TABLE c (b int DEFAULT 6) INHERITS (b);");
    check_both_ways("CREATE TABLE z (a int); CREATE TABLE y (x int); CREATE TABLE c () INHERITS (z, y);",
                    "CREATE TABLE z (a int, b int CHECK (b > 0)); CREATE TABLE y (x int, b int);"
                    "CREATE TABLE c (b int CHECK (b > 1)) INHERITS (z, y);");
}

TEST_CASE("the states of triggers of partitions, and of partitions of these, follow the nearest") {
    const std::string base =
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
        "CREATE TABLE t (a int) PARTITION BY LIST (a);"
        "CREATE TABLE p PARTITION OF t FOR VALUES IN (1) PARTITION BY LIST (a);"
        "CREATE TABLE q PARTITION OF p FOR VALUES IN (1);"
        "CREATE TRIGGER x AFTER INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();";
    const std::string below =
        base + "ALTER TABLE p DISABLE TRIGGER x; ALTER TABLE q ENABLE ALWAYS TRIGGER x;";
    check_both_ways(below, base + "ALTER TABLE p DISABLE TRIGGER x; ALTER TABLE q DISABLE TRIGGER x;");
    check_both_ways(below,
                    base + "ALTER TABLE p ENABLE REPLICA TRIGGER x; ALTER TABLE q ENABLE ALWAYS TRIGGER x;");
    check_both_ways(below, base);
    check_both_ways(below, base + "ALTER TABLE t DISABLE TRIGGER x;");
}

TEST_CASE("a column that generates identities is added to a table that others inherit from") {
    check_both_ways(
        "CREATE TABLE z (a int); CREATE TABLE c () INHERITS (z);",
        "CREATE TABLE z (a int, b int GENERATED ALWAYS AS IDENTITY); CREATE TABLE c () INHERITS (z);");
}

TEST_CASE("a check is renamed together with that of a table which inherits it and has it for its own") {
    check_both_ways(
        "CREATE TABLE z (a int CONSTRAINT x CHECK (a > 0));"
        "CREATE TABLE c (CONSTRAINT x CHECK (a > 0)) INHERITS (z);"
        "CREATE TABLE g (CONSTRAINT x CHECK (a > 0)) INHERITS (c);",
        "CREATE TABLE z (a int CONSTRAINT y CHECK (a > 0));"
        "CREATE TABLE c (CONSTRAINT y CHECK (a > 0)) INHERITS (z);"
        "CREATE TABLE g (CONSTRAINT y CHECK (a > 0)) INHERITS (c);");
}

TEST_CASE("a table is clustered on the key that it takes along from its parent") {
    check_both_ways(
        "CREATE TABLE p (a int PRIMARY KEY) PARTITION BY LIST (a);"
        "CREATE TABLE c PARTITION OF p FOR VALUES IN (1);",
        "CREATE TABLE p (a int) PARTITION BY LIST (a);"
        "CREATE TABLE c (a int PRIMARY KEY); ALTER TABLE c CLUSTER ON c_pkey;");
}

TEST_CASE("storage parameters of keys and indexes change, and those of partitioned tables are made anew") {
    const std::string script = check_both_ways(
        "CREATE TABLE t (a int PRIMARY KEY WITH (fillfactor = 70), b text UNIQUE WITH (fillfactor = 60),"
        "    EXCLUDE USING gist (box(point(a, a), point(a, a)) WITH &&) WITH (fillfactor = 50));",
        "CREATE TABLE t (a int PRIMARY KEY WITH (fillfactor = 80), b text UNIQUE,"
        "    EXCLUDE USING gist (box(point(a, a), point(a, a)) WITH &&) WITH (buffering = off));");
    CHECK(!contains(script, "DROP"));
    check_both_ways(
        "CREATE TABLE t (a int, b text, PRIMARY KEY (a) WITH (fillfactor = 70)) PARTITION BY LIST (a);"
        "CREATE TABLE p PARTITION OF t FOR VALUES IN (1); CREATE INDEX ON t (b) WITH (fillfactor = 55);",
        "CREATE TABLE t (a int, b text, PRIMARY KEY (a) WITH (fillfactor = 80)) PARTITION BY LIST (a);"
        "CREATE TABLE p PARTITION OF t FOR VALUES IN (1); CREATE INDEX ON t (b);"
        "ALTER INDEX p_pkey SET (fillfactor = 75)");
    CHECK(!contains(check_both_ways("CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);"
                                    "CREATE TABLE p PARTITION OF t FOR VALUES IN (1);",
                                    "CREATE TABLE t (a int PRIMARY KEY) PARTITION BY LIST (a);"
                                    "CREATE TABLE p PARTITION OF t FOR VALUES IN (1);"
                                    "ALTER INDEX p_pkey SET (fillfactor = 75)"),
                    "DROP"));
}

TEST_CASE("tables leave their parents and keep what they had from them") {
    TestDatabase changed(
        "CREATE TABLE a (id int CHECK (id > 0));"
        "CREATE TABLE b (id int, n int, CHECK (id > 0)) INHERITS (a); INSERT INTO b VALUES (1, 2)");
    TestDatabase goal(
        "CREATE TABLE a (id int CHECK (id > 0)); CREATE TABLE b (id int, n int,"
        "CONSTRAINT a_id_check CHECK (id > 0), CHECK (id > 0))");
    apply(changed, plan_between(changed, goal));
    CHECK(changed.dump() == goal.dump());
    TestDatabase start(
        "CREATE TABLE a (id int CHECK (id > 0));"
        "CREATE TABLE b (id int, n int, CHECK (id > 0)) INHERITS (a)");
    apply(changed, plan_between(changed, start));
    CHECK(to_script(plan_between(changed, start)) == "");
    CHECK(std::string(changed.connection().query("SELECT count(*) FROM a").text(0, 0)) == "1");
}

}  // namespace
}  // namespace schemist::test
