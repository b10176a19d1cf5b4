#include "cli/losses.hpp"

#include "diff/diff.hpp"
#include "postgresql/connection.hpp"
#include "postgresql/dialect.hpp"
#include "support/postgresql.hpp"

#include <algorithm>

#include <doctest/doctest.h>

namespace schemist::cli {
namespace {

TEST_CASE("what is lost is told with the server's estimate of its rows") {
    test::TestDatabase database(R"(
        CREATE SCHEMA s;
        CREATE TABLE s.many (a integer, b integer); INSERT INTO s.many SELECT i, i FROM generate_series(1, 1000) i;
        CREATE TABLE parted (a integer) PARTITION BY LIST (a); CREATE TABLE one PARTITION OF parted FOR VALUES IN (1);
        CREATE TABLE two PARTITION OF parted FOR VALUES IN (2); INSERT INTO parted VALUES (1), (1), (2);
        ANALYZE;
        CREATE TABLE unknown (a integer);)");
    const Dialect& dialect = postgresql::dialect();
    const Schema before = dialect.introspect(database.connection(), {"public", "schemist_journal"});
    Schema after = before;
    std::erase_if(after.tables, [](const TableStructure& table) { return table.name.schema == "public"; });
    after.tables.at(0).columns.pop_back();
    const Plan plan = make_plan(diff(before, after), before, after, dialect);
    std::vector<std::string> lines = loss_lines(plan, &database.connection());
    std::ranges::sort(lines);
    CHECK(lines == std::vector<std::string>{"column s.many.b: all of its values (about 1000 rows)",
                                            "table one: all of its rows (about 2 rows)",
                                            "table parted: all of its rows (about 3 rows)",
                                            "table two: all of its rows (about 1 rows)",
                                            "table unknown: all of its rows"});
}

}  // namespace
}  // namespace schemist::cli
