#include "diff/diff.hpp"

#include <doctest/doctest.h>

using namespace schemist;

namespace {

TableStructure table(const std::string& name, std::vector<Column> columns) {
    TableStructure made;
    made.name = {"public", name};
    made.columns = std::move(columns);
    return made;
}

Schema schema_of(std::vector<TableStructure> tables) {
    Schema schema;
    schema.tables = std::move(tables);
    sort(schema);
    return schema;
}

std::vector<std::string> descriptions(const Schema& from, const Schema& to) {
    std::vector<std::string> texts;
    for (const Change& change : diff(from, to)) {
        texts.push_back(describe(change));
    }
    return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("equal schemas have no changes, whatever the order of columns") {
    const Column a{.name = "a", .type = "integer"};
    const Column b{.name = "b", .type = "text"};
    CHECK(diff(Schema{}, Schema{}).empty());
    CHECK(diff(schema_of({table("t", {a, b})}), schema_of({table("t", {b, a})})).empty());
}

TEST_CASE("created and dropped tables carry their parts") {
    TableStructure t = table("t", {{.name = "a", .type = "integer"}});
    t.indexes.push_back({.name = "ix"});
    CHECK(descriptions({}, schema_of({t})) == Texts{"create table t"});
    CHECK(descriptions(schema_of({t}), {}) == Texts{"drop table t"});
}

TEST_CASE("columns are added, altered and dropped one by one") {
    const Schema from =
        schema_of({table("t", {{.name = "a", .type = "integer"}, {.name = "gone", .type = "text"}})});
    Column altered{.name = "a", .type = "bigint", .not_null = true};
    altered.default_expression = "0";
    const Schema to = schema_of({table("t", {altered, {.name = "b", .type = "text"}})});
    CHECK(descriptions(from, to) ==
          Texts{"drop column t.gone", "alter column t.a: type, not null, default", "add column t.b"});
}

TEST_CASE("a constraint or an index with another name is renamed, one with another content is altered") {
    TableStructure before = table("t", {{.name = "a", .type = "integer"}});
    before.checks.push_back({.name = "one", .expression = "(a > 0)"});
    before.indexes.push_back({.name = "ix", .elements = {{.column = "a"}}});
    before.primary_key = PrimaryKey{.name = "t_pkey", .columns = {"a"}};
    TableStructure after = before;
    after.checks[0].name = "two";
    after.indexes[0].unique = true;
    after.primary_key->name = "pk";
    CHECK(descriptions(schema_of({before}), schema_of({after})) == Texts{"rename primary key t.t_pkey to pk",
                                                                         "rename check t.one to two",
                                                                         "alter index t.ix: unique"});
}

TEST_CASE("unnamed constraints are matched by content, each once") {
    TableStructure before = table("t", {});
    before.checks = {{.expression = "a > 0"}, {.expression = "a > 0"}, {.expression = "b > 0"}};
    TableStructure after = table("t", {});
    after.checks = {{.expression = "a > 0"}, {.expression = "c > 0"}};
    CHECK(diff(schema_of({before}), schema_of({before})).empty());
    CHECK(diff(schema_of({before}), schema_of({after})).size() == 3);
}

TEST_CASE("a column's own sequence keeps counting under a new name") {
    Schema from;
    from.sequences.push_back({.name = {"public", "t_id_seq"}, .owned_by = ColumnName{{"public", "t"}, "id"}});
    Schema to = from;
    to.sequences[0].name.name = "u_id_seq";
    CHECK(descriptions(from, to) == Texts{"rename sequence t_id_seq to u_id_seq"});
    to.sequences[0].owned_by.reset();
    CHECK(descriptions(from, to).size() == 2);
}

TEST_CASE("the way back is the reverse") {
    TableStructure t = table("t", {{.name = "a", .type = "integer"}});
    TableStructure u = table("u", {{.name = "a", .type = "integer"}});
    CHECK(descriptions(schema_of({t}), schema_of({u})) == Texts{"drop table t", "create table u"});
    CHECK(descriptions(schema_of({u}), schema_of({t})) == Texts{"create table t", "drop table u"});
}

TEST_CASE("the name of a domain's NOT NULL is a difference where both servers have it") {
    Schema from;
    from.domains.push_back({.name = {"public", "d"}, .type = "integer", .not_null = true});
    Schema to = from;
    to.domains[0].not_null_name = "must";
    from.not_null_constraints.are_kept_of_domains = true;
    CHECK(diff(from, to).empty());
    to.not_null_constraints.are_kept_of_domains = true;
    CHECK(descriptions(from, to) == Texts{"alter domain d: not null name"});
}
