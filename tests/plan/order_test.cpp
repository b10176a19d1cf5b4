#include "plan/order.hpp"

#include "plan/plan.hpp"

#include <schemist/error.hpp>

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
    for (const DdlAction& ordered : order_actions(std::move(actions))) {
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

TEST_CASE("a cycle is an error that names its statements") {
    DdlAction one = action("create one");
    one.creates = {table("one")};
    one.needs = {table("two")};
    DdlAction two = action("create two");
    two.creates = {table("two")};
    two.needs = {table("one")};
    CHECK_THROWS_WITH_AS(order({one, two}), doctest::Contains("create one"), Error);
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
