#include "diff/renames.hpp"

#include "diff/diff.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

Schema people(const std::string& table_name, const std::string& column_name) {
    TableStructure table;
    table.name = {"public", table_name};
    table.columns = {{.name = "id", .type = "bigint"}, {.name = column_name, .type = "text"}};
    table.primary_key = PrimaryKey{.name = "pk", .columns = {"id"}};
    table.indexes.push_back({.name = "ix", .elements = {{.column = column_name}}});
    Schema schema;
    schema.tables.push_back(table);
    return schema;
}

}  // namespace

TEST_CASE("a hint becomes a change only while it is to be done") {
    const Rename hint{{Kind::column, {"public", "people"}, "name"}, "full_name"};
    const Changes changes = rename_changes(people("people", "name"), people("people", "full_name"), {{hint}});
    REQUIRE(changes.size() == 1);
    CHECK(describe(changes[0]) == "rename column people.name to full_name");
    CHECK(rename_changes(people("people", "full_name"), people("people", "full_name"), {{hint}}).empty());
    CHECK(rename_changes(people("people", "name"), people("people", "name"), {{hint}}).empty());
}

TEST_CASE("table and column are renamed together, and back") {
    const Schema from = people("people", "name");
    const Schema to = people("persons", "full_name");
    const std::vector<Rename> hints{{{Kind::column, {"public", "persons"}, "name"}, "full_name"},
                                    {{Kind::table, {"public", "people"}, {}}, "persons"}};
    const Changes changes = rename_changes(from, to, hints);
    REQUIRE(changes.size() == 2);
    CHECK(changes[0].object.kind == Kind::table);
    CHECK(diff(with_renames(from, changes), to).empty());
    CHECK(diff(with_renames(to, reversed(changes)), from).empty());
}

TEST_CASE("what looks renamed is a candidate, what is ambiguous is none") {
    const std::vector<Rename> columns =
        rename_candidates(people("people", "name"), people("people", "full_name"));
    REQUIRE(columns.size() == 1);
    CHECK(to_string(columns[0]) == "rename column people.name to full_name");
    const std::vector<Rename> tables = rename_candidates(people("people", "name"), people("persons", "name"));
    REQUIRE(tables.size() == 1);
    CHECK(tables[0].to == "persons");

    Schema two = people("people", "first");
    two.tables[0].columns.push_back({.name = "second", .type = "text"});
    CHECK(rename_candidates(people("people", "name"), two).empty());
    Schema other_type = people("people", "age");
    other_type.tables[0].columns[1].type = "integer";
    CHECK(rename_candidates(people("people", "name"), other_type).empty());
}

TEST_CASE("--rename is read against the schemas") {
    const Schema from = people("people", "name");
    const Schema to = people("people", "full_name");
    CHECK(parse_rename("people.name=full_name", from, to) ==
          Rename{{Kind::column, {"public", "people"}, "name"}, "full_name"});
    CHECK(parse_rename("public.people.name=people.full_name", from, to) ==
          Rename{{Kind::column, {"public", "people"}, "name"}, "full_name"});
    CHECK(parse_rename("people=persons", from, to) ==
          Rename{{Kind::table, {"public", "people"}, {}}, "persons"});
    CHECK_THROWS_AS(parse_rename("people", from, to), Error);
    CHECK_THROWS_AS(parse_rename("nobody.name=x", from, to), Error);
}
