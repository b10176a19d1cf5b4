#include "postgresql/table_locks.hpp"

#include "convergence.hpp"
#include "postgresql/connection.hpp"
#include "support/own_server.hpp"
#include "support/postgresql.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <atomic>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace schemist::postgresql {
namespace {

constexpr const char* tables = R"(
    CREATE SCHEMA "Odd";
    CREATE DOMAIN positive AS integer;
    CREATE TABLE r (id integer PRIMARY KEY, code text);
    CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c positive, r_id integer CONSTRAINT t_r REFERENCES r,
                    CONSTRAINT t_check CHECK (a > 0) NOT VALID);
    CREATE INDEX t_a ON t (a);
    CREATE TABLE child (id integer PRIMARY KEY, t_id integer CONSTRAINT child_t REFERENCES t);
    CREATE TABLE "Odd"."My Table" ("A" integer);
    CREATE INDEX "My Index" ON "Odd"."My Table" ("A");
    CREATE TABLE p (a integer, b integer) PARTITION BY LIST (a);
    CREATE INDEX p_a ON p (a);
    CREATE TABLE p1 PARTITION OF p FOR VALUES IN (1);
    CREATE TABLE p2 PARTITION OF p DEFAULT;
    CREATE TABLE apart (a integer, b integer);
    CREATE TABLE parent (a integer);
    CREATE TABLE heir () INHERITS (parent);
    CREATE TABLE stranger (a integer);
    CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
    CREATE TRIGGER old BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch();
    CREATE VIEW v AS SELECT a FROM t;
    CREATE VIEW v1 AS SELECT code FROM r;
    CREATE VIEW v2 AS SELECT * FROM v1;
    CREATE MATERIALIZED VIEW m AS SELECT id FROM r;
    CREATE UNIQUE INDEX m_id ON m (id);
    CREATE POLICY old_policy ON t USING (true);
    CREATE RULE old_rule AS ON INSERT TO stranger DO ALSO NOTHING;
    CREATE SEQUENCE s;
)";

const std::vector<std::string> strengths{
    "AccessShareLock", "RowShareLock",          "RowExclusiveLock", "ShareUpdateExclusiveLock",
    "ShareLock",       "ShareRowExclusiveLock", "ExclusiveLock",    "AccessExclusiveLock"};

std::size_t strength(const std::string& mode) {
    return static_cast<std::size_t>(std::ranges::find(strengths, mode) - strengths.begin()) + 1;
}

std::size_t strength_of_words(const std::string& mode) {
    const std::vector<std::string> words{"SHARE UPDATE EXCLUSIVE", "SHARE", "SHARE ROW EXCLUSIVE",
                                         "EXCLUSIVE", "ACCESS EXCLUSIVE"};
    return static_cast<std::size_t>(std::ranges::find(words, mode) - words.begin()) + 4;
}

using Locks = std::map<std::string, std::size_t>;  // the strongest for each relation, where it is strong

void note(Locks& locks, const std::string& relation, std::size_t mode) {
    if (!relation.empty() && mode >= 4) {
        locks[relation] = std::max(locks[relation], mode);
    }
}

Locks predicted(Connection& connection, const std::string& statement, std::string_view kinds) {
    Locks locks;
    for (const LockTarget& target : lock_targets(statement)) {
        const Rows rows = connection.run_script(
            fmt::format("SELECT c.oid::regclass FROM pg_class c WHERE c.relkind IN ({}) AND c.oid IN ({})",
                        kinds, locked_relations_query(target)));
        for (std::size_t row = 0; row < rows.size(); ++row) {
            note(locks, rows.text(row, 0), strength_of_words(target.mode));
        }
    }
    return locks;
}

std::string people(const Locks& locks) {
    std::string text;
    for (const auto& [relation, mode] : locks) {
        text += fmt::format("{} {}\n", relation, strengths[mode - 1]);
    }
    return text;
}

// Those on relations that `reader` knows, because they were there before, by the names that they had before.
Locks taken(Connection& connection, Connection& reader, const std::string& statement,
            std::string_view kinds) {
    connection.run_script("BEGIN");
    connection.run_script(statement);
    const Rows rows =
        reader.run_script(fmt::format("SELECT relation::regclass, mode FROM pg_locks JOIN pg_class c ON "
                                      "c.oid = relation WHERE pid = {} AND "
                                      "locktype = 'relation' AND c.relkind IN ({}) AND c.oid >= 16384",
                                      connection.process(), kinds));
    Locks locks;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        note(locks, rows.text(row, 0), strength(rows.text(row, 1)));
    }
    connection.run_script("ROLLBACK");
    return locks;
}

TEST_CASE("the locks that a statement's text tells are those that the server takes") {
    test::TestDatabase database(tables);
    const auto reader = database.connect();
    for (const std::string statement :
         {"ALTER TABLE t ADD COLUMN n integer",
          "ALTER TABLE IF EXISTS t ADD n integer REFERENCES r",
          "ALTER TABLE t DROP COLUMN a CASCADE",
          "ALTER TABLE t DROP COLUMN r_id",
          "ALTER TABLE t DROP id CASCADE",
          "ALTER TABLE t ALTER id TYPE bigint",
          "ALTER TABLE t ALTER r_id TYPE bigint",
          "ALTER TABLE t ALTER b TYPE varchar",
          "ALTER TABLE t ALTER a SET DEFAULT 1, ALTER a SET STATISTICS 5",
          "ALTER TABLE t ALTER a SET STATISTICS 5",
          "ALTER TABLE t ALTER a SET (n_distinct = 5)",
          "ALTER TABLE t ALTER a SET NOT NULL",
          "ALTER TABLE t ALTER b SET STORAGE plain",
          "ALTER TABLE t SET (fillfactor = 50, autovacuum_enabled = false)",
          "ALTER TABLE t RESET (fillfactor)",
          "ALTER TABLE t SET (fillfactor = 50, user_catalog_table = true)",
          "ALTER TABLE t CLUSTER ON t_a",
          "ALTER TABLE t SET WITHOUT CLUSTER",
          "ALTER TABLE t ADD CHECK (a > 1) NOT VALID",
          "ALTER TABLE t ADD UNIQUE (a)",
          "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r NOT VALID",
          "ALTER TABLE child ADD FOREIGN KEY (t_id) REFERENCES t (id), ADD k integer",
          "ALTER TABLE t VALIDATE CONSTRAINT t_check",
          "ALTER TABLE t DROP CONSTRAINT t_r",
          "ALTER TABLE t DROP CONSTRAINT t_check",
          "ALTER TABLE t ALTER CONSTRAINT t_r DEFERRABLE",
          "ALTER TABLE t DISABLE TRIGGER old",
          "ALTER TABLE t ENABLE ALWAYS TRIGGER old",
          "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
          "ALTER TABLE t REPLICA IDENTITY FULL",
          "ALTER TABLE t OWNER TO CURRENT_USER",
          "ALTER TABLE t RENAME TO other",
          "ALTER TABLE t RENAME a TO other",
          "ALTER TABLE t RENAME CONSTRAINT t_check TO other",
          "ALTER TABLE t SET SCHEMA \"Odd\"",
          "ALTER TABLE \"Odd\".\"My Table\" ADD b text",
          "ALTER TABLE ONLY parent ALTER a SET DEFAULT 1",
          "ALTER TABLE parent ADD b integer",
          "ALTER TABLE parent RENAME a TO b",
          "ALTER TABLE parent RENAME TO other",
          "ALTER TABLE parent SET (fillfactor = 50)",
          "ALTER TABLE stranger INHERIT parent",
          "ALTER TABLE p ADD c integer",
          "ALTER TABLE p OWNER TO CURRENT_USER",
          "ALTER TABLE p ATTACH PARTITION apart FOR VALUES IN (3)",
          "ALTER TABLE p DETACH PARTITION p1",
          "ALTER TABLE p ADD FOREIGN KEY (b) REFERENCES r",
          "ALTER TABLE IF EXISTS none.x ADD b text; ALTER TABLE t ADD n integer",
          "ALTER INDEX t_a RENAME TO other",
          "ALTER INDEX t_a SET (fillfactor = 50)",
          "ALTER VIEW v RENAME TO w",
          "ALTER VIEW v ALTER a SET DEFAULT 1",
          "ALTER VIEW v SET (security_barrier)",
          "ALTER SEQUENCE s INCREMENT 2",
          "ALTER SEQUENCE s OWNER TO CURRENT_USER",
          "ALTER SEQUENCE s RENAME TO s2",
          "ALTER MATERIALIZED VIEW m RENAME TO n",
          "ALTER DOMAIN positive ADD CHECK (value > 0)",
          "ALTER DOMAIN positive ADD CHECK (value > 0) NOT VALID",
          "ALTER DOMAIN positive SET NOT NULL",
          "ALTER DOMAIN positive SET DEFAULT 1",
          "ALTER SCHEMA \"Odd\" RENAME TO odd",
          "CREATE INDEX n ON t (b)",
          "CREATE INDEX n ON p (b)",
          "CREATE INDEX n ON ONLY p (b)",
          "CREATE UNIQUE INDEX IF NOT EXISTS t_a ON t (a)",
          "CREATE TABLE n (a integer REFERENCES r, b integer, FOREIGN KEY (b) REFERENCES t)",
          "CREATE TABLE n (LIKE t)",
          "CREATE TABLE n AS SELECT * FROM t",
          "CREATE TABLE n PARTITION OF p FOR VALUES IN (3)",
          "CREATE TABLE n () INHERITS (parent)",
          "CREATE TRIGGER n BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION touch()",
          "CREATE TRIGGER n AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION touch()",
          "CREATE POLICY n ON t USING (true)",
          "ALTER POLICY old_policy ON t USING (false)",
          "ALTER POLICY old_policy ON t RENAME TO new_policy",
          "CREATE RULE n AS ON INSERT TO t DO ALSO NOTHING",
          "CREATE STATISTICS n ON a, b FROM t",
          "CREATE VIEW n AS SELECT * FROM t",
          "CREATE OR REPLACE VIEW v AS SELECT a FROM t",
          "CREATE OR REPLACE VIEW n AS SELECT a FROM t",
          "CREATE PUBLICATION n FOR TABLE t, r",
          "DROP TABLE stranger",
          "DROP TABLE child",
          "DROP TABLE t CASCADE",
          "DROP TABLE p",
          "DROP TABLE p1",
          "DROP TABLE IF EXISTS \"Odd\".\"My Table\", stranger",
          "DROP INDEX t_a",
          "DROP INDEX \"Odd\".\"My Index\"",
          "DROP TRIGGER old ON t",
          "DROP POLICY old_policy ON public.t",
          "DROP RULE old_rule ON stranger",
          "DROP VIEW v",
          "DROP VIEW v1 CASCADE",
          "DROP TABLE r CASCADE",
          "ALTER TABLE r DROP code CASCADE",
          "ALTER TABLE t DROP b CASCADE",
          "DROP MATERIALIZED VIEW m",
          "DROP SEQUENCE s",
          "DROP SCHEMA \"Odd\" CASCADE",
          "DROP TABLE IF EXISTS none",
          "TRUNCATE stranger",
          "TRUNCATE p",
          "TRUNCATE ONLY parent",
          "TRUNCATE t CASCADE",
          "LOCK TABLE t",
          "LOCK TABLE p IN SHARE MODE",
          "LOCK TABLE ONLY parent IN EXCLUSIVE MODE",
          "LOCK TABLE t IN ROW EXCLUSIVE MODE",
          "REFRESH MATERIALIZED VIEW m",
          "REFRESH MATERIALIZED VIEW CONCURRENTLY m",
          "CLUSTER t USING t_a",
          "REINDEX TABLE t",
          "REINDEX INDEX t_a",
          "ANALYZE t",
          "COMMENT ON TABLE t IS 'x'",
          "COMMENT ON COLUMN \"Odd\".\"My Table\".\"A\" IS 'x'",
          "COMMENT ON VIEW v IS 'x'",
          "COMMENT ON INDEX t_a IS 'x'",
          "COMMENT ON CONSTRAINT t_check ON t IS 'x'",
          "COMMENT ON TRIGGER old ON t IS 'x'",
          "COMMENT ON POLICY old_policy ON t IS 'x'",
          "COMMENT ON RULE old_rule ON stranger IS 'x'",
          "COMMENT ON SCHEMA \"Odd\" IS 'x'",
          "COMMENT ON DOMAIN positive IS 'x'",
          "GRANT SELECT ON t TO PUBLIC",
          "INSERT INTO t (id) VALUES (1)",
          "UPDATE t SET a = 1",
          "DELETE FROM t",
          "SELECT * FROM t FOR UPDATE",
          "DO 'BEGIN END'",
          "CREATE TYPE n AS ENUM ('a')",
          "ALTER TABLE t ADD k integer; DROP TABLE stranger; CREATE INDEX n ON r (code)"}) {
        CAPTURE(statement);
        constexpr std::string_view kinds = "'r', 'p', 'm', 'v', 'S'";
        CHECK(people(predicted(*reader, statement, kinds)) ==
              people(taken(database.connection(), *reader, statement, kinds)));
        // The server locks more indexes than any text tells; a reader of theirs holds the table's lock too.
        const Locks indexes = taken(database.connection(), *reader, statement, "'i', 'I'");
        for (const auto& example : predicted(*reader, statement, "'i', 'I'")) {
            const std::string& index = example.first;
            const std::size_t& mode = example.second;
            CAPTURE(index);
            CHECK(indexes.count(index) == 1);
            CHECK(indexes.at(index) >= mode);
        }
    }
}

std::vector<std::string> targets(std::string_view script) {
    std::vector<std::string> found;
    for (const LockTarget& target : lock_targets(script)) {
        found.push_back(target.relation + " " + target.mode);
    }
    return found;
}

using Texts = std::vector<std::string>;

TEST_CASE("the locks of statements that run alone, and names as SQL") {
    CHECK(targets("CREATE INDEX CONCURRENTLY i ON \"Odd\".\"My \"\"T\" (a)") ==
          Texts{"\"Odd\".\"My \"\"T\" SHARE UPDATE EXCLUSIVE"});
    CHECK(targets("DROP INDEX CONCURRENTLY i") ==
          Texts{"i SHARE UPDATE EXCLUSIVE", "i SHARE UPDATE EXCLUSIVE"});
    CHECK(targets("REINDEX TABLE CONCURRENTLY t") == Texts{"t SHARE UPDATE EXCLUSIVE"});
    CHECK(targets("VACUUM FULL t") == Texts{"t ACCESS EXCLUSIVE"});
    CHECK(targets("VACUUM t") == Texts{"t SHARE UPDATE EXCLUSIVE"});
    CHECK(targets("ALTER TABLE t ADD a integer; ALTER TABLE T ADD b integer") == Texts{"t ACCESS EXCLUSIVE"});
    CHECK(targets("").empty());
    CHECK(targets("FROB; VACUUM; REINDEX DATABASE d; CLUSTER").empty());
    CHECK(targets("FROB; LOCK TABLE t") == Texts{"t ACCESS EXCLUSIVE"});
}

TEST_CASE("ALTER TABLE in words that came after the parser takes the strictest lock") {
    const Texts strictest{"t ACCESS EXCLUSIVE"};
    CHECK(targets("ALTER TABLE t ADD CONSTRAINT n NOT NULL a NO INHERIT NOT VALID") == strictest);
    CHECK(targets("ALTER TABLE IF EXISTS ONLY t ALTER CONSTRAINT n NO INHERIT") == strictest);
    CHECK(targets("ALTER FOREIGN TABLE \"S\".\"T\" ADD NOT NULL a") == Texts{"\"S\".\"T\" ACCESS EXCLUSIVE"});
    CHECK(targets("ALTER TABLE").empty());
    CHECK(targets("ALTER TABLE t").empty());
    CHECK(targets("ALTER FROB t ADD a").empty());
}

TEST_CASE("the locks on NOT NULL constraints are those that the server takes") {
    if (test::server_major() < 18) {
        return;
    }
    test::TestDatabase database(
        "CREATE TABLE t (a integer NOT NULL, b integer, c integer);"
        "ALTER TABLE t ADD CONSTRAINT n NOT NULL b NOT VALID;"
        "CREATE TABLE heir () INHERITS (t); CREATE TABLE other (a integer)");
    const auto reader = database.connect();
    for (const std::string statement :
         {"ALTER TABLE t ADD CONSTRAINT c_there NOT NULL c", "ALTER TABLE t ADD NOT NULL c NOT VALID",
          "ALTER TABLE t ADD NOT NULL c NO INHERIT", "ALTER TABLE t VALIDATE CONSTRAINT n",
          "ALTER TABLE t ALTER CONSTRAINT n NO INHERIT",
          "ALTER TABLE t RENAME CONSTRAINT t_a_not_null TO must", "ALTER TABLE t ALTER a DROP NOT NULL",
          "ALTER TABLE t DROP CONSTRAINT n", "ALTER TABLE t ADD d integer CONSTRAINT must NOT NULL",
          "CREATE TABLE u (x integer CONSTRAINT must NOT NULL NO INHERIT)",
          "COMMENT ON CONSTRAINT n ON t IS 'x'"}) {
        CAPTURE(statement);
        constexpr std::string_view kinds = "'r', 'p'";
        CHECK(people(predicted(*reader, statement, kinds)) ==
              people(taken(database.connection(), *reader, statement, kinds)));
    }
}

TEST_CASE("what a script has created itself is in nobody's use") {
    CHECK(
        targets(
            "CREATE TABLE n (id integer PRIMARY KEY); CREATE INDEX i ON n (id); ALTER TABLE n ADD a integer")
            .empty());
    CHECK(
        targets(
            "CREATE TABLE n (id integer); CREATE TABLE m (n integer REFERENCES n, t integer REFERENCES t)") ==
        Texts{"t SHARE ROW EXCLUSIVE"});
    CHECK(targets("CREATE TABLE IF NOT EXISTS n (id integer); CREATE INDEX i ON n (id)") == Texts{"n SHARE"});
    CHECK(targets("DROP TABLE n; CREATE TABLE n (id integer); CREATE INDEX i ON n (id)") ==
          targets("DROP TABLE n"));
    CHECK(targets("CREATE TABLE n (id integer); SET search_path = other; CREATE INDEX i ON n (id)") ==
          Texts{"n SHARE"});
    CHECK(targets("CREATE TABLE n (id integer); ALTER TABLE n RENAME TO old; CREATE INDEX i ON n (id)") ==
          Texts{"n SHARE"});
}

std::vector<Blocker> blockers_of(test::TestDatabase& database, std::string_view script,
                                 std::chrono::milliseconds older_than = std::chrono::milliseconds(0)) {
    return blockers(database.connection(), lock_targets(script), older_than);
}

TEST_CASE("who holds a conflicting lock is named, nobody else") {
    test::TestDatabase database(tables);
    const auto other = database.connect();
    other->run_script("SET application_name = 'shop'; BEGIN");
    const std::string nothing_yet = "ALTER TABLE t ADD n integer";
    CHECK(blockers_of(database, nothing_yet).empty());
    other->run_script("SELECT   a\nFROM t");
    const std::vector<Blocker> found = blockers_of(database, nothing_yet);
    REQUIRE(found.size() == 1);
    CHECK(found[0].process == other->process());
    CHECK(found[0].age.count() > 0);
    CHECK(found[0].who.starts_with(
        fmt::format("process {} (shop, user schemist, idle in transaction for ", other->process())));
    CHECK(found[0].who.ends_with(") holds t: SELECT a FROM t"));

    CHECK(blockers_of(database, nothing_yet, std::chrono::hours(1)).empty());
    CHECK(blockers_of(database, "CREATE INDEX n ON t (a)").empty());
    CHECK(blockers_of(database, "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES r").empty());
    CHECK(blockers_of(database, "ALTER TABLE r ADD n integer").empty());
    CHECK(blockers_of(database, "DROP TABLE child").size() == 1);
    CHECK(blockers_of(database, "DROP TABLE none").empty());
    CHECK(blockers_of(database, "UPDATE t SET a = 1").empty());
    CHECK(blockers(*other, lock_targets(nothing_yet), std::chrono::milliseconds(0)).empty());

    other->run_script("UPDATE t SET a = 1 WHERE false");
    CHECK(blockers_of(database, "CREATE INDEX n ON t (a)").size() == 1);
    CHECK(blockers_of(database, "CREATE TABLE n (t_id integer REFERENCES t)").size() == 1);
    CHECK(blockers_of(database, "CREATE INDEX CONCURRENTLY n ON t (a)").empty());
    other->run_script("LOCK TABLE p1 IN SHARE MODE; SELECT 'my password'");
    CHECK(blockers_of(database, "ALTER TABLE p ADD c integer").size() == 1);
    CHECK(blockers_of(database, "ALTER TABLE p ADD c integer")[0].who.ends_with("holds p1: (hidden)"));
    CHECK(blockers_of(database, "CREATE INDEX n ON p (b)").empty());
    CHECK(blockers_of(database, "COMMENT ON TABLE p1 IS 'x'").size() == 1);
    other->run_script("ROLLBACK");
    CHECK(blockers_of(database, nothing_yet).empty());
}

TEST_CASE("the query can stand in a block of the step's own transaction") {
    test::TestDatabase database(tables);
    const auto other = database.connect();
    other->run_script("BEGIN; SELECT FROM t");
    for (const char* script : {"DROP TABLE t; ALTER TABLE p ADD c integer", "UPDATE t SET a = 1"}) {
        const std::string query = blockers_query(lock_targets(script), std::chrono::milliseconds(0));
        database.connection().run_script(fmt::format(
            "BEGIN; DO $block$ DECLARE blockers text; BEGIN SELECT string_agg(who, '; ') INTO blockers FROM "
            "({}) AS "
            "blocker; PERFORM set_config('test.blockers', coalesce(blockers, ''), true); END $block$",
            query));
        const std::string found =
            database.connection().run_script("SELECT current_setting('test.blockers'); ROLLBACK").text(0, 0);
        CHECK((found.find("holds t") != std::string::npos) == std::string_view(script).starts_with("DROP"));
    }
}

TEST_CASE("a lock in another database with the same table's number is nobody's business") {
    test::TestDatabase database("CREATE TABLE t ()");
    test::TestDatabase elsewhere;
    elsewhere.connection().run_script("BEGIN; SELECT count(*) FROM pg_class");
    const std::vector<LockTarget> catalogue{{"pg_class", "ACCESS EXCLUSIVE"}};
    CHECK(blockers(database.connection(), catalogue, std::chrono::milliseconds(0)).empty());
}

TEST_CASE("autovacuum is no blocker, because it gives way to who queues") {
    test::OwnServer server({.settings = {"autovacuum=on", "autovacuum_naptime=1s",
                                         "autovacuum_vacuum_threshold=0", "autovacuum_vacuum_cost_limit=1",
                                         "autovacuum_vacuum_cost_delay=100ms", "deadlock_timeout=100ms"}});
    server.run(
        "CREATE TABLE t AS SELECT n, repeat('x', 1000) AS text FROM generate_series(1, 5000) n; DELETE FROM "
        "t");
    server.wait_until_true(
        "SELECT EXISTS (SELECT FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE "
        "a.backend_type = 'autovacuum worker' AND l.relation = 't'::regclass AND l.granted)");
    const auto connection = server.connect();
    CHECK(blockers(*connection, lock_targets("DROP TABLE t"), std::chrono::milliseconds(0)).empty());
    connection->run_script("SET lock_timeout = '30s'; DROP TABLE t");
}

TEST_CASE("a prepared transaction holds its locks without a process, also when the server was restarted") {
    test::OwnServer server({.settings = {"max_prepared_transactions=2"}});
    server.run("CREATE TABLE t (a integer); CREATE TABLE u (a integer)");
    server.run("BEGIN; INSERT INTO t VALUES (1); PREPARE TRANSACTION 'it''s'");
    for (int times = 0; times < 2; ++times) {
        const auto connection = server.connect();
        const std::vector<Blocker> found =
            blockers(*connection, lock_targets("DROP TABLE t"), std::chrono::milliseconds(0));
        REQUIRE(found.size() == 1);
        CHECK(found[0].process == 0);
        CHECK(found[0].who.starts_with("prepared transaction 'it''s' (user schemist, for "));
        CHECK(found[0].who.ends_with(" holds t"));
        CHECK(blockers(*connection, lock_targets("DROP TABLE u"), std::chrono::milliseconds(0)).empty());
        server.restart();
    }
}

TEST_CASE("who may not look still learns who it is") {
    test::TestDatabase database(tables);
    const std::string role = database.name() + "_reader";
    database.connection().run_script(fmt::format("CREATE ROLE {} LOGIN", role));
    {
        const auto other = database.connect();
        other->run_script("BEGIN; SELECT FROM t");
        const auto reader = database.connect();
        reader->run_script("SET SESSION AUTHORIZATION " + role);
        const std::vector<Blocker> found =
            blockers(*reader, lock_targets("DROP TABLE t"), std::chrono::milliseconds(200));
        REQUIRE(found.size() == 1);
        CHECK(found[0].process == other->process());
        CHECK(found[0].who ==
              fmt::format("process {} (schemist, user schemist) holds t: <insufficient privilege>",
                          other->process()));
        CHECK(found[0].age.count() == 0);
    }
    database.connection().run_script("DROP ROLE " + role);
}

TEST_CASE("a process that waits is told for whom") {
    test::TestDatabase database(tables);
    const auto holder = database.connect();
    holder->run_script("SET application_name = 'shop'; BEGIN; INSERT INTO t (id) VALUES (1)");
    CHECK(waits_for(database.connection(), holder->process()).empty());
    for (const std::string statement :
         {"ALTER TABLE t ADD n integer", "CREATE INDEX CONCURRENTLY n ON t (b)"}) {
        CAPTURE(statement);
        const auto worker = database.connect();
        std::atomic<bool> ended = false;
        std::thread thread([&] {
            CHECK_THROWS_AS(worker->run_script(statement), Error);
            ended = true;
        });
        std::vector<Blocker> found;
        while (found.empty() && !ended) {
            found = waits_for(database.connection(), worker->process());
        }
        worker->cancel();
        thread.join();
        REQUIRE(found.size() == 1);
        CHECK(found[0].process == holder->process());
        CHECK(found[0].who.starts_with(
            fmt::format("process {} (shop, user schemist, idle in", holder->process())));
        CHECK(found[0].age.count() > 0);
        const bool builds = found[0].who.ends_with(" (building an index: waiting for writers before build)");
        CHECK(builds == statement.starts_with("CREATE"));
    }
}

}  // namespace
}  // namespace schemist::postgresql
