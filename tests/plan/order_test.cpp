#include "plan/order.hpp"

#include "plan/plan.hpp"

#include <schemist/error.hpp>

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

Reference table(const std::string& name) {
    return {Kind::table, {"public", name}, {}};
}
Reference column(const std::string& table_name, const std::string& name) {
    return {Kind::column, {"public", table_name}, name};
}
Reference check(const std::string& table_name, const std::string& name) {
    return {Kind::check, {"public", table_name}, name};
}

DdlAction action(const std::string& sql) {
    DdlAction made;
    made.statements = {sql};
    return made;
}

std::vector<std::string> order(std::vector<DdlAction> actions) {
    std::vector<std::string> statements;
    for (const DdlAction& ordered : order_actions(std::move(actions)).actions) {
        statements.push_back(ordered.statements.at(0));
    }
    return statements;
}

using Statements = std::vector<std::string>;

}  // namespace

TEST_CASE("what is needed comes first") {
    DdlAction child = action("create child");
    child.creates = {table("child")};
    child.needs = {table("parent")};
    DdlAction parent = action("create parent");
    parent.creates = {table("parent")};
    CHECK(order({child, parent}) == Statements{"create parent", "create child"});
}

TEST_CASE("a table stands for its columns") {
    DdlAction index = action("index");
    index.needs = {column("t", "a")};
    DdlAction create = action("create");
    create.creates = {table("t")};
    CHECK(order({index, create}) == Statements{"create", "index"});
}

TEST_CASE("an object is freed before it is dropped, and dropped before another of its name is created") {
    DdlAction create_new = action("create type");
    create_new.creates = {table("type")};
    DdlAction drop_old = action("drop type");
    drop_old.drops = {table("type")};
    DdlAction alter = action("alter column");
    alter.frees = {table("type")};
    CHECK(order({create_new, drop_old, alter}) == Statements{"alter column", "drop type", "create type"});
}

TEST_CASE("constraints go first, then what adds, then what drops; else the given order stays") {
    DdlAction drop_table = action("drop table");
    drop_table.drops = {table("old")};
    DdlAction add = action("add");
    add.creates = {table("new")};
    DdlAction second = action("add second");
    second.creates = {table("new2")};
    DdlAction drop_check = action("drop check");
    drop_check.drops = {check("t", "c")};
    CHECK(order({drop_table, add, second, drop_check}) ==
          Statements{"drop check", "add", "add second", "drop table"});
}

TEST_CASE("a column is renamed in the table that was renamed before") {
    DdlAction rename_table = action("rename table");
    rename_table.creates = {table("new")};
    rename_table.drops = {table("old")};
    DdlAction rename_column = action("rename column");
    rename_column.needs = {table("new")};
    rename_column.creates = {column("new", "b")};
    rename_column.drops = {column("new", "a")};
    CHECK(order({rename_column, rename_table}) == Statements{"rename table", "rename column"});
}

namespace {

// Whose actions depend only on what is divided.
class Actions final : public Dialect {
  public:
    using Write = std::vector<DdlAction> (*)(const std::set<Reference>& divided);

    explicit Actions(Write write) : write_(write) {}

    DialectName name() const override { return DialectName::postgresql; }
    Schema introspect(Connection&, const Name&) const override { return {}; }
    std::vector<DdlAction> actions(const Changes&, const Schema&, const Schema&,
                                   const std::set<Reference>& divided) const override {
        return write_(divided);
    }
    std::vector<ScriptStatement> split(std::string_view) const override { return {}; }
    std::string without_comments(std::string_view script) const override { return std::string(script); }
    std::string quote(std::string_view identifier) const override { return std::string(identifier); }

  private:
    Write write_;
};

DdlAction making(const std::string& name, const std::string& needed) {
    DdlAction made = action("create " + name);
    made.creates = {table(name)};
    made.needs = {table(needed)};
    return made;
}

Statements statements_of(Actions::Write write) {
    Statements statements;
    for (const DdlAction& ordered : ordered_actions({}, {}, {}, Actions(write))) {
        statements.push_back(ordered.statements.at(0));
    }
    return statements;
}

}  // namespace

TEST_CASE("what waits for each other is found, and not what waits for that") {
    const Order order =
        order_actions({making("one", "two"), making("two", "one"), making("three", "one"),
                       making("four", "five"), making("five", "four"), making("six", "seven")});
    REQUIRE(order.circles.size() == 2);
    CHECK(order.circles[0].size() == 2);
    CHECK(order.circles[1].size() == 2);
    CHECK(order.circles[1][0].statements == Statements{"create four"});
    CHECK(order.actions.empty());
}

TEST_CASE("a circle is an error that names its statements") {
    CHECK_THROWS_WITH_AS(statements_of([](const std::set<Reference>&) {
                             return std::vector{making("one", "two"), making("two", "one")};
                         }),
                         doctest::Contains("create two"), Error);
}

TEST_CASE("what is divisible is divided when it would wait for itself, and only then") {
    const auto write = [](const std::set<Reference>& divided) {
        std::vector actions{making("one", "two"), making("two", "one"), making("three", "one")};
        actions[0].divisible = table("one");
        actions[2].divisible = table("three");
        if (divided == std::set{table("one")}) {
            actions[0].needs.clear();
            actions.push_back(making("rest of one", "two"));
        }
        return actions;
    };
    CHECK(statements_of(write) ==
          Statements{"create one", "create two", "create three", "create rest of one"});
}

TEST_CASE("plans that are appended share a transaction where both have one") {
    Plan renames;
    renames.steps = {{{"rename"}, true}};
    Plan rest;
    rest.steps = {{{"alter"}, true}, {{"concurrently"}, false}};
    const Plan both = append(renames, rest);
    REQUIRE(both.steps.size() == 2);
    CHECK(both.steps[0].statements == Statements{"rename", "alter"});
    CHECK(to_script(both) == "rename;\nalter;\n-- step\nconcurrently;\n");
}
