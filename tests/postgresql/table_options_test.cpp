// What a table says of itself besides columns, constraints and indexes.

#include "convergence.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

const std::string plain =
    "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text, UNIQUE (a)); CREATE UNIQUE INDEX i ON t (a, "
    "id);";

TEST_CASE("replica identity and cluster marks come, change and go") {
    check_both_ways("", plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON t_pkey");
    check_both_ways(plain, plain + "ALTER TABLE t REPLICA IDENTITY FULL, CLUSTER ON i",
                    "INSERT INTO t VALUES (1, 2)");
    check_both_ways(plain + "ALTER TABLE t REPLICA IDENTITY NOTHING",
                    plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i");
    check_both_ways(
        plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON i",
        plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX t_a_key, CLUSTER ON t_a_key; DROP INDEX i");
}

TEST_CASE("an index that is made anew is marked again") {
    check_both_ways(plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON i",
                    plain +
                        "DROP INDEX i; CREATE UNIQUE INDEX i ON t (id, a);"
                        "ALTER TABLE t REPLICA IDENTITY USING INDEX i, CLUSTER ON i");
    check_both_ways(plain + "ALTER TABLE t REPLICA IDENTITY USING INDEX i",
                    plain + "ALTER INDEX i RENAME TO j; ALTER TABLE t REPLICA IDENTITY USING INDEX j");
}

TEST_CASE("the options of columns are set and reset") {
    const std::string script =
        check_both_ways(plain, plain +
                                   "ALTER TABLE t ALTER a SET (n_distinct = 5, n_distinct_inherited = 7);"
                                   "ALTER TABLE t ADD c int; ALTER TABLE t ALTER c SET (n_distinct = -0.5)");
    CHECK(script.find("SET (n_distinct") != std::string::npos);
}

TEST_CASE("the access method of a table is chosen, and changed with its rows") {
    const std::string method = "CREATE ACCESS METHOD another TYPE TABLE HANDLER heap_tableam_handler;";
    if (server_major() < 15) {
        return;
    }
    check_both_ways(method + "CREATE TABLE a (id int); CREATE TABLE b (id int) USING another",
                    method + "CREATE TABLE a (id int) USING another; CREATE TABLE b (id int)",
                    "INSERT INTO a VALUES (1)");
}

TEST_CASE("typed tables are made, follow their type, and leave it") {
    const std::string type = "CREATE TYPE shape AS (x int, y text);";
    const std::string typed = type + "CREATE TABLE t OF shape (x DEFAULT 5, PRIMARY KEY (x), y NOT NULL);";
    const std::string script = check_both_ways("", typed);
    CHECK(script.find("CREATE TABLE t OF shape") != std::string::npos);
    check_both_ways(typed,
                    "CREATE TYPE shape AS (x int, y text, z date);"
                    "CREATE TABLE t OF shape (x DEFAULT 5, PRIMARY KEY (x), y NOT NULL);",
                    "INSERT INTO t VALUES (1, 'a')");
    check_both_ways(typed, type + "CREATE TABLE t (x int DEFAULT 5 PRIMARY KEY, y text NOT NULL)",
                    "INSERT INTO t VALUES (1, 'a')");
}

TEST_CASE("a view takes the name of a table, and who used the table goes on with it") {
    check_both_ways(
        "CREATE TABLE base (id int, n text); CREATE TABLE t (id int, n text);"
        "CREATE VIEW v AS SELECT id FROM t;",
        "CREATE TABLE base (id int, n text); CREATE VIEW t AS SELECT id, n FROM base;"
        "CREATE VIEW v AS SELECT id FROM t;");
}

}  // namespace
}  // namespace schemist::test
