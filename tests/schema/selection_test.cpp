#include "schema/selection.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

bool takes(const std::string& pattern, Kind kind, const Name& name) {
    return parse_object_pattern(pattern).matches(kind, name);
}

std::string failure(const std::string& pattern) {
    try {
        parse_object_pattern(pattern);
    } catch (const Error& error) {
        return error.what_failed() + "; " + error.hint();
    }
    return {};
}

TableStructure table(const Name& name) {
    TableStructure result;
    result.name = name;
    return result;
}

}  // namespace

TEST_CASE("stars and question marks stand for any text and for one letter") {
    CHECK(matches_wildcards("*", ""));
    CHECK(matches_wildcards("a*c*e", "abcde"));
    CHECK(matches_wildcards("*_tmp", "one_tmp_tmp"));
    CHECK(matches_wildcards("?b", "ab"));
    CHECK_FALSE(matches_wildcards("?b", "b"));
    CHECK_FALSE(matches_wildcards("a*c", "ab"));
    CHECK_FALSE(matches_wildcards("", "a"));
    CHECK_FALSE(matches_wildcards("a.c", "abc"));
}

TEST_CASE("a pattern is a name, with a schema and a kind if they matter") {
    CHECK(takes("notes", Kind::table, {"public", "notes"}));
    CHECK(takes("notes", Kind::view, {"audit", "notes"}));
    CHECK_FALSE(takes("notes", Kind::table, {"public", "notes_old"}));
    CHECK(takes("audit.*", Kind::table, {"audit", "notes"}));
    CHECK_FALSE(takes("audit.*", Kind::table, {"public", "audit"}));
    CHECK(takes("table:tmp_*", Kind::table, {"public", "tmp_1"}));
    CHECK_FALSE(takes("table:tmp_*", Kind::view, {"public", "tmp_1"}));
    CHECK(takes("materialized view:*", Kind::materialized_view, {"public", "m"}));
    CHECK(takes("extension:post*", Kind::extension, {"", "postgis"}));
}

TEST_CASE("a schema goes with all that is in it") {
    CHECK(takes("tiger.*", Kind::schema, {"", "tiger"}));
    CHECK_FALSE(takes("tiger.a*", Kind::schema, {"", "tiger"}));
    CHECK_FALSE(takes("table:tiger.*", Kind::schema, {"", "tiger"}));
    CHECK(takes("schema:tiger", Kind::schema, {"", "tiger"}));
}

TEST_CASE("a pattern that can match nothing is an error") {
    CHECK(failure("tabel:x") == "there is no kind of object 'tabel'; did you mean 'table'?");
    CHECK(failure("column:x").starts_with("a column is a part of its table"));
    CHECK(failure("").starts_with("a pattern of objects has no name"));
    CHECK(failure("public.").starts_with("a pattern of objects has no name"));
}

TEST_CASE("what is on a table goes with it") {
    Schema schema;
    schema.tables = {table({"public", "notes"}), table({"public", "tmp_notes"})};
    schema.triggers = {{"on_notes", {"public", "notes"}, "..."}, {"on_tmp", {"public", "tmp_notes"}, "..."}};
    Sequence owned;
    owned.name = {"public", "tmp_notes_id_seq"};
    owned.owned_by = ColumnName{{"public", "tmp_notes"}, "id"};
    Sequence own;
    own.name = {"public", "numbers"};
    schema.sequences = {own, owned};
    schema.dependencies.list = {
        {{Kind::trigger, {"public", "tmp_notes"}, "on_tmp"}, {Kind::table, {"public", "notes"}, ""}}};

    const Schema without = selected(schema, {{}, {parse_object_pattern("table:tmp_*")}});
    CHECK(without.tables.size() == 1);
    CHECK(without.triggers.size() == 1);
    CHECK(without.sequences == std::vector<Sequence>{own});
    CHECK(without.dependencies.list.empty());

    const Schema only = selected(schema, {{parse_object_pattern("tmp_notes")}, {}});
    CHECK(only.tables.size() == 1);
    CHECK(only.triggers.at(0).name == "on_tmp");
    CHECK(only.sequences == std::vector<Sequence>{owned});

    const Schema no_triggers = selected(schema, {{}, {parse_object_pattern("trigger:*")}});
    CHECK(no_triggers.tables.size() == 2);
    CHECK(no_triggers.triggers.empty());
    CHECK(selected(schema, {}) == schema);
}
