#include "architecture/literals.hpp"

#include <doctest/doctest.h>

using namespace source_text;

TEST_CASE("literals that stand next to each other are one, others are not") {
    CHECK(literals("\"a \"\n  \"b\", \"c\"") == std::vector<std::string>{"a b", "c"});
    CHECK(literals("yes ? \"is\" : \"are\"") == std::vector<std::string>{"is", "are"});
    CHECK(literals("'\"' + x + '\"'").empty());
    CHECK(literals("\"say \\\"no\\\"\"") == std::vector<std::string>{"say \\\"no\\\""});
}

TEST_CASE("a comment is none inside of a literal") {
    CHECK(without_comments("a(\"wss://x\");  // \"b\"\nc") == "a(\"wss://x\");  \nc");
    CHECK(without_comments("1'000'000;  // it's\n'\"'") == "1'000'000;  \n'\"'");
    CHECK(without_comments("R\"(say \"//\")\" // x") == "R\"(say \"//\")\" ");
}

TEST_CASE("arguments end at commas and parentheses of their own") {
    const std::string code = "f(g(a, \"b, )\"), {c, ')'}, d); e";
    CHECK(argument(code, 2, 0, false) == "g(a, \"b, )\")");
    CHECK(argument(code, 2, 1, false) == " {c, ')'}");
    CHECK(argument(code, 2, 2, false) == " d");
    CHECK(argument(code, 2, 3, false).empty());
    CHECK(argument("x = a ? \"b;\" : c; d", 3, 0, true) == " a ? \"b;\" : c");
}
