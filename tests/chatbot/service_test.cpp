#include "service.hpp"

#include "running_service.hpp"
#include "text.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

using chat::test::Backend;
using chat::test::Document;
using chat::test::EmptyDatabase;
using chat::test::RunningService;

namespace {

std::string repeated(const std::string& text, int times) {
    std::string result;
    for (int i = 0; i < times; ++i) {
        result += text;
    }
    return result;
}

const std::string wave = "\xF0\x9F\x91\x8B";

template <class Test>
void on_both(Test test) {
    SUBCASE("SQLite") {
        test(Backend::sqlite);
    }
    SUBCASE("PostgreSQL") {
        test(Backend::postgresql);
    }
}

std::string error_field(const chat::test::HttpAnswer& answer) {
    const Document& field = answer.body.at("error").at("field");
    CHECK_FALSE(answer.body.at("error").at("message").get<std::string>().empty());
    return field.is_null() ? "" : field.get<std::string>();
}

std::string of_user(std::int32_t user_id) {
    return "?user_id=" + std::to_string(user_id);
}

std::string path_of(std::int32_t conversation) {
    return "/api/conversations/" + std::to_string(conversation);
}

}  // namespace

TEST_CASE("a message is answered, stored and read back") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const auto first = service.post(
            "/api/chat",
            R"({"user_id":7,"message":"Hello!","metadata":{"client":"test","n":[1,2.5,null,true]}})");
        REQUIRE(first.status == 201);
        const auto id = first.body["conversation_id"].get<std::int32_t>();
        CHECK(first.body["message"]["role"] == "user");
        CHECK(first.body["message"]["content"] == "Hello!");
        CHECK(first.body["message"]["user_id"] == 7);
        CHECK(nlohmann::json(first.body["message"]["metadata"]) ==
              nlohmann::json::parse(R"({"client":"test","n":[1,2.5,null,true]})"));
        CHECK(first.body["reply"]["role"] == "assistant");
        CHECK(first.body["reply"]["metadata"]["model"] == "built-in");
        CHECK_FALSE(first.body["reply"]["content"].get<std::string>().empty());

        const auto second = service.say(7, "How many messages?", id);
        REQUIRE(second.status == 200);
        CHECK(second.body["conversation_id"] == id);
        CHECK(second.body["reply"]["content"].get<std::string>().find("3 messages") != std::string::npos);

        const auto read = service.get(path_of(id) + of_user(7));
        REQUIRE(read.status == 200);
        CHECK(read.body["conversation"]["id"] == id);
        CHECK(read.body["conversation"]["title"] == "Hello!");
        CHECK(read.body["conversation"]["updated_at"] >= read.body["conversation"]["created_at"]);
        CHECK(read.body["next_before"].is_null());
        const Document& messages = read.body["messages"];
        REQUIRE(messages.size() == 4);
        CHECK(messages[0] == first.body["message"]);
        CHECK(messages[1] == first.body["reply"]);
        CHECK(messages[2] == second.body["message"]);
        CHECK(messages[3] == second.body["reply"]);
        CHECK(messages[2]["metadata"].is_null());
        CHECK(messages[2]["timestamp"] >= messages[1]["timestamp"]);
    });
}

TEST_CASE("every role is stored as it was sent") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        for (const std::string role : {"user", "assistant", "system", "tool"}) {
            const auto answer =
                service.post("/api/chat", Document{{"user_id", 1}, {"message", "x"}, {"role", role}}.dump());
            REQUIRE(answer.status == 201);
            CHECK(answer.body["message"]["role"] == role);
        }
    });
}

TEST_CASE("bad input is refused by the field's name, and nothing is stored") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const auto mine = service.say(7, "mine").body["conversation_id"].get<std::int32_t>();
        const auto theirs = service.say(8, "theirs").body["conversation_id"].get<std::int32_t>();
        const std::string before = database.contents();

        struct Bad {
            std::string body;
            int status;
            std::string field;
        };
        const std::string other = std::to_string(theirs);
        const std::vector<Bad> cases{
            {"", 400, "body"},
            {"{\"user_id\":7,", 400, "body"},
            {"[1]", 400, "body"},
            {"{\"user_id\":7,\"message\":\"\xC3\"}", 400, "body"},
            {R"({"message":"x"})", 400, "user_id"},
            {R"({"user_id":"7","message":"x"})", 400, "user_id"},
            {R"({"user_id":0,"message":"x"})", 422, "user_id"},
            {R"({"user_id":7,"message":5})", 400, "message"},
            {R"({"user_id":7})", 400, "message"},
            {R"({"user_id":7,"message":""})", 422, "message"},
            {R"({"user_id":7,"message":"a\u0000b"})", 400, "message"},
            {Document{{"user_id", 7}, {"message", std::string(10'001, 'x')}}.dump(), 422, "message"},
            {Document{{"user_id", 7}, {"message", repeated(wave, 10'001)}}.dump(), 422, "message"},
            {R"({"user_id":7,"message":"x","role":"root"})", 422, "role"},
            {R"({"user_id":7,"message":"x","metadata":"text"})", 400, "metadata"},
            {R"({"user_id":7,"message":"x","conversation_id":"1"})", 400, "conversation_id"},
            {R"({"user_id":7,"message":"x","conversation_id":999999})", 404, "conversation_id"},
            {R"({"user_id":7,"message":"x","conversation_id":)" + other + "}", 404, "conversation_id"},
            {R"({"user_id":7,"message":")" + std::string(200'000, 'x') + "\"}", 413, "body"}};
        for (const Bad& bad : cases) {
            CAPTURE(bad.body.substr(0, 100));
            const auto answer = service.post("/api/chat", bad.body);
            CHECK(answer.status == bad.status);
            CHECK(error_field(answer) == bad.field);
            CHECK(answer.headers.find("Content-Type")->second == "application/json");
        }
        CHECK(service.patch(path_of(mine), {{"user_id", 7}, {"title", std::string(101, 'x')}}).status == 422);
        CHECK(service.patch(path_of(mine), {{"user_id", 7}, {"title", 5}}).status == 400);
        CHECK(service.patch(path_of(theirs), {{"user_id", 7}, {"title", "stolen"}}).status == 404);
        CHECK(service.remove(path_of(theirs) + of_user(7)).status == 404);
        CHECK(service.remove(path_of(mine)).status == 400);
        CHECK(database.contents() == before);
    });
}

TEST_CASE("a request without any body is refused at once") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    auto client = service.client();
    const auto answer = client.Post("/api/chat");
    REQUIRE(answer);
    CHECK(answer->status == 400);
    CHECK(Document::parse(answer->body)["error"]["field"] == "body");
    CHECK(database.contents().empty());
}

TEST_CASE("someone else's conversation cannot be told from one that is not there") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const auto theirs = service.say(8, "secret").body["conversation_id"].get<std::int32_t>();
        const auto other = service.get(path_of(theirs) + of_user(7));
        const auto unknown = service.get(path_of(theirs + 1000) + of_user(7));
        CHECK(other.status == 404);
        CHECK(error_field(other) == "conversation_id");
        CHECK(other.body == unknown.body);
        CHECK(service.get("/api/conversations" + of_user(7)).body["conversations"].empty());
    });
}

TEST_CASE("text in any script, and the longest messages, come back unchanged") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        for (const std::string& text :
             {std::string(
                  "Gr\xC3\xBC\xC3\x9F Gott, \xE4\xBD\xA0\xE5\xA5\xBD, \xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D, ") +
                  wave,
              std::string("quotes ' \" \\ $1 %s {} -- ; \t\r\n \x01 \x7F"), std::string(10'000, 'x'),
              repeated(wave, 10'000)}) {
            const auto answer = service.say(7, text);
            REQUIRE(answer.status == 201);
            const auto read =
                service.get(path_of(answer.body["conversation_id"].get<std::int32_t>()) + of_user(7));
            CHECK(read.body["messages"][0]["content"] == text);
            CHECK(read.body["conversation"]["title"] == std::string(chat::first_characters(text, 100)));
        }
    });
}

TEST_CASE("a conversation is renamed and deleted with its messages") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const auto kept = service.say(7, "kept").body["conversation_id"].get<std::int32_t>();
        const auto gone = service.say(7, "gone").body["conversation_id"].get<std::int32_t>();

        const auto renamed = service.patch(path_of(kept), {{"user_id", 7}, {"title", repeated(wave, 100)}});
        REQUIRE(renamed.status == 200);
        CHECK(renamed.body["conversation"]["title"] == repeated(wave, 100));
        CHECK(service.get(path_of(kept) + of_user(7)).body["conversation"] == renamed.body["conversation"]);

        const auto deleted = service.remove(path_of(gone) + of_user(7));
        CHECK(deleted.status == 200);
        CHECK(deleted.body["deleted"] == gone);
        CHECK(service.get(path_of(gone) + of_user(7)).status == 404);
        CHECK(service.remove(path_of(gone) + of_user(7)).status == 404);
        CHECK(service.say(7, "more", gone).status == 404);
        CHECK(database.number("SELECT count(*) FROM conversations") == 1);
        CHECK(database.number("SELECT count(*) FROM messages") == 2);
    });
}

TEST_CASE("lists come in pages that neither repeat nor miss anything") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        std::vector<std::int32_t> made;
        for (int i = 0; i < 5; ++i) {
            made.push_back(
                service.say(7, "number " + std::to_string(i)).body["conversation_id"].get<std::int32_t>());
        }
        std::vector<std::int32_t> listed;
        std::string before;
        for (int page = 0; page < 3; ++page) {
            const auto answer = service.get("/api/conversations?user_id=7&limit=2" + before);
            REQUIRE(answer.status == 200);
            for (const Document& conversation : answer.body["conversations"]) {
                listed.push_back(conversation["id"].get<std::int32_t>());
            }
            CHECK(answer.body["next_before"].is_null() == (page == 2));
            before = "&before=" + answer.body["next_before"].dump();
        }
        std::reverse(made.begin(), made.end());
        CHECK(listed == made);

        const auto id = made.front();
        service.say(7, "two", id);
        service.say(7, "three", id);
        const auto newest = service.get(path_of(id) + "?user_id=7&limit=4");
        REQUIRE(newest.body["messages"].size() == 4);
        CHECK(newest.body["messages"][0]["content"] == "two");
        const auto oldest =
            service.get(path_of(id) + "?user_id=7&limit=4&before=" + newest.body["next_before"].dump());
        REQUIRE(oldest.body["messages"].size() == 2);
        CHECK(oldest.body["messages"][0]["content"] == "number 4");
        CHECK(oldest.body["next_before"].is_null());
    });
}

TEST_CASE("an unknown path or method is told as JSON") {
    const EmptyDatabase database(Backend::sqlite);
    const RunningService service(database);
    CHECK(service.get("/nothing").status == 404);
    CHECK(error_field(service.get("/api")).empty());
    CHECK(service.post("/nothing/here", "{}").status == 404);
    CHECK(service.get("/" + std::string(5000, 'a')).status == 404);
    CHECK(service.get("/api/conversations/abc?user_id=7").status == 400);
    CHECK(service.get("/api/conversations/1/messages?user_id=7").status == 400);
    const auto wrong = service.get("/api/chat");
    CHECK(wrong.status == 405);
    CHECK(wrong.headers.find("Allow")->second == "POST");
    CHECK(service.post("/api/conversations", "{}").status == 405);
}

TEST_CASE("a restart finds the same rows, and changes nothing in the schema") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        std::int32_t id = 0;
        Document conversation;
        {
            const RunningService service(database);
            CHECK_FALSE(service.report().applied.empty());
            id = service.say(7, "Remember me").body["conversation_id"].get<std::int32_t>();
            conversation = service.get(path_of(id) + of_user(7)).body;
            CHECK(service.get("/health").body["migrated"] == service.report().applied.size());
        }
        const char* structure =
            backend == Backend::sqlite
                ? "SELECT schema_version FROM pragma_schema_version()"
                : "SELECT max(xmin::text::bigint) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
        const auto version = database.number(structure);
        const RunningService service(database);
        CHECK(service.report().applied.empty());
        CHECK(database.number(structure) == version);
        CHECK(service.get(path_of(id) + of_user(7)).body == conversation);
        const auto health = service.get("/health");
        CHECK(health.status == 200);
        CHECK(health.body["status"] == "ok");
        CHECK(health.body["migrated"] == 0);
        CHECK(service.say(7, "And?", id).status == 200);
    });
}

TEST_CASE("parallel requests are all answered, and each pair stays together") {
    on_both([](Backend backend) {
        const EmptyDatabase database(backend);
        const RunningService service(database);
        const auto shared = service.say(1, "shared").body["conversation_id"].get<std::int32_t>();
        constexpr int clients = 16;
        constexpr int messages = 6;
        std::atomic<int> answered{0};
        std::vector<std::thread> threads;
        for (int client = 0; client < clients; ++client) {
            threads.emplace_back([&, client] {
                for (int i = 0; i < messages; ++i) {
                    const auto answer = client % 2 == 0 ? service.say(1, "together", shared)
                                                        : service.say(100 + client, "alone");
                    answered += answer.status == 200 || answer.status == 201 ? 1 : 0;
                }
            });
        }
        for (auto& thread : threads) {
            thread.join();
        }
        CHECK(answered == clients * messages);
        CHECK(database.number("SELECT count(*) FROM messages") == 2 * (clients * messages + 1));
        const auto read = service.get(path_of(shared) + "?user_id=1&limit=200");
        REQUIRE(read.body["messages"].size() == static_cast<std::size_t>(2 * (clients / 2 * messages + 1)));
        for (std::size_t i = 0; i < read.body["messages"].size(); ++i) {
            CHECK(read.body["messages"][i]["role"] == (i % 2 == 0 ? "user" : "assistant"));
        }
    });
}

TEST_CASE("connections that the server has closed are replaced") {
    const EmptyDatabase database(Backend::postgresql);
    const RunningService service(database);
    const auto id = service.say(7, "before").body["conversation_id"].get<std::int32_t>();
    const auto closed = database.number(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    CHECK(closed >= 1);
    // One request may meet the loss; it says so, and stores nothing.
    const auto first = service.say(7, "between", id);
    CHECK((first.status == 200 || first.status == 503));
    CHECK(service.say(7, "after", id).status == 200);
    CHECK(database.number("SELECT count(*) FROM messages") == (first.status == 200 ? 6 : 4));
}
