#include "chatbot_process.hpp"

#include <regex>
#include <stdexcept>

#include <doctest/doctest.h>

namespace chat::test {

namespace {

schemist::test::Command command_of(const Environment& environment,
                                   const std::vector<std::string>& arguments) {
    schemist::test::Command command;
    command.arguments = arguments;
    command.arguments.insert(command.arguments.begin(), SCHEMIST_BINARY_DIR "/chatbot");
    command.environment = environment;
    return command;
}

}  // namespace

Environment environment_for(const std::string& database_url, std::initializer_list<Environment> more) {
    Environment environment{
        {"DATABASE_URL", database_url}, {"PORT", "0"}, {"HOST", "127.0.0.1"}, {"CHAT_AUTH", "development"}};
    for (const Environment& variables : more) {
        for (const auto& [name, value] : variables) {
            environment[name] = value;
        }
    }
    return environment;
}

std::string with_password(const std::string& url) {
    const std::size_t end_of_user = url.find('@');
    REQUIRE(end_of_user != std::string::npos);
    return url.substr(0, end_of_user) + ":" + std::string(schemist::test::encoded_password) +
           url.substr(end_of_user);
}

ChatbotProcess::ChatbotProcess(const Environment& environment, const std::vector<std::string>& arguments)
    : process_(command_of(environment, arguments)) {}

std::string ChatbotProcess::url() {
    process_.wait_for_output("listening   on ");
    const std::string output = process_.out();
    std::smatch found;
    REQUIRE(std::regex_search(output, found, std::regex("listening   on ([^ \n]+)\n")));
    return "http://" + found[1].str();
}

httplib::Client ChatbotProcess::client() {
    httplib::Client client(url());
    client.set_read_timeout(60);
    return client;
}

HttpAnswer ChatbotProcess::get(const std::string& path) {
    return to_http_answer(client().Get(path));
}

HttpAnswer ChatbotProcess::head(const std::string& path) {
    return to_http_answer(client().Head(path));
}

HttpAnswer ChatbotProcess::post(const std::string& path, const std::string& token, const std::string& body) {
    httplib::Headers headers;
    if (!token.empty()) {
        headers.emplace("Authorization", "Bearer " + token);
    }
    return to_http_answer(client().Post(path, headers, body, "application/json"));
}

HttpAnswer ChatbotProcess::say(const std::string& message) {
    return post("/api/chat", "", Document{{"user_id", 1}, {"message", message}}.dump());
}

void ChatbotProcess::wait_until_ready() {
    process_.wait_for_output("ready at ");
    CHECK(get("/ready").status == 200);
}

void ChatbotProcess::wait_until(const std::string& state) {
    schemist::test::wait_until("the chatbot to be " + state,
                               [&] { return get("/ready").body.at("state") == state; });
}

}  // namespace chat::test
