#include "../../chatbot/models.hpp"
#include "models/rich_models.hpp"

#include <schemist/validation.hpp>

#include <cmath>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

rich::Account account() {
    return {.id = 1,
            .email = "a@b",
            .nick_name = "nick",
            .flag = rich::Flag::on,
            .level = 3,
            .balance = 5,
            .class_ = "",
            .search = "",
            .created_at = {},
            .tags = {}};
}

std::string repeated(std::string_view text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i) {
        result += text;
    }
    return result;
}

struct Ratio {
    double share = 0;
    std::vector<Varchar<3>> codes;

    static void describe(Table<Ratio>& t) { t.column(&Ratio::share).check_range(0.0, 1.0); }
};

}  // namespace

TEST_CASE("a row that the model allows has no errors") {
    CHECK(validate(account()).empty());
    CHECK(validate(chat::Message{}).size() == 1);  // its content is empty
}

TEST_CASE("lengths are counted in characters") {
    chat::Message message{};
    message.content = repeated("\U0001F600", 10'000);
    CHECK(validate(message).empty());
    message.content += "x";
    CHECK(validate(message) ==
          std::vector<FieldError>{{"content", "has 10001 characters, and at most 10000 are allowed"}});
    message.content.clear();
    CHECK(validate(message) == std::vector<FieldError>{{"content", "is empty"}});

    chat::Conversation conversation{};
    CHECK(validate(conversation).empty());
    conversation.title = repeated("é", 100);
    CHECK(validate(conversation).empty());
    *conversation.title += "é";
    CHECK(validate(conversation) ==
          std::vector<FieldError>{{"title", "has 101 characters, and at most 100 are allowed"}});
}

TEST_CASE("all that is wrong with a row is told") {
    rich::Account row = account();
    row.nick_name = "x";
    row.level = 10;
    row.balance = rich::Numeric<8, 2>("1000.51");
    CHECK(validate(row) ==
          std::vector<FieldError>{{"nick_name", "has 1 characters, and at least 2 are needed"},
                                  {"level", "is 10, and must be from 0 to 9"},
                                  {"balance", "is 1000.51, and must be from 0.00 to 1000.50"}});
}

TEST_CASE("text that no database takes is refused") {
    rich::Account row = account();
    for (const char* wrong :
         {"\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "a\x80"}) {
        row.email = wrong;
        CHECK(validate(row) == std::vector<FieldError>{{"email", "is not valid UTF-8"}});
    }
    row.email = std::string("a\0b", 3);
    CHECK(validate(row).at(0).message == "holds the character NUL, which the database cannot keep");
    row = account();
    row.tags = {"fine", "\xff"};
    CHECK(validate(row) == std::vector<FieldError>{{"tags", "is not valid UTF-8"}});
}

TEST_CASE("enum values that are none are refused") {
    rich::Account row = account();
    row.flag = static_cast<rich::Flag>(7);
    CHECK(validate(row) ==
          std::vector<FieldError>{{"flag", "7 is not a value of Flag: its names are on, off, delete"}});
}

TEST_CASE("ranges of floating-point numbers, and lengths in arrays") {
    CHECK(validate(Ratio{0.5, {"abc"}}).empty());
    CHECK(validate(Ratio{1.5, {}}).size() == 1);
    CHECK(validate(Ratio{std::nan(""), {}}).size() == 1);
    CHECK(validate(Ratio{0, {"abc", "abcd"}}) ==
          std::vector<FieldError>{{"codes", "has 4 characters, and at most 3 are allowed"}});
}
