#include "reconcile/undeclared.hpp"

#include "diff/diff.hpp"

#include <doctest/doctest.h>

using namespace schemist;

namespace {

TableStructure table(const std::string& name, std::vector<std::string> columns) {
    TableStructure result{{"public", name}};
    for (std::string& column : columns) {
        result.columns.push_back({std::move(column), "integer"});
    }
    return result;
}

Schema of(std::vector<TableStructure> tables) {
    Schema schema;
    schema.tables = std::move(tables);
    return schema;
}

const Reference view{Kind::view, {"public", "v"}, {}};

Schema with_view(Schema schema, Reference used) {
    schema.views.push_back({{"public", "v"}});
    schema.dependencies.list.push_back({view, std::move(used)});
    return schema;
}

}  // namespace

TEST_CASE("a view stays for as long as what it uses does") {
    const Schema desired = of({table("notes", {"id"})});
    const Schema kept = with_undeclared(
        desired, with_view(of({table("notes", {"id"})}), {Kind::column, {"public", "notes"}, "id"}));
    CHECK(kept.views.size() == 1);
    CHECK(kept.dependencies.list.size() == 1);
    const Schema without_column = with_undeclared(
        desired,
        with_view(of({table("notes", {"id", "text"})}), {Kind::column, {"public", "notes"}, "text"}));
    CHECK(without_column.views.empty());
    const Schema without_table = with_undeclared(
        desired,
        with_view(of({table("notes", {"id"}), table("old", {"id"})}), {Kind::table, {"public", "old"}, {}}));
    CHECK(without_table.views.empty());
}

TEST_CASE("what uses a view that goes, goes too") {
    Schema present = with_view(of({table("old", {"id"})}), {Kind::table, {"public", "old"}, {}});
    present.views.push_back({{"public", "w"}});
    present.dependencies.list.push_back({{Kind::view, {"public", "w"}, {}}, view});
    CHECK(with_undeclared({}, present).views.empty());
}

TEST_CASE("a trigger goes with its table where nobody says what uses what") {
    Schema present = of({table("notes", {"id"}), table("old", {"id"})});
    present.triggers.push_back({"t", {"public", "notes"}, "CREATE TRIGGER t ..."});
    present.triggers.push_back({"t", {"public", "old"}, "CREATE TRIGGER t ..."});
    const Schema kept = with_undeclared(of({table("notes", {"id"})}), present);
    REQUIRE(kept.triggers.size() == 1);
    CHECK(kept.triggers[0].table.name == "notes");
}

TEST_CASE("attributes without a word in models are those of the table that is there") {
    Schema present = of({table("notes", {"id"})});
    present.tables[0].row_security = true;
    present.tables[0].clustered_on = "gone";
    present.tables[0].columns[0].storage = "external";
    const Schema kept = with_undeclared(of({table("notes", {"id", "text"})}), present);
    CHECK(kept.tables[0].row_security);
    CHECK(kept.tables[0].columns[0].storage == "external");
    CHECK(kept.tables[0].clustered_on.empty());
    CHECK(diff(present, kept).size() == 2);  // the column, and the index that the mark was of
}

TEST_CASE("a namespace stays for what is kept in it") {
    Schema present;
    present.namespaces.push_back({"audit"});
    present.views.push_back({{"audit", "v"}});
    CHECK(with_undeclared({}, present).namespaces.size() == 1);
    present.views.clear();
    CHECK(with_undeclared({}, present).namespaces.empty());
}

TEST_CASE("children that models do not have are not compared") {
    Schema present = of({table("notes", {"id"}), table("child", {"id"}), table("other", {"id"})});
    present.tables[1].inherits.push_back({"public", "notes"});
    const Schema compared = without_undeclared_tables(present, of({table("notes", {"id"})}));
    CHECK(compared.find_table({"public", "child"}) == nullptr);
    CHECK(compared.find_table({"public", "other"}) != nullptr);
    CHECK(without_undeclared_tables(present, present) == present);
}
