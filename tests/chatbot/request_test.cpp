#include "request.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace {

struct BadBody {
    std::string body;
    int status;
    std::string field;
};

template <class Parse>
void check_refused(const std::vector<BadBody>& cases, Parse parse) {
    for (const BadBody& bad : cases) {
        CAPTURE(bad.body);
        const auto request = parse(bad.body, chat::KnownUser());
        REQUIRE_FALSE(request);
        CHECK(request.problem().status == bad.status);
        CHECK(request.problem().field == bad.field);
        CHECK_FALSE(request.problem().message.empty());
    }
}

std::string with_message(const std::string& message) {
    return R"({"user_id":7,"message":")" + message + "\"}";
}

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) {
        result += text;
    }
    return result;
}

std::string nested(int levels) {
    return R"({"user_id":7,"message":"hi","metadata":)" + repeated(R"({"a":)", levels) + "1" +
           repeated("}", levels) + "}";
}

}  // namespace

TEST_CASE("a chat request has the values that were sent") {
    const auto request = chat::parse_chat(
        R"({"user_id":7,"conversation_id":2147483647,"message":"Gr\u00fc\u00dfe","role":"tool","metadata":{"a":[1,null]}})");
    REQUIRE(request);
    CHECK(request->user_id == 7);
    CHECK(request->conversation_id == 2147483647);
    CHECK(request->message ==
          "Gr\xC3\xBC\xC3\x9F"
          "e");
    CHECK(request->role == "tool");
    CHECK(request->metadata == R"({"a":[1,null]})");
}

TEST_CASE("what is optional may be absent or null") {
    for (const char* body :
         {R"({"user_id":1,"message":"x"})",
          R"({"user_id":1,"message":"x","conversation_id":null,"role":null,"metadata":null})"}) {
        const auto request = chat::parse_chat(body);
        REQUIRE(request);
        CHECK(request->user_id == 1);
        CHECK_FALSE(request->conversation_id);
        CHECK(request->role == "user");
        CHECK_FALSE(request->metadata);
    }
}

TEST_CASE("a body that cannot be understood is refused") {
    check_refused({{"", 400, "body"},
                   {" ", 400, "body"},
                   {"{", 400, "body"},
                   {"null", 400, "body"},
                   {"[]", 400, "body"},
                   {"\"text\"", 400, "body"},
                   {R"({"user_id":7,"message":"x"} trailing)", 400, "body"},
                   {"{\"user_id\":7,\"message\":\"\xFF\"}", 400, "body"},
                   {with_message("\\ud800"), 400, "body"},
                   {with_message("line\nbreak"), 400, "body"},
                   {nested(40), 400, "body"},
                   {repeated("[", 100'000), 400, "body"}},
                  chat::parse_chat);
    CHECK(chat::parse_chat(nested(20)));
}

TEST_CASE("a field that is missing or has the wrong type is named") {
    check_refused({{R"({"message":"x"})", 400, "user_id"},
                   {R"({"user_id":null,"message":"x"})", 400, "user_id"},
                   {R"({"user_id":"7","message":"x"})", 400, "user_id"},
                   {R"({"user_id":7.5,"message":"x"})", 400, "user_id"},
                   {R"({"user_id":7.0,"message":"x"})", 400, "user_id"},
                   {R"({"user_id":true,"message":"x"})", 400, "user_id"},
                   {R"({"user_id":[7],"message":"x"})", 400, "user_id"},
                   {R"({"user_id":7})", 400, "message"},
                   {R"({"user_id":7,"message":null})", 400, "message"},
                   {R"({"user_id":7,"message":1})", 400, "message"},
                   {R"({"user_id":7,"message":{"text":"x"}})", 400, "message"},
                   {with_message("a\\u0000b"), 400, "message"},
                   {R"({"user_id":7,"message":"x","conversation_id":"1"})", 400, "conversation_id"},
                   {R"({"user_id":7,"message":"x","conversation_id":1.5})", 400, "conversation_id"},
                   {R"({"user_id":7,"message":"x","role":1})", 400, "role"},
                   {R"({"user_id":7,"message":"x","metadata":[]})", 400, "metadata"},
                   {R"({"user_id":7,"message":"x","metadata":"{}"})", 400, "metadata"},
                   {R"({"user_id":7,"message":"x","metadata":{"a":["\u0000"]}})", 400, "metadata"},
                   {R"({"user_id":7,"message":"x","metadata":{"\u0000":1}})", 400, "metadata"}},
                  chat::parse_chat);
}

TEST_CASE("a value that is not allowed is told apart from one of the wrong type") {
    check_refused({{R"({"user_id":0,"message":"x"})", 422, "user_id"},
                   {R"({"user_id":-1,"message":"x"})", 422, "user_id"},
                   {R"({"user_id":2147483648,"message":"x"})", 422, "user_id"},
                   {R"({"user_id":18446744073709551615,"message":"x"})", 422, "user_id"},
                   {R"({"user_id":7,"message":"x","conversation_id":0})", 422, "conversation_id"},
                   {R"({"user_id":7,"message":"x","role":"root"})", 422, "role"},
                   {R"({"user_id":7,"message":"x","role":"User"})", 422, "role"},
                   {R"({"user_id":7,"message":"x","role":""})", 422, "role"},
                   {with_message(""), 422, "message"},
                   {with_message(std::string(10'001, 'x')), 422, "message"},
                   {with_message(repeated("\xF0\x9F\x91\x8B", 10'001)), 422, "message"}},
                  chat::parse_chat);
}

TEST_CASE("the longest message is counted in characters, not in bytes") {
    CHECK(chat::parse_chat(with_message(std::string(10'000, 'x'))));
    CHECK(chat::parse_chat(with_message(repeated("\xF0\x9F\x91\x8B", 10'000))));
    const std::string escaped = with_message(repeated("\\ud83d\\udc4b", 10'000));
    CHECK(escaped.size() <= chat::largest_body);
    CHECK(chat::parse_chat(escaped));
}

TEST_CASE("a rename request is checked") {
    const auto request = chat::parse_rename(R"({"user_id":7,"title":"A title"})");
    REQUIRE(request);
    CHECK(request->user_id == 7);
    CHECK(request->title == "A title");
    CHECK(chat::parse_rename(R"({"user_id":7,"title":")" + repeated("\xC3\xBC", 100) + "\"}"));
    check_refused({{"", 400, "body"},
                   {R"({"title":"x"})", 400, "user_id"},
                   {R"({"user_id":7})", 400, "title"},
                   {R"({"user_id":7,"title":5})", 400, "title"},
                   {R"({"user_id":7,"title":""})", 422, "title"},
                   {R"({"user_id":7,"title":")" + std::string(101, 'x') + "\"}", 422, "title"}},
                  chat::parse_rename);
}

TEST_CASE("the query string is checked") {
    using Parameters = std::multimap<std::string, std::string>;
    const auto page = chat::parse_page(Parameters{{"user_id", "7"}, {"limit", "200"}, {"before", "12"}});
    REQUIRE(page);
    CHECK(page->user_id == 7);
    CHECK(page->limit == 200);
    CHECK(page->before == 12);
    const auto plain = chat::parse_page(Parameters{{"user_id", "7"}});
    REQUIRE(plain);
    CHECK(plain->limit == 50);
    CHECK_FALSE(plain->before);

    struct Bad {
        Parameters parameters;
        int status;
        std::string field;
    };
    const std::vector<Bad> cases{{{}, 400, "user_id"},
                                 {{{"user_id", ""}}, 400, "user_id"},
                                 {{{"user_id", "seven"}}, 400, "user_id"},
                                 {{{"user_id", "7x"}}, 400, "user_id"},
                                 {{{"user_id", " 7"}}, 400, "user_id"},
                                 {{{"user_id", "7.0"}}, 400, "user_id"},
                                 {{{"user_id", "7"}, {"user_id", "8"}}, 400, "user_id"},
                                 {{{"user_id", "0"}}, 422, "user_id"},
                                 {{{"user_id", "-7"}}, 422, "user_id"},
                                 {{{"user_id", "2147483648"}}, 422, "user_id"},
                                 {{{"user_id", "99999999999999999999"}}, 422, "user_id"},
                                 {{{"user_id", "7"}, {"limit", "0"}}, 422, "limit"},
                                 {{{"user_id", "7"}, {"limit", "201"}}, 422, "limit"},
                                 {{{"user_id", "7"}, {"limit", "all"}}, 400, "limit"},
                                 {{{"user_id", "7"}, {"before", "x"}}, 400, "before"}};
    for (const auto& [parameters, status, field] : cases) {
        const auto refused = chat::parse_page(parameters);
        REQUIRE_FALSE(refused);
        CHECK(refused.problem().status == status);
        CHECK(refused.problem().field == field);
    }
}
