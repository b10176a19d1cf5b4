// Foreign tables: tables of another server, which hold no rows themselves.

#include "convergence.hpp"

#include <string>

#include <doctest/doctest.h>

namespace schemist::test {
namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

const std::string servers =
    "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w; CREATE SERVER other FOREIGN DATA "
    "WRAPPER w;\n";

TEST_CASE("a foreign table comes with all that it has, and goes") {
    const std::string script = check_both_ways(servers, servers + R"(
        CREATE FOREIGN TABLE far (
            id integer OPTIONS (column_name 'ID') NOT NULL,
            title text COLLATE "C" DEFAULT 'none',
            twice integer GENERATED ALWAYS AS (id * 2) STORED,
            CONSTRAINT positive CHECK (id > 0)
        ) SERVER s OPTIONS (table_name 'it''s', schema_name 'x');
        COMMENT ON FOREIGN TABLE far IS 'far away'; COMMENT ON COLUMN far.title IS 'called so';
        COMMENT ON CONSTRAINT positive ON far IS 'not enforced';
        ALTER FOREIGN TABLE far ALTER title SET STORAGE external, ALTER id SET STATISTICS 7;
        GRANT SELECT ON far TO PUBLIC;
        CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
        CREATE TRIGGER t BEFORE INSERT ON far FOR EACH ROW EXECUTE FUNCTION f();
        CREATE VIEW v AS SELECT id FROM far;)");
    CHECK(contains(script, "CREATE FOREIGN TABLE far"));
    CHECK(contains(script, "id integer OPTIONS (column_name 'ID') NOT NULL"));
    CHECK(contains(script, "SERVER s OPTIONS (table_name 'it''s', schema_name 'x')"));
    CHECK(contains(script, "COMMENT ON FOREIGN TABLE far IS"));
}

TEST_CASE("a foreign table changes in place") {
    const std::string script = check_both_ways(servers + R"(
        CREATE FOREIGN TABLE far (id integer OPTIONS (a '1', b '2'), gone text, title text) SERVER s OPTIONS (x '1', y '2');
        CREATE VIEW v AS SELECT title FROM far;)",
                                               servers + R"(
        CREATE FOREIGN TABLE far (id bigint OPTIONS (b '3', c '4') NOT NULL, title varchar(5) DEFAULT 'x',
            more text OPTIONS (column_name 'MORE'), CHECK (id > 1)) SERVER s OPTIONS (y '3', z '4');
        COMMENT ON FOREIGN TABLE far IS 'changed'; CREATE VIEW v AS SELECT title FROM far;)");
    CHECK(contains(script, "ALTER FOREIGN TABLE far OPTIONS (DROP x, SET y '3', ADD z '4')"));
    CHECK(contains(script, "ALTER FOREIGN TABLE far ALTER COLUMN id OPTIONS (DROP a, SET b '3', ADD c '4')"));
    CHECK(contains(script, "ALTER TABLE far ALTER COLUMN title TYPE character varying(5);"));
    CHECK_FALSE(contains(script, "CREATE FOREIGN TABLE"));
}

TEST_CASE("a foreign table of another server is made anew, with what stands on it, and loses no rows") {
    TestDatabase from(servers + R"(
        CREATE FOREIGN TABLE far (id integer) SERVER s; CREATE VIEW v AS SELECT id FROM far;
        COMMENT ON VIEW v IS 'kept';)");
    TestDatabase to(servers + R"(
        CREATE FOREIGN TABLE far (id integer, more text) SERVER other; CREATE VIEW v AS SELECT id FROM far;
        COMMENT ON VIEW v IS 'kept';)");
    const Plan plan = plan_between(from, to);
    CHECK(contains(to_script(plan), "DROP FOREIGN TABLE far"));
    CHECK_FALSE(plan.loses_data());
    apply(from, plan);
    CHECK(comparable(from.dump()) == comparable(to.dump()));
    CHECK(plan_between(from, to).empty());
}

TEST_CASE("a table that becomes foreign loses its rows, and says so") {
    TestDatabase from(servers + "CREATE TABLE near (id integer)");
    TestDatabase to(servers + "CREATE FOREIGN TABLE near (id integer) SERVER s");
    const Plan there = plan_between(from, to);
    REQUIRE(there.losses.size() == 1);
    CHECK(to_string(there.losses.front().loss) == "table near: all of its rows");
    check_both_ways(servers + "CREATE TABLE near (id integer)",
                    servers + "CREATE FOREIGN TABLE near (id integer) SERVER s");
}

TEST_CASE("foreign tables are partitions, and children") {
    check_both_ways(servers + R"(
        CREATE TABLE whole (id integer, at date) PARTITION BY RANGE (at);
        CREATE INDEX whole_id ON whole (id);
        CREATE TABLE parent (id integer);
        CREATE FOREIGN TABLE child () INHERITS (parent) SERVER s;)",
                    servers + R"(
        CREATE TABLE whole (id integer, at date, more text) PARTITION BY RANGE (at);
        CREATE INDEX whole_id ON whole (id);
        CREATE FOREIGN TABLE old PARTITION OF whole FOR VALUES FROM ('2000-01-01') TO ('2001-01-01') SERVER s;
        CREATE FOREIGN TABLE older (id integer OPTIONS (column_name 'ID'), at date, more text) SERVER s OPTIONS (x '1');
        ALTER TABLE whole ATTACH PARTITION older FOR VALUES FROM ('1999-01-01') TO ('2000-01-01');
        CREATE TABLE parent (id integer, more text);
        CREATE FOREIGN TABLE child () INHERITS (parent) SERVER s;)");
}

}  // namespace
}  // namespace schemist::test
