#include <schemist/codec.hpp>
#include <schemist/error.hpp>

#include <cmath>

#include <doctest/doctest.h>

using namespace schemist;

namespace {

constexpr DialectName postgresql = DialectName::postgresql;
constexpr DialectName sqlite = DialectName::sqlite;

template <class T>
T there_and_back(const T& value, DialectName dialect) {
    return Codec<T>::decode(Codec<T>::encode(value, dialect), dialect);
}

}  // namespace

TEST_CASE("PostgreSQL's text is understood") {
    CHECK(Codec<bool>::decode(std::string("t"), postgresql));
    CHECK_FALSE(Codec<bool>::decode(std::string("f"), postgresql));
    CHECK(Codec<std::int64_t>::decode(std::string("-9223372036854775808"), postgresql) ==
          std::numeric_limits<std::int64_t>::min());
    CHECK(Codec<std::uint64_t>::decode(std::string("18446744073709551615"), postgresql) ==
          std::numeric_limits<std::uint64_t>::max());
    CHECK(std::isnan(Codec<double>::decode(std::string("NaN"), postgresql)));
    CHECK(Codec<double>::decode(std::string("-Infinity"), postgresql) ==
          -std::numeric_limits<double>::infinity());
    CHECK(Codec<float>::decode(std::string("3.4028235e+38"), postgresql) ==
          std::numeric_limits<float>::max());
    CHECK(Codec<Bytes>::decode(std::string("\\x00ff"), postgresql) == Bytes{std::byte{0}, std::byte{255}});
}

TEST_CASE("what does not fit a type is an error that shows it") {
    CHECK_THROWS_WITH_AS(Codec<std::int16_t>::decode(std::int64_t{40000}, sqlite),
                         doctest::Contains("40000 is not an integer from -32768 to 32767"), Error);
    CHECK_THROWS_AS(Codec<std::int32_t>::decode(std::string("12x"), postgresql), Error);
    CHECK_THROWS_AS(Codec<std::uint64_t>::decode(std::int64_t{-1}, sqlite), Error);
    CHECK_THROWS_AS(Codec<bool>::decode(std::string("yes"), postgresql), Error);
    CHECK_THROWS_AS(Codec<Timestamp>::decode(std::int64_t{5}, sqlite), Error);
    CHECK_THROWS_AS(Codec<Bytes>::decode(std::string("\\x0"), postgresql), Error);
    CHECK_THROWS_AS(Codec<Bytes>::decode(std::string("\\x0g"), postgresql), Error);
    CHECK_THROWS_AS(Codec<std::string>::decode(std::int64_t{5}, sqlite), Error);
}

TEST_CASE("what SQLite cannot keep is refused") {
    CHECK_THROWS_WITH_AS(Codec<double>::encode(std::nan(""), sqlite), doctest::Contains("NaN"), Error);
    CHECK_THROWS_AS(Codec<std::uint64_t>::encode(std::numeric_limits<std::uint64_t>::max(), sqlite), Error);
    CHECK_THROWS_AS(Codec<Timestamp>::encode(parse_timestamp("10000-01-01 00:00:00"), sqlite), Error);
    CHECK_THROWS_AS(Codec<Date>::encode(parse_date("0001-01-01 BC"), sqlite), Error);
    CHECK_NOTHROW(Codec<Timestamp>::encode(Timestamp::max(), sqlite));
}

TEST_CASE("PostgreSQL's arrays") {
    using Words = std::vector<std::optional<std::string>>;
    const auto text = [](const Words& words) {
        return std::get<std::string>(Codec<Words>::encode(words, postgresql));
    };
    CHECK(text({}) == "{}");
    CHECK(text({"a", std::nullopt, "NULL", "", "x,y", "q\"q", "b\\b", "{}"}) ==
          R"({"a",NULL,"NULL","","x,y","q\"q","b\\b","{}"})");
    const auto words = [](const char* given) { return Codec<Words>::decode(std::string(given), postgresql); };
    CHECK(words("{}").empty());
    CHECK(words("{a,NULL,\"NULL\",\"\",\"x,y\",\"q\\\"q\"}") ==
          Words{"a", std::nullopt, "NULL", "", "x,y", "q\"q"});
    CHECK(words("[0:1]={a,b}") == Words{"a", "b"});
    for (const char* wrong :
         {"", "a", "{", "{a", "{a,}", "{{a},{b}}", "{\"a}", "{\"a\\", "{\"a\"b}", "{a}x", "["}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(words(wrong), Error);
    }
}

TEST_CASE("arrays come back from both databases' text") {
    for (const DialectName dialect : {postgresql, sqlite}) {
        CHECK(there_and_back(std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(), 0,
                                                       std::numeric_limits<std::int64_t>::max()},
                             dialect) == std::vector<std::int64_t>{std::numeric_limits<std::int64_t>::min(),
                                                                   0,
                                                                   std::numeric_limits<std::int64_t>::max()});
        CHECK(there_and_back(std::vector<bool>{true, false}, dialect) == std::vector<bool>{true, false});
        const std::vector<double> reals{0.1, 1e300, std::numeric_limits<double>::infinity(), -2};
        CHECK(there_and_back(reals, dialect) == reals);
        const std::vector<Bytes> blobs{{}, {std::byte{0}, std::byte{'\\'}, std::byte{'"'}}};
        CHECK(there_and_back(blobs, dialect) == blobs);
        const std::vector<Json> documents{Json::parse(R"({"a":"\"\\"})"), Json()};
        CHECK(there_and_back(documents, dialect) == documents);
    }
    CHECK_THROWS_AS(Codec<std::vector<int>>::decode(std::string("{}"), sqlite), Error);
    CHECK_THROWS_AS(Codec<std::vector<int>>::decode(std::string("[[1]]"), sqlite), Error);
    CHECK_THROWS_AS(Codec<std::vector<int>>::decode(std::string("[null]"), sqlite), Error);
}
