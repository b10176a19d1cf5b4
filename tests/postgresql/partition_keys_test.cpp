// Foreign keys that refer to partitioned tables, whose partitions come, go, move and are made anew meanwhile: the server lets no
// rows leave that a key refers to, and drops no partition that one stands on.

#include "convergence.hpp"
#include "postgresql/connection.hpp"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

constexpr std::string_view parent = "CREATE TABLE z (a int PRIMARY KEY) PARTITION BY LIST (a);";
constexpr std::string_view own_parent =
    "CREATE TABLE z (a int PRIMARY KEY, b int REFERENCES z) PARTITION BY LIST (a);";
constexpr std::string_view child = "CREATE TABLE f (x int REFERENCES z);";

std::string of(std::initializer_list<std::string_view> parts) {
    std::string script;
    for (const std::string_view part : parts) {
        script.append(part);
    }
    return script;
}

TEST_CASE("a partition of a table that a key refers to is dropped") {
    const std::string before =
        of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1) PARTITION BY LIST (a);",
            "CREATE TABLE d PARTITION OF c FOR VALUES IN (1);"});
    const std::string script = check_both_ways(before + std::string(child), of({parent, child}));
    CHECK(script.find("ALTER TABLE z DETACH PARTITION c") != std::string::npos);
    check_both_ways(
        before + std::string(child),
        of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1) PARTITION BY LIST (a);", child}));
    // With the key gone nothing holds it.
    CHECK(check_both_ways(before + std::string(child), parent).find("DETACH") == std::string::npos);
}

TEST_CASE("a partition with rows that a key refers to gets other bounds, or another key of its own") {
    const std::string_view rows = "INSERT INTO z VALUES (1); INSERT INTO f VALUES (1);";
    check_both_ways(of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1);", child}),
                    of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1, 2);", child}), rows);
    check_both_ways(of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1) PARTITION BY LIST (a);",
                        "CREATE TABLE d PARTITION OF c FOR VALUES IN (1);", child}),
                    of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1) PARTITION BY RANGE (a);",
                        "CREATE TABLE d PARTITION OF c FOR VALUES FROM (1) TO (2);", child}),
                    rows);
    check_both_ways(of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1) PARTITION BY LIST (a);",
                        "CREATE TABLE d PARTITION OF c FOR VALUES IN (1);", child}),
                    of({parent, "CREATE TABLE d PARTITION OF z FOR VALUES IN (1);", child}), rows);
}

TEST_CASE("a partition leaves for good while a key refers to the table, which stays as it is") {
    const std::string script = check_both_ways(
        of({parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1);", child}),
        of({parent, "CREATE TABLE c (a int PRIMARY KEY);", child}), "INSERT INTO z VALUES (1);");
    CHECK(script.starts_with("ALTER TABLE z DETACH PARTITION c;\n"));
    CHECK(script.find("FOREIGN KEY") == std::string::npos);
}

TEST_CASE("a partitioned table refers to itself") {
    const std::string before =
        of({own_parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1, 2) PARTITION BY LIST (a);",
            "CREATE TABLE d PARTITION OF c FOR VALUES IN (1);",
            "CREATE TABLE e PARTITION OF c FOR VALUES IN (2);"});
    const std::string_view rows = "INSERT INTO z VALUES (1, 1);";
    check_both_ways("", before);
    check_both_ways(before, of({own_parent, "CREATE TABLE d PARTITION OF z FOR VALUES IN (1);"}), rows);
    check_both_ways(
        before,
        of({own_parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1, 2) PARTITION BY RANGE (a);",
            "CREATE TABLE d PARTITION OF c FOR VALUES FROM (1) TO (3);"}),
        rows);
    check_both_ways(of({own_parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1);"}),
                    of({own_parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1, 2);"}), rows);
    if (server_major() < 15) {
        return;  // the key goes when a partition leaves
    }
    // What leaves for good has the key for itself.
    check_both_ways(of({own_parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1);"}),
                    of({own_parent, "CREATE TABLE c (a int PRIMARY KEY, b int);"}));
    check_both_ways(of({own_parent, "CREATE TABLE c PARTITION OF z FOR VALUES IN (1);"}),
                    "CREATE TABLE z (a int PRIMARY KEY, b int) PARTITION BY LIST (a);"
                    "CREATE TABLE c (a int PRIMARY KEY, b int CONSTRAINT z_b_fkey REFERENCES z);");
}

TEST_CASE("a partition of a partition has the key of the uppermost table when it leaves") {
    const std::string_view keys =
        "CREATE TABLE pk (a int PRIMARY KEY);"
        "CREATE TABLE fk (a int REFERENCES pk) PARTITION BY LIST (a);"
        "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1) PARTITION BY LIST (a);";
    const std::string before = of({keys, "CREATE TABLE fk11 PARTITION OF fk1 FOR VALUES IN (1);"});
    check_both_ways(before, of({keys, "CREATE TABLE fk11 (a int CONSTRAINT fk_a_fkey REFERENCES pk);"}));
    check_both_ways(before, of({keys, "CREATE TABLE fk11 (a int);"}));
    check_both_ways(before,
                    "CREATE TABLE pk (a int PRIMARY KEY);"
                    "CREATE TABLE fk (a int) PARTITION BY LIST (a);"
                    "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1) PARTITION BY LIST (a);"
                    "CREATE TABLE fk11 (a int CONSTRAINT fk_a_fkey REFERENCES pk);");
}

TEST_CASE("a partition gets other bounds while a key of its parent goes, or becomes another") {
    const std::string_view keys =
        "CREATE TABLE pk (a int PRIMARY KEY, b int UNIQUE);"
        "CREATE TABLE fk (a int CONSTRAINT own REFERENCES pk) PARTITION BY LIST (a);";
    check_both_ways(of({keys, "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1);"}),
                    "CREATE TABLE pk (a int PRIMARY KEY, b int UNIQUE);"
                    "CREATE TABLE fk (a int) PARTITION BY LIST (a);"
                    "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1, 2);");
    check_both_ways(of({keys, "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1);"}),
                    "CREATE TABLE pk (a int PRIMARY KEY, b int UNIQUE);"
                    "CREATE TABLE fk (a int CONSTRAINT own REFERENCES pk (b)) PARTITION BY LIST (a);"
                    "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1, 2);");
    // Here the key of fk goes for a while, too.
    check_both_ways(of({keys, "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1);"}),
                    "CREATE TABLE pk (a int PRIMARY KEY, b int) PARTITION BY LIST (a);"
                    "CREATE TABLE fk (a int CONSTRAINT own REFERENCES pk) PARTITION BY LIST (a);"
                    "CREATE TABLE fk1 PARTITION OF fk FOR VALUES IN (1, 2);");
}

TEST_CASE("partitions refer to tables that refer to their parents") {
    check_both_ways("",
                    "CREATE TABLE z (a int PRIMARY KEY, g int) PARTITION BY LIST (a);"
                    "CREATE TABLE c PARTITION OF z FOR VALUES IN (1);"
                    "CREATE TABLE d PARTITION OF z FOR VALUES IN (2);"
                    "CREATE TABLE f (x int PRIMARY KEY REFERENCES z);"
                    "ALTER TABLE c ADD FOREIGN KEY (g) REFERENCES f;"
                    "ALTER TABLE d ADD FOREIGN KEY (g) REFERENCES z;");
}

TEST_CASE("a column goes that rows of a partition are distributed by") {
    check_both_ways(
        "CREATE TABLE z (a int, b int, c text) PARTITION BY LIST (a);"
        "CREATE TABLE zz PARTITION OF z FOR VALUES IN (1) PARTITION BY LIST (c);"
        "CREATE TABLE zzz PARTITION OF zz FOR VALUES IN ('x');",
        "CREATE TABLE z (a int, b int, f text) PARTITION BY LIST (a);"
        "CREATE TABLE zz PARTITION OF z FOR VALUES IN (1) PARTITION BY LIST (f);"
        "CREATE TABLE zzz PARTITION OF zz FOR VALUES IN ('x');");
}

constexpr std::string_view keys =
    "CREATE TABLE z (a int PRIMARY KEY, b int, UNIQUE (a, b)) PARTITION BY LIST (a); CREATE INDEX ON z (b);"
    "CREATE TABLE p PARTITION OF z FOR VALUES IN (1);";
constexpr std::string_view bigger =
    "CREATE TABLE z (a int PRIMARY KEY, b bigint, UNIQUE (a, b)) PARTITION BY LIST (a); CREATE INDEX ON z "
    "(b);"
    "CREATE TABLE p PARTITION OF z FOR VALUES IN (1);";
constexpr std::string_view named =
    "ALTER TABLE p RENAME CONSTRAINT p_pkey TO k; COMMENT ON INDEX k IS 'index'; COMMENT ON CONSTRAINT k ON "
    "p IS 'key';"
    "ALTER TABLE p RENAME CONSTRAINT p_a_b_key TO u; ALTER INDEX u SET (fillfactor = 70);"
    "ALTER INDEX p_b_idx RENAME TO i; COMMENT ON INDEX i IS 'b'; ALTER TABLE p CLUSTER ON i;";

TEST_CASE("a partition's keys get other names, comments and storage parameters at once") {
    const std::string script = check_both_ways(keys, of({keys, named}), "INSERT INTO z VALUES (1, 2)");
    CHECK(script.find("DROP") == std::string::npos);
}

TEST_CASE(
    "a partition's keys keep their names, comments and marks while a column of them gets another type") {
    check_both_ways(of({keys, named}), of({bigger, named}), "INSERT INTO z VALUES (1, 2)");
    check_both_ways(of({keys, named}), bigger);
    check_both_ways(keys, of({bigger, named}));
    CHECK(check_both_ways(keys, bigger).find("DROP") == std::string::npos);
    check_both_ways(of({keys, named}), of({bigger, named, "ALTER INDEX i RENAME TO j;"}));
}

TEST_CASE("a partition's own key makes room for one of its parent") {
    const std::string_view bare =
        "CREATE TABLE z (a int NOT NULL, b int NOT NULL) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF "
        "z FOR VALUES IN "
        "(1);";
    const std::string_view key = "ALTER TABLE z ADD PRIMARY KEY (a);";
    check_both_ways(of({bare, "ALTER TABLE p ADD PRIMARY KEY (b)"}), of({bare, key}),
                    "INSERT INTO z VALUES (1, 2)");
    check_both_ways(of({bare, "ALTER TABLE p ADD CONSTRAINT own PRIMARY KEY (b)"}),
                    of({bare, key, "ALTER TABLE p RENAME CONSTRAINT p_pkey TO k"}));
    check_both_ways(of({bare, "ALTER TABLE p ADD CONSTRAINT own PRIMARY KEY (a)"}), of({bare, key}));
    check_both_ways(of({bare, "ALTER TABLE p ADD PRIMARY KEY (b); CREATE TABLE r (b int REFERENCES p)"}),
                    of({bare, key, "CREATE TABLE r (b int REFERENCES z)"}));
}

// The old one can only go when the table has gone that refers to it, and that when its view has.
TEST_CASE("a primary key under another name waits for the one that it replaces") {
    check_both_ways(
        "CREATE TABLE t (id int, CONSTRAINT old_key PRIMARY KEY (id)); CREATE TABLE f (a int REFERENCES t, b "
        "int);"
        "CREATE VIEW v AS SELECT a FROM f",
        "CREATE TABLE t (new_id int, CONSTRAINT new_key PRIMARY KEY (new_id)); CREATE TABLE g (a int "
        "REFERENCES t, b int);"
        "CREATE VIEW w AS SELECT a FROM g");
}

}  // namespace
}  // namespace schemist::test
