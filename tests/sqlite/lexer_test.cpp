#include "sqlite/lexer.hpp"

#include <schemist/error.hpp>

#include <doctest/doctest.h>

using namespace schemist::sqlite;

namespace {

std::vector<std::string> texts(std::string_view sql) {
    std::vector<std::string> result;
    for (const Token& token : tokenize(sql)) {
        result.emplace_back(token.text);
    }
    return result;
}

}  // namespace

TEST_CASE("tokens") {
    using Texts = std::vector<std::string>;
    CHECK(texts("a+b") == Texts{"a", "+", "b"});
    CHECK(texts("x'0aFF' X'' x") == Texts{"x'0aFF'", "X''", "x"});
    CHECK(texts("'it''s' \"a\"\"b\" `c``d` [e f]") == Texts{"'it''s'", "\"a\"\"b\"", "`c``d`", "[e f]"});
    CHECK(texts("1 1.5 .5 1. 1e5 1.5E-10 0x1F") == Texts{"1", "1.5", ".5", "1.", "1e5", "1.5E-10", "0x1F"});
    CHECK(texts("a->>'$.x' || b->1 <> c != d == e <= f >> 1") == Texts{"a", "->>", "'$.x'", "||", "b", "->",
                                                                       "1", "<>", "c", "!=", "d", "==", "e",
                                                                       "<=", "f", ">>", "1"});
    CHECK(texts("?1 :name @name $1 ?") == Texts{"?1", ":name", "@name", "$1", "?"});
    CHECK(texts("a -- b\n c /* d\n */ e /* open") == Texts{"a", "c", "e"});
    CHECK(texts("\xEF\xBB\xBF SELECT \xC3\xA4$1") == Texts{"SELECT", "\xC3\xA4$1"});
    CHECK(texts("") == Texts{});
    CHECK(tokenize("a  bc").back().offset == 3);
}

TEST_CASE("what is no token has a position") {
    for (const auto& expected : std::vector<std::pair<const char*, std::size_t>>{{"a 'b", 2},
                                                                                 {"a \"b", 2},
                                                                                 {"a [b", 2},
                                                                                 {"x'0'", 0},
                                                                                 {"x'zz'", 0},
                                                                                 {"1a", 0},
                                                                                 {"a ! b", 2},
                                                                                 {"a { b", 2}}) {
        CAPTURE(expected.first);
        try {
            tokenize(expected.first);
            FAIL_CHECK("no error");
        } catch (const schemist::Error& error) {
            CHECK(error.position() == expected.second);
        }
    }
}

TEST_CASE("names and quotes") {
    CHECK(unquoted(tokenize("\"a\"\"b\"").front()) == "a\"b");
    CHECK(unquoted(tokenize("[a[b]").front()) == "a[b");
    CHECK(unquoted(tokenize("'it''s'").front()) == "it's");
    CHECK(quote("plain_1") == "plain_1");
    CHECK(quote("Order") == "\"Order\"");
    CHECK(quote("true") == "\"true\"");
    CHECK(quote("1st") == "\"1st\"");
    CHECK(quote("a b\"c") == "\"a b\"\"c\"");
    CHECK(quote("") == "\"\"");
    CHECK(string_literal("it's") == "'it''s'");
    CHECK(equal_ignoring_case("aBc", "AbC"));
    CHECK_FALSE(equal_ignoring_case("abc", "ab"));
}
