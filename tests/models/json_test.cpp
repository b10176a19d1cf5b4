#include "models/json.hpp"

#include "models/definitions.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist;

TEST_CASE("models come back from the document that a program prints") {
    for (const auto& definitions :
         {test::rich_definitions(), test::everything_definition(), test::chatbot_definitions()}) {
        const DesiredByDialect read = desired_from_json(to_json(definitions));
        REQUIRE(read.size() == 2);
        for (const auto& [dialect, part] : read) {
            CHECK(part == desired(definitions, dialect));
        }
    }
}

TEST_CASE("a document for one dialect has only that one") {
    const auto read = desired_from_json(
        R"({"schemist": 1, "dialects": {"sqlite": {"schema": {"tables": [{"name": "t"}]}}}})");
    REQUIRE(read.size() == 1);
    CHECK(read.at(DialectName::sqlite).schema.find_table({"", "t"}) != nullptr);
}

TEST_CASE("a document that is something else is refused, with the place of the fault") {
    const auto fails = [](const char* document, const char* text) {
        CHECK_THROWS_WITH_AS(desired_from_json(document), doctest::Contains(text), Error);
    };
    fails("CREATE TABLE t ();", "JSON");
    fails("[]", "not a document of models");
    fails("{}", "not a document of models");
    fails(R"({"schemist": 2, "dialects": {}})", "version 2");
    fails(R"({"schemist": 1, "dialects": {"oracle": {"schema": {}}}})", "unknown dialect \"oracle\"");
    fails(R"({"schemist": 1, "dialects": {"sqlite": {}}})", "dialects.sqlite");
    fails(R"({"schemist": 1, "dialects": {"sqlite": {"schema": {}, "extra": 1}}})", "dialects.sqlite.extra");
    fails(R"({"schemist": 1, "dialects": {"sqlite": {"schema": {"tables": 5}}}})",
          "dialects.sqlite.schema.tables");
    fails(R"({"schemist": 1, "dialects": {"sqlite": {"schema": {}, "renames": [{"to": "x"}]}}})",
          "renames[0]");
}
