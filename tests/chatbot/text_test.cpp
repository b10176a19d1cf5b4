#include "text.hpp"

#include <string>

#include <doctest/doctest.h>

TEST_CASE("well-formed UTF-8 is accepted") {
    for (const char* text :
         {"", "plain", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEE\x80\x80",
          "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "gr\xC3\xBC\xC3\x9F dich \xF0\x9F\x91\x8B"}) {
        CAPTURE(text);
        CHECK(chat::is_utf8(text));
    }
}

TEST_CASE("ill-formed UTF-8 is refused") {
    for (const char* text : {"\x80", "\xC0\x80", "\xC1\xBF", "\xC3", "\xC3(", "\xE0\x9F\xBF", "\xE2\x82",
                             "\xED\xA0\x80", "\xED\xBF\xBF", "\xF0\x8F\xBF\xBF", "\xF0\x9F\x91",
                             "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "good until here \xFE"}) {
        CAPTURE(text);
        CHECK_FALSE(chat::is_utf8(text));
    }
}

TEST_CASE("characters are code points") {
    CHECK(chat::characters("") == 0);
    CHECK(chat::characters("abc") == 3);
    CHECK(chat::characters("\xC3\xBC\xE2\x82\xAC\xF0\x9F\x91\x8B") == 3);
    CHECK(chat::characters(std::string("a\0b", 3)) == 3);
}

TEST_CASE("what is printed into a line of a log cannot begin another one") {
    CHECK(chat::printable("/a\nb\r\t\x1B[0m\x7F gr\xC3\xBC\xC3\x9F") == "/a?b???[0m? gr\xC3\xBC\xC3\x9F");
}

TEST_CASE("the first characters are never cut in the middle") {
    const std::string text = "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x91\x8Bz";
    CHECK(chat::first_characters(text, 0).empty());
    CHECK(chat::first_characters(text, 1) == "\xC3\xBC");
    CHECK(chat::first_characters(text, 2) == "\xC3\xBC\xE2\x82\xAC");
    CHECK(chat::first_characters(text, 3) == "\xC3\xBC\xE2\x82\xAC\xF0\x9F\x91\x8B");
    CHECK(chat::first_characters(text, 4) == text);
    CHECK(chat::first_characters(text, 100) == text);
}
