#include "token.hpp"

#include <string>

#include <doctest/doctest.h>

using chat::Seconds;
using std::chrono::seconds;

namespace {

const std::string secret = "your-256-bit-secret-your-256-bit";
const Seconds now{seconds(1'800'000'000)};

std::string problem_of(const std::string& token) {
    const auto user = chat::user_of_token(token, secret, now);
    REQUIRE_FALSE(user);
    CHECK(user.problem().status == 401);
    return user.problem().message;
}

}  // namespace

TEST_CASE("a token that was made is understood until it expires") {
    const std::string token = chat::make_token(7, now + seconds(1), secret);
    REQUIRE(chat::user_of_token(token, secret, now));
    CHECK(*chat::user_of_token(token, secret, now) == 7);
    CHECK(chat::user_of_token(token, secret, now + seconds(1)).problem().message == "the token has expired");
    CHECK_FALSE(chat::user_of_token(token, secret + "x", now));
    CHECK_FALSE(chat::user_of_token(token, "", now));
    CHECK(*chat::user_of_token(chat::make_token(2147483647, now + seconds(9), secret), secret, now) ==
          2147483647);
}

// Made with Python: hmac.new(secret, header + b"." + claims, "sha256").
TEST_CASE("tokens of other programs are understood") {
    // {"alg":"HS256","typ":"JWT"} {"sub":"42","name":"Anna","iat":1700000000,"exp":1900000000}
    const auto user = chat::user_of_token(
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
        "eyJzdWIiOiI0MiIsIm5hbWUiOiJBbm5hIiwiaWF0IjoxNzAwMDAwMDAwLCJleHAiOjE5MDAwMDAwMDB9."
        "9CsgPJklMe-cusg4H4LOtOzBQ6cHdEZP3moa9GCRZ5c",
        secret, now);
    REQUIRE(user);
    CHECK(*user == 42);
}

TEST_CASE("any change to a token makes it void") {
    const std::string token = chat::make_token(7, now + seconds(60), secret);
    for (std::size_t i = 0; i < token.size(); ++i) {
        std::string changed = token;
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        if (changed == token) {
            continue;
        }
        CAPTURE(changed);
        CHECK_FALSE(chat::user_of_token(changed, secret, now));
    }
    CHECK_FALSE(chat::user_of_token(token + "=", secret, now));
    CHECK_FALSE(chat::user_of_token(token.substr(0, token.size() - 1), secret, now));
    CHECK_FALSE(chat::user_of_token(token.substr(0, token.rfind('.') + 1), secret, now));
    for (const char* no_token : {"", ".", "..", "a.b", "a.b.c", "....", "\xFF.\xFF.\xFF"}) {
        CAPTURE(no_token);
        CHECK_FALSE(chat::user_of_token(no_token, secret, now));
    }
}

TEST_CASE("a token must say HS256, when it expires, and who the user is") {
    // {"alg":"none"} {"sub":"7","exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJub25lIn0.eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwfQ.AC-"
                     "4T6yfHzYFZM0OczDnYmFFdEymHcyoggJ1PnxMcyw") == "the token is not one of HS256");
    // {"alg":"HS512"} {"sub":"7","exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJIUzUxMiJ9.eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwfQ.XOJpfbb6cFdc1_"
                     "M6dV0zVj3ITy4zER5ghqqB8V1sh0k") == "the token is not one of HS256");
    // {"typ":"JWT"} {"sub":"7","exp":1900000000}
    CHECK(problem_of("eyJ0eXAiOiJKV1QifQ.eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwfQ.b7dgwgvIgvJeYKd7Gk4_h8-"
                     "llrM7IYcpYXkShCjYbSw") == "the token is not one of HS256");
    // {"alg":"HS256","crit":["b64"],"b64":false} {"sub":"7","exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiYjY0Il0sImI2NCI6ZmFsc2V9."
                     "eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwfQ.kGwxb7L0XYSe31VUouWdIW6I1J3yY_KHWgC-sKxI29Q") ==
          "the token is not one of HS256");
    // [] {"sub":"7","exp":1900000000}
    CHECK(problem_of(
              "W10.eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwfQ.WiO2JgqHocTnpMKkrPEcxqql1DORBxl4BFOsCoctF8M") ==
          "the token is not one of HS256");
    // {"alg":"HS256","typ":"JWT"} nothing
    CHECK(
        problem_of(
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.bm90aGluZw.6sglvXHKwllcKNbX_utpY2My-ygVixsPkJG_IVdRQ94") ==
        "the token is not one of HS256");
    // {"alg":"HS256","typ":"JWT"} {"sub":"7"}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3In0.f9T6VFPrtsDhtIwZ-"
                     "Ts4UorrKi0UOMvPHnqdz_t9U20") == "the token does not say when it expires");
    // {"alg":"HS256","typ":"JWT"} {"sub":"7","exp":"1900000000"}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwiZXhwIjoiMTkwMDAwMDAwMCJ9."
                     "iaOHimMYZosAsPW9mCUKFm31HPLo_36oIOQ5C9bTatQ") ==
          "the token does not say when it expires");
    // {"alg":"HS256","typ":"JWT"} {"sub":"7","exp":1800000000}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwiZXhwIjoxODAwMDAwMDAwfQ."
                     "IzIiIbVBXgOiWuFsHKrwGF_3OLRSg2b5vStnO_-8YgA") == "the token has expired");
    // {"alg":"HS256","typ":"JWT"} {"sub":"7","exp":1900000000,"nbf":1800000001}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9."
                     "eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwLCJuYmYiOjE4MDAwMDAwMDF9.tMEgWpXmPoC_"
                     "zpUWzidr4ErsqBdrPFpwN2GKdYKs5H0") == "the token is not valid yet");
    // {"alg":"HS256","typ":"JWT"} {"sub":"7","exp":1900000000,"nbf":"now"}
    CHECK(problem_of(
              "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3IiwiZXhwIjoxOTAwMDAwMDAwLCJuYmYiOiJub3cifQ."
              "LdSvgyLq-5B-zxRrBONDEgbZcK3xRIt-a10gihVW8bk") == "the token is not valid yet");
    // {"alg":"HS256","typ":"JWT"} {"exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJleHAiOjE5MDAwMDAwMDB9."
                     "qy2iAa2EJHcI97TnLwsxEO3zB6Wi0E8j6HOAog77vdQ") ==
          "the token names no user: its sub must be a number");
    // {"alg":"HS256","typ":"JWT"} {"sub":7,"exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOjcsImV4cCI6MTkwMDAwMDAwMH0."
                     "9GOVaHuDtUK3L0cOZJbxEAofHC9PvWgpdaqB65cCW54") ==
          "the token names no user: its sub must be a number");
    // {"alg":"HS256","typ":"JWT"} {"sub":"anna","exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJhbm5hIiwiZXhwIjoxOTAwMDAwMDAwfQ."
                     "oKAHnlwYzaO-awcA-SiKLQMWiCn1orhnkjXlQRYDRPE") ==
          "the token names no user: its sub must be a number");
    // {"alg":"HS256","typ":"JWT"} {"sub":"7 ","exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiI3ICIsImV4cCI6MTkwMDAwMDAwMH0."
                     "U77jK92E78xlVMcXNPADokv-Hv0pnMmnZ20p9_L7e2Y") ==
          "the token names no user: its sub must be a number");
    // {"alg":"HS256","typ":"JWT"} {"sub":"0","exp":1900000000}
    CHECK(problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIwIiwiZXhwIjoxOTAwMDAwMDAwfQ."
                     "AwPYZWU5W5Ap1Rih-A21YUExQA-k6eQdnHrlDjN7-HI") ==
          "the token names no user: its sub must be a number");
    // {"alg":"HS256","typ":"JWT"} {"sub":"2147483648","exp":1900000000}
    CHECK(
        problem_of("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIyMTQ3NDgzNjQ4IiwiZXhwIjoxOTAwMDAwMDAwfQ."
                   "lGLRCiA6dGh3vPsmn6P19957zoe0TKZIiC7FGBwxrGE") ==
        "the token names no user: its sub must be a number");
}

TEST_CASE("a bearer is known by the whole token, whatever the case of the scheme") {
    CHECK(chat::bears("Bearer abc", "abc"));
    CHECK(chat::bears("bearer abc", "abc"));
    for (const char* wrong : {"", "abc", "Bearer", "Bearer ", "Bearer ab", "Bearer abd", "Bearer abcd",
                              "Bearer ABC", "Bearer  abc", "Basic abc", "Bearer abc "}) {
        CAPTURE(wrong);
        CHECK_FALSE(chat::bears(wrong, "abc"));
    }
    CHECK_FALSE(chat::bears("Bearer ", ""));
    CHECK_FALSE(chat::bears("", ""));
}

TEST_CASE("SHA-256 is that of FIPS 180, and random names differ") {
    CHECK(chat::sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(chat::random_name().size() == 32);
    CHECK(chat::random_name() != chat::random_name());
}
