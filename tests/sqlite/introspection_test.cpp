#include "sqlite/introspection.hpp"

#include "diff/diff.hpp"
#include "plan/plan.hpp"
#include "sqlite/connection.hpp"
#include "sqlite/database.hpp"
#include "sqlite/dialect.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sqlite3.h>

using namespace schemist;
using schemist::test::Database;

namespace {

// Counts what goes to the database.
class Counting final : public Connection {
  public:
    explicit Counting(Connection& inner) : inner_(inner) {}
    DialectName dialect() const override { return inner_.dialect(); }
    Rows query(std::string_view sql, std::span<const Value> parameters) override {
        ++statements;
        return inner_.query(sql, parameters);
    }
    Rows run_script(std::string_view sql) override {
        ++statements;
        return inner_.run_script(sql);
    }
    bool in_transaction() const override { return inner_.in_transaction(); }
    void cancel() noexcept override { inner_.cancel(); }
    void abandon() noexcept override { inner_.abandon(); }
    std::string description() const override { return inner_.description(); }
    bool alive() const override { return inner_.alive(); }

    int statements = 0;

  private:
    Connection& inner_;
};

int statements_for(int tables) {
    Database database;
    for (int i = 0; i < tables; ++i) {
        database.run(fmt::format(
            "CREATE TABLE t{} (a INT REFERENCES t0, b TEXT UNIQUE); CREATE INDEX i{} ON t{} (b, a)", i, i,
            i));
    }
    Counting counting(database.connection());
    CHECK(sqlite::introspect(counting, {}).tables.size() == static_cast<std::size_t>(tables));
    return counting.statements;
}

}  // namespace

TEST_CASE("the number of statements does not grow with the number of tables") {
    CHECK(statements_for(1) == statements_for(100));
}

TEST_CASE("an empty database has an empty schema") {
    CHECK(Database().schema().empty());
}

TEST_CASE("the database's own tables, the journal and shadow tables are left out") {
    Database database(
        "CREATE TABLE Schemist_Journal (id TEXT PRIMARY KEY); CREATE INDEX j ON schemist_journal (id);"
        "CREATE TABLE a (id INTEGER PRIMARY KEY AUTOINCREMENT); CREATE VIRTUAL TABLE f USING fts5(body); "
        "ANALYZE");
    const Schema schema = database.schema();
    REQUIRE(schema.tables.size() == 2);
    CHECK(schema.tables[0].name.name == "a");
    CHECK(schema.tables[1].virtual_definition == "CREATE VIRTUAL TABLE f USING fts5(body)");
    CHECK(schema.find_table({"", "a"})->primary_key->autoincrement);
    CHECK_FALSE(database.connection().in_transaction());
}

TEST_CASE("introspection works inside of a transaction, and leaves it open") {
    Database database("BEGIN; CREATE TABLE t (a INT)");
    CHECK(database.schema().tables.size() == 1);
    CHECK(database.connection().in_transaction());
}

TEST_CASE("a schema of early years, with strings in double quotes, can be read and rebuilt") {
    const auto old = sqlite::Connection::open(":memory:");
    sqlite3_db_config(old->handle(), SQLITE_DBCONFIG_DQS_DDL, 1, nullptr);
    old->run_script(
        "PRAGMA foreign_keys = OFF; CREATE TABLE t (a TEXT DEFAULT \"x\" CHECK (\"a\" IN (\"x\", \"it's\")), "
        "b INT); INSERT INTO t VALUES ('x', 1)");
    sqlite3_db_config(old->handle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
    const Schema from = sqlite::introspect(*old, {});
    CHECK(from.tables.front().checks.front().expression == "a IN ('x', 'it''s')");
    CHECK(from.tables.front().columns.front().default_expression == "'x'");
    Schema to = from;
    to.tables.front().columns.back().type = "TEXT";
    const Plan plan = make_plan(diff(from, to), from, to, sqlite::dialect());
    for (const std::string& statement : plan.steps.front().statements) {
        old->run_script(statement);
    }
    CHECK(sqlite::introspect(*old, {}) == to);
    CHECK_THROWS_AS(old->query("INSERT INTO t (a) VALUES ('y')"), Error);
}

TEST_CASE("only some of the changes: what is missing is added, and nothing is dropped") {
    Database database("CREATE TABLE t (a INT, b TEXT); INSERT INTO t VALUES (1, 'x')");
    Database goal("CREATE TABLE t (a INT, c INT UNIQUE); CREATE INDEX i ON t (c); CREATE TABLE u (x INT)");
    const Schema from = database.schema();
    const Schema to = goal.schema();
    Changes changes = diff(from, to);
    std::erase_if(changes, [](const Change& change) { return change.action != Action::create; });
    const Plan plan = make_plan(changes, from, to, sqlite::dialect());
    CHECK_FALSE(plan.loses_data());
    database.apply(plan.steps.front().statements);
    CHECK(database.cell("SELECT group_concat(name) FROM pragma_table_info('t')") == "a,c,b");
    CHECK(database.cell("SELECT b FROM t") == "x");
    const Changes rest = diff(database.schema(), to);
    REQUIRE(rest.size() == 1);
    CHECK(describe(rest.front()) == "drop column t.b");
}

TEST_CASE("plans say what they lose") {
    const auto plan_of = [](const char* before, const char* after) {
        Database database(before);
        Database goal(after);
        return database.plan(goal.schema());
    };
    CHECK(plan_of("CREATE TABLE t (a INT, b INT)", "CREATE TABLE t (a INT)").loses_data());
    CHECK(plan_of("CREATE TABLE t (a INT, b INT UNIQUE)", "CREATE TABLE t (a INT)").loses_data());
    CHECK(plan_of("CREATE TABLE t (a INT)", "").loses_data());
    CHECK_FALSE(plan_of("CREATE TABLE t (a INT)", "CREATE TABLE t (a TEXT)").loses_data());
    CHECK_FALSE(plan_of("CREATE TABLE t (a INT, b AS (a))", "CREATE TABLE t (a INT)").loses_data());
    CHECK_FALSE(
        plan_of("CREATE TABLE t (a INT); CREATE VIEW v AS SELECT 1", "CREATE TABLE t (a INT)").loses_data());
}

TEST_CASE("what SQLite does not have is refused by name") {
    Schema to;
    to.enum_types.push_back({{"", "mood"}, {"good"}, ""});
    CHECK_THROWS_WITH_AS(sqlite::dialect().actions(diff({}, to), {}, to, {}), doctest::Contains("mood"),
                         Error);
}
