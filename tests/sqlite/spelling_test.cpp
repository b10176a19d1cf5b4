#include "sqlite/spelling.hpp"

#include <doctest/doctest.h>

using namespace schemist::sqlite;

namespace {

std::string spell(std::string_view sql) {
    const Scope scope{"t", {"id", "Title", "key", "a b"}};
    const std::vector<Token> tokens = tokenize(sql);
    return spell_expression(tokens, scope);
}

}  // namespace

TEST_CASE("two spellings of one expression are the same") {
    CHECK(spell("((id>5))") == "id > 5");
    CHECK(spell("\"ID\" /* why */ > -- so\n 5") == "id > 5");
    CHECK(spell("t.id + T.[Title]") == "id + Title");
    CHECK(spell("title like 'x%' AND not `id` is null") == "Title LIKE 'x%' AND NOT id IS NULL");
    CHECK(spell("Length( title )in(1,2)") == "length(Title) IN (1, 2)");
    CHECK(spell("id==1 or id!=2") == "id = 1 OR id <> 2");
    CHECK(spell("cast(id as text)||x'ab'") == "CAST(id AS text) || X'AB'");
    CHECK(spell("case when id then 'a' else \"a b\" end") == "CASE WHEN id THEN 'a' ELSE \"a b\" END");
    CHECK(spell("Title collate NoCase") == "Title COLLATE NOCASE");
    CHECK(spell("key > 1") == "\"key\" > 1");
    CHECK(spell("\"key\" > 1") == "\"key\" > 1");
}

TEST_CASE("signs never become comments, and operands keep their distance") {
    CHECK(spell("- -5") == "- -5");
    CHECK(spell("-(-5)") == "-(-5)");
    CHECK(spell("id-5") == "id - 5");
    CHECK(spell("id - -5") == "id - -5");
    CHECK(spell("id*-5+~id") == "id * -5 + ~id");
    CHECK(spell("(id)-(5)") == "(id) - (5)");
    CHECK(spell("CASE WHEN id THEN -1 ELSE - 2 END - 3") == "CASE WHEN id THEN -1 ELSE -2 END - 3");
    CHECK(spell("(id) AND (5)") == "(id) AND (5)");
}

TEST_CASE("two meanings are never spelled the same") {
    CHECK(spell("'id'") == "'id'");
    CHECK(spell("\"absent\"") == "'absent'");  // a string, for SQLite
    CHECK(spell("\"it's\"") == "'it''s'");
    CHECK(spell("true") == "TRUE");
    CHECK(spell("\"true\"") == "'true'");
    CHECK(spell("[absent]") == "absent");
    CHECK(spell("'A  b'") == "'A  b'");
    CHECK(spell("(id > 5) AND (id < 7)") == "(id > 5) AND (id < 7)");
}

TEST_CASE("definitions") {
    CHECK(spell_definition("CREATE VIEW \"v\" as select count( * ),[a]  /* x */ from \"order\" as key left "
                           "join b on a.x=b.x where 1;") ==
          "CREATE VIEW v AS\nSELECT count( * ),a\nFROM \"order\" AS key\nLEFT JOIN b ON a.x=b.x\nWHERE 1");
    CHECK(
        spell_definition(
            "create trigger g after insert on t begin insert into t values(';'); delete from t; end") ==
        "CREATE TRIGGER g AFTER INSERT ON t\nBEGIN\n    INSERT INTO t VALUES(';');\n    DELETE FROM t;\nEND");
    const std::string once = spell_definition(
        "CREATE VIEW v AS SELECT a IS DISTINCT FROM b AS \"key\",\"x\"\"y\"AS z FROM (SELECT 1 FROM q) UNION "
        "ALL SELECT 2, 3");
    CHECK(once ==
          "CREATE VIEW v AS\nSELECT a IS DISTINCT FROM b AS \"key\",\"x\"\"y\" AS z\nFROM (SELECT 1 FROM "
          "q)\nUNION ALL\nSELECT 2, 3");
    CHECK(spell_definition(once) == once);
}

TEST_CASE("defaults that need no parentheses") {
    for (const char* text : {"5", "-5", "'x'", "X'00'", "NULL", "CURRENT_TIMESTAMP", "TRUE", "+1.5"}) {
        CAPTURE(text);
        CHECK(is_literal_default(text));
    }
    for (const char* text : {"1 + 2", "- -5", "lower('A')", "-'x'", "-(5)", ""}) {
        CAPTURE(text);
        CHECK_FALSE(is_literal_default(text));
    }
}

TEST_CASE("names in a text") {
    CHECK(mentioned_names("SELECT \"A\".b FROM a, 'C'") ==
          std::vector<std::string>{"a", "b", "c", "from", "select"});
}
