#include "schema/json.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

Schema rich_schema() {
    Schema schema;
    schema.namespaces.push_back({"app", "the application's"});
    schema.enum_types.push_back({{"public", "mood"}, {"sad", "it's \"ok\"", "größe"}, ""});
    Sequence sequence;
    sequence.name = {"public", "counter"};
    sequence.options.start = -5;
    sequence.options.maximum = 9223372036854775807;
    sequence.owned_by = ColumnName{{"public", "t"}, "id"};
    schema.sequences.push_back(sequence);

    TableStructure table;
    table.name = {"public", "t"};
    Column id{.name = "id", .type = "bigint", .not_null = true};
    id.identity =
        Identity{.always = true, .options = {.type = "bigint", .start = 1}, .sequence_name = "t_id_seq"};
    Column text{.name = "text", .type = "character varying(20)"};
    text.default_expression = "''::character varying";
    text.collation = "\"C\"";
    Column doubled{.name = "doubled", .type = "integer"};
    doubled.generated = Generated{.expression = "(id * 2)", .stored = false};
    table.columns = {id, text, doubled};
    table.primary_key = PrimaryKey{.name = "t_pkey", .columns = {"id"}};
    table.unique_constraints.push_back({.name = "t_text_key",
                                        .columns = {"text"},
                                        .include = {"id"},
                                        .nulls_not_distinct = true,
                                        .deferral = Deferral::initially_deferred});
    table.checks.push_back({.name = "positive", .expression = "(id > 0)", .not_valid = true});
    table.foreign_keys.push_back({.name = "t_id_fkey",
                                  .columns = {"id"},
                                  .referenced_table = {"app", "u"},
                                  .referenced_columns = {"id"},
                                  .on_delete = ForeignKeyAction::set_null,
                                  .match = ForeignKeyMatch::full});
    Index index{.name = "ix"};
    index.elements.push_back({.expression = "lower(text)", .descending = true, .nulls_first = false});
    index.storage["fillfactor"] = "70";
    table.indexes.push_back(index);
    schema.tables.push_back(table);
    return schema;
}

}  // namespace

TEST_CASE("a schema survives the way through JSON") {
    const Schema schema = rich_schema();
    CHECK(schema_from_json(to_json(schema)) == schema);
    CHECK(schema_from_json(to_json(Schema{})) == Schema{});
}

TEST_CASE("members with their default value are left out") {
    Schema schema;
    schema.enum_types.push_back({{"", "mood"}, {"a"}, ""});
    CHECK(to_json(schema) == R"({
  "enum_types": [
    {
      "name": {
        "name": "mood"
      },
      "values": [
        "a"
      ]
    }
  ]
}
)");
}

TEST_CASE("what to_json would not write is refused with its place") {
    const auto message = [](const char* text) {
        try {
            schema_from_json(text);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    CHECK(message("{").find("not valid JSON") != std::string::npos);
    CHECK(message(R"({"tabels": []})").find("unknown member \"tabels\"") != std::string::npos);
    CHECK(message(R"({"tables": [{"name": "t", "columns": [{"name": 7}]}]})")
              .find("tables[0].columns[0].name") != std::string::npos);
    CHECK(message(R"({"tables": [{"name": "t", "foreign_keys": [{"on_delete": "explode"}]}]})")
              .find("explode") != std::string::npos);
}
