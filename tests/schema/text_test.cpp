#include "schema/text.hpp"

#include <doctest/doctest.h>

using namespace schemist;

TEST_CASE("letters of ASCII are made small, and nothing else") {
    CHECK(to_lower("DATABASECHANGELOG_1") == "databasechangelog_1");
    CHECK(to_lower("\xC3\x84@[`") == "\xC3\x84@[`");
}

TEST_CASE("the items of a list with commas") {
    CHECK(comma_list("a") == std::vector<std::string>{"a"});
    CHECK(comma_list(" a b ,\tc,") == std::vector<std::string>{"a b", "c"});
    CHECK(comma_list(" , ,").empty());
    CHECK(comma_list("").empty());
}
