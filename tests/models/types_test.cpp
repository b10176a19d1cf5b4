#include <schemist/error.hpp>
#include <schemist/types.hpp>

#include <set>

#include <doctest/doctest.h>

using namespace schemist;
using std::chrono::microseconds;

TEST_CASE("JSON is checked when it is made") {
    CHECK(Json().text() == "null");
    CHECK(Json::object().text() == "{}");
    CHECK(Json::array().text() == "[]");
    CHECK(Json::parse(R"({"a": [1, {"b": null}]})").text() == R"({"a": [1, {"b": null}]})");
    CHECK_THROWS_WITH_AS(Json::parse("{"), doctest::Contains("not JSON"), Error);
    CHECK_THROWS_AS(Json::parse(""), Error);
    CHECK_THROWS_AS(Json::parse("{} {}"), Error);
    CHECK_THROWS_AS(Json::parse("\"\xff\""), Error);
    CHECK_THROWS_WITH_AS(Json::parse(R"(["a\u0000b"])"), doctest::Contains("\\u0000"), Error);
    CHECK_THROWS_WITH_AS(Json::parse(R"({"a\u0000b": 1})"), doctest::Contains("\\u0000"), Error);
    CHECK_NOTHROW(Json::parse(R"("a\\u0000b")"));
}

TEST_CASE("JSON is equal when it means the same") {
    CHECK(Json::parse(R"({"a":1,"b":2})") == Json::parse(R"({ "b" : 2, "a" : 1 })"));
    CHECK_FALSE(Json::parse("[1,2]") == Json::parse("[2,1]"));
}

TEST_CASE("UUIDs") {
    const Uuid uuid = Uuid::parse("123e4567-e89b-12d3-a456-426614174000");
    CHECK(uuid.text() == "123e4567-e89b-12d3-a456-426614174000");
    CHECK(Uuid::parse("{123E4567-E89B-12D3-A456-426614174000}") == uuid);
    CHECK(Uuid::parse("123e4567e89b12d3a456426614174000") == uuid);
    CHECK(Uuid().text() == "00000000-0000-0000-0000-000000000000");
    for (const char* wrong :
         {"", "123e4567", "123e4567-e89b-12d3-a456-42661417400g", "-123e4567e89b12d3a456426614174000",
          "123e4567e89b12d3a456426614174000-", "123e4567e89b12d3a4564266141740000", "{}"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(Uuid::parse(wrong), Error);
    }
    std::set<Uuid> different;
    for (int i = 0; i < 100; ++i) {
        const Uuid random = Uuid::random();
        CHECK(random.text()[14] == '4');
        different.insert(random);
    }
    CHECK(different.size() == 100);
}

TEST_CASE("decimals keep their digits") {
    using Price = Numeric<6, 2>;
    CHECK(Price().text() == "0.00");
    CHECK(Price("12.5").text() == "12.50");
    CHECK(Price("-0.00").text() == "0.00");
    CHECK(Price("+007.10000").text() == "7.10");
    CHECK(Price("-9999.99").text() == "-9999.99");
    CHECK(Price(7).text() == "7.00");
    CHECK(Numeric<20>("18446744073709551615").text() == "18446744073709551615");
    CHECK(Price("1.10") == Price("1.1"));
    for (const char* wrong : {"", ".", "-", "1.234", "10000", "1e3", "NaN", " 1", "0x1"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(Price{wrong}, Error);
    }
    const std::vector<Price> rising{Price("-100"), Price("-9.99"), Price("-1"), Price(0),
                                    Price("0.01"), Price("9.99"),  Price("10"), Price("100")};
    for (std::size_t i = 1; i < rising.size(); ++i) {
        CHECK(rising[i - 1] < rising[i]);
    }
}

TEST_CASE("timestamps as text") {
    CHECK(to_string(Timestamp{}) == "1970-01-01T00:00:00.000000Z");
    CHECK(to_string(Timestamp(microseconds(-1))) == "1969-12-31T23:59:59.999999Z");
    CHECK(to_string(LocalTimestamp(microseconds(1'500'000))) == "1970-01-01T00:00:01.500000");
    CHECK(to_string(Timestamp::max()) == "infinity");
    CHECK(to_string(Timestamp::min()) == "-infinity");
    CHECK(to_string(parse_timestamp("0044-03-15 12:00:00+00 BC")) == "0044-03-15T12:00:00.000000Z BC");
    CHECK(to_string(parse_timestamp("294000-12-31 23:59:59.999999+00")) == "294000-12-31T23:59:59.999999Z");
}

TEST_CASE("timestamps are read as both databases and people write them") {
    const Timestamp expected = parse_timestamp("2026-11-20T12:41:07.123456Z");
    CHECK(expected.time_since_epoch() == microseconds(1'795'178'467'123'456));
    CHECK(parse_timestamp("2026-11-20 12:41:07.123456+00") == expected);
    CHECK(parse_timestamp("2026-11-20 18:11:07.123456+05:30") == expected);
    CHECK(parse_timestamp("2026-11-20T05:41:07.123456-0700") == expected);
    CHECK(parse_timestamp("2026-11-20 04:48:09.123456-07:52:58") == expected);
    CHECK(parse_timestamp("2026-11-20 12:41:07.123456") == expected);
    CHECK(parse_timestamp("2026-11-20 12:41:07.1234569Z") == expected);
    CHECK(parse_timestamp("2026-11-20") == parse_timestamp("2026-11-20T00:00:00Z"));
    CHECK(parse_timestamp("2026-11-20 12:41") == parse_timestamp("2026-11-20T12:41:00Z"));
    CHECK(parse_timestamp("infinity") == Timestamp::max());
    CHECK(parse_timestamp("2024-02-29T00:00:00.5Z") - parse_timestamp("2024-02-28T00:00:00Z") ==
          std::chrono::hours(24) + std::chrono::milliseconds(500));
    CHECK(parse_local_timestamp("2026-11-20 12:41:07").time_since_epoch() ==
          std::chrono::seconds(1'795'178'467));
}

TEST_CASE("what is no timestamp is refused") {
    for (const char* wrong :
         {"", "now", "2026-11-20T", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "20 Nov 2026",
          "2026-11-20 25:00", "2026-11-20 12:60", "2026-11-20 12:41:07.", "2026-11-20 12:41:07 CET",
          "2026-11-20 12:41:07+1", "2026-11-20 12:41:07Zx", "999999-01-01", "2026-11-20T12:41:07Z Z"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(parse_timestamp(wrong), Error);
    }
    CHECK_THROWS_AS(parse_local_timestamp("2026-11-20 12:41:07Z"), Error);
    CHECK_THROWS_AS(parse_date("2026-11-20 12:41:07"), Error);
}

TEST_CASE("dates") {
    CHECK(to_string(Date{}) == "1970-01-01");
    CHECK(to_string(parse_date("2024-02-29")) == "2024-02-29");
    CHECK(to_string(parse_date("0001-01-01 BC")) == "0001-01-01 BC");
    CHECK(parse_date("0001-01-01") - parse_date("0001-12-31 BC") == std::chrono::days(1));
    CHECK_THROWS_AS(parse_date("1900-02-29"), Error);
    CHECK(to_string(Date::max()) == "infinity");
    CHECK(parse_date("-infinity") == Date::min());
    // Every day of 800 years, there and back.
    Date day = parse_date("1600-01-01");
    for (int i = 0; i < 292'194; ++i, day += std::chrono::days(1)) {
        if (parse_date(to_string(day)) != day) {
            FAIL(to_string(day));
        }
    }
}
