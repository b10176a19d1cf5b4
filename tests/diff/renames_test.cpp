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

namespace {

Schema many_kinds(const std::string& prefix, const std::string& value) {
    Schema schema = people("people", "name");
    schema.tables[0].checks.push_back({.name = prefix + "_check", .expression = prefix});
    schema.views.push_back({.name = {"public", prefix + "_view"}, .definition = "SELECT 1"});
    schema.functions.push_back({.name = {"public", prefix + "_f"},
                                .signature = "(integer)",
                                .definition = "CREATE OR REPLACE FUNCTION public." + prefix + "_f(integer)"});
    schema.enum_types.push_back({.name = {"public", "mood"}, .values = {"sad", value}});
    schema.triggers.push_back({.name = prefix + "_trigger", .table = {"public", prefix + "_view"}});
    return schema;
}

}  // namespace

TEST_CASE("everything that has a name is renamed by a hint, and back") {
    const Schema from = many_kinds("old", "ok");
    const Schema to = many_kinds("new", "good");
    std::vector<Rename> hints;
    for (const std::string_view text :
         {"mood.ok=good", "old_view=new_view", "old_f(integer)=new_f", "people.old_check=new_check"}) {
        hints.push_back(parse_rename(text, from, to));
    }
    const Changes changes = rename_changes(from, to, hints);
    REQUIRE(changes.size() == 4);
    CHECK(describe(changes[0]) == "rename view old_view to new_view");
    CHECK(describe(changes[1]) == "rename function old_f(integer) to new_f");
    CHECK(describe(changes[2]) == "rename check people.old_check to new_check");
    CHECK(describe(changes[3]) == "rename enum type mood.ok to good");
    const Schema renamed = with_renames(from, changes);
    CHECK(renamed.views[0].name.name == "new_view");
    CHECK(renamed.triggers[0].table.name == "new_view");
    CHECK(renamed.enum_types[0].values[1] == "good");
    CHECK(renamed.tables[0].checks[0].name == "new_check");
    CHECK(diff(with_renames(renamed, reversed(changes)), from).empty());
    CHECK(rename_changes(to, to, hints).empty());
}

TEST_CASE(
    "objects that differ in nothing but their name are candidates, and a value in the place of another") {
    std::vector<std::string> found;
    for (const Rename& rename : rename_candidates(many_kinds("old", "ok"), many_kinds("new", "good"))) {
        found.push_back(to_option(rename));
    }
    CHECK(found == std::vector<std::string>{"old_f(integer)=new_f", "old_view=new_view", "mood.ok=good"});
}

TEST_CASE("the NOT NULL of a domain that is renamed stays what it was called") {
    Schema from;
    from.domains.push_back({.name = {"public", "old"}, .type = "integer", .not_null = true});
    Schema to;
    to.domains.push_back({.name = {"public", "new"}, .type = "integer", .not_null = true});
    const std::vector<Rename> hints{parse_rename("old=new", from, to)};
    const Changes changes = rename_changes(from, to, hints);
    const Schema renamed = with_renames(from, changes);
    CHECK(renamed.domains.at(0).not_null_name == "old_not_null");
    CHECK(with_renames(renamed, reversed(changes)) == from);
}
