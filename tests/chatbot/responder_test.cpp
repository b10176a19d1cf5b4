#include "responder.hpp"

#include "endpoint_responder.hpp"
#include "request.hpp"
#include "text.hpp"

#include <schemist/error.hpp>

#include <string>

#include <doctest/doctest.h>

namespace {

std::string answer(std::vector<chat::Turn> turns, std::int64_t earlier = 0) {
    const auto reply = chat::BuiltInResponder().reply({std::move(turns), earlier});
    REQUIRE(reply);
    return reply->content;
}

bool mentions(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the built-in responder greets, and knows whether it has met") {
    CHECK(mentions(answer({{"user", "Hello!"}}), "Hello!"));
    CHECK(mentions(answer({{"user", "Hello!"}, {"assistant", "Hello!"}, {"user", "hi"}}), "again"));
    CHECK(answer({{"user", "Hello!"}}) == answer({{"user", "Hello!"}}));
}

TEST_CASE("the built-in responder counts the whole conversation") {
    CHECK(mentions(answer({{"user", "How many messages are there?"}}), "1 message "));
    CHECK(mentions(answer({{"user", "a"}, {"assistant", "b"}, {"user", "count"}}), "3 messages"));
    CHECK(mentions(answer({{"user", "count"}}, 40), "41 messages"));
}

TEST_CASE("the built-in responder recalls what the user said before") {
    CHECK(mentions(
        answer(
            {{"user", "The key is under the mat."}, {"assistant", "ok"}, {"user", "what did I say before?"}}),
        "\"The key is under the mat.\""));
    CHECK(mentions(answer({{"user", "do you remember?"}}), "first"));
}

TEST_CASE("the built-in responder never answers with more than a message may have") {
    std::string longest;
    for (int i = 0; i < 10'000; ++i) {
        longest += "\xF0\x9F\x91\x8B";
    }
    const std::string content = answer({{"user", longest}, {"user", longest}});
    CHECK(chat::is_utf8(content));
    CHECK(chat::characters(content) <= chat::longest_message);
    CHECK_FALSE(content.empty());
}

TEST_CASE("a completion request has the system prompt, the history and the model") {
    const chat::EndpointSettings settings{
        .url = "http://localhost", .key = "secret", .model = "small", .system_prompt = "Be kind."};
    CHECK(
        chat::completion_request(settings, {{{"user", "a"}, {"assistant", "b"}, {"tool", "c"}}, 0}) ==
        R"({"model":"small","messages":[{"role":"system","content":"Be kind."},{"role":"user","content":"a"},)"
        R"({"role":"assistant","content":"b"},{"role":"user","content":"c"}]})");
}

TEST_CASE("the reply is taken out of a completion") {
    const auto reply = chat::completion_reply(
        R"({"model":"small-1","choices":[{"message":{"role":"assistant","content":"Hi\u0000!"},"finish_reason":"stop"}]})");
    REQUIRE(reply);
    CHECK(reply->content == "Hi!");
    CHECK(reply->metadata == R"({"model":"small-1","finish_reason":"stop"})");
}

TEST_CASE("a reply that is too long is cut at a character, and says so") {
    std::string content;
    for (int i = 0; i < 10'001; ++i) {
        content += "\xE2\x82\xAC";
    }
    const auto reply =
        chat::completion_reply(R"({"choices":[{"message":{"content":")" + content + R"("}}]})");
    REQUIRE(reply);
    CHECK(chat::characters(reply->content) == chat::longest_message);
    CHECK(chat::is_utf8(reply->content));
    CHECK(reply->metadata == R"({"cut":true})");
}

TEST_CASE("what is no completion is a failure of the endpoint") {
    for (const char* body :
         {"", "<html>", "[]", "null", "{}", R"({"choices":[]})", R"({"choices":{}})",
          R"({"choices":[{"message":{}}]})", R"({"choices":[{"message":{"content":null}}]})",
          R"({"choices":[{"message":{"content":""}}]})", R"({"choices":[{"message":{"content":"\u0000"}}]})",
          R"({"choices":[{"message":"text"}]})", "{\"choices\":[{\"message\":{\"content\":\"\xFF\"}}]}"}) {
        CAPTURE(body);
        const auto reply = chat::completion_reply(body);
        REQUIRE_FALSE(reply);
        CHECK(reply.problem().status == 502);
        CHECK(reply.problem().field.empty());
    }
}

TEST_CASE("an endpoint needs an HTTP URL, and its key is never shown") {
    for (const char* url : {"", "localhost:8000", "ftp://host/v1", "https://"}) {
        CAPTURE(url);
        CHECK_THROWS_AS(chat::EndpointResponder({.url = url, .key = "k", .model = "m"}), schemist::Error);
    }
    const chat::EndpointResponder responder(
        {.url = "https://user:secret@host:8443/v1/", .key = "k3y", .model = "small"});
    CHECK(responder.description() == "small at host:8443");
}
