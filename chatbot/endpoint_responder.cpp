#include "endpoint_responder.hpp"

#include "request.hpp"
#include "text.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <httplib.h>
#include <nlohmann/json.hpp>

namespace chat {

namespace {

using Json = nlohmann::ordered_json;

Problem failed(std::string message) {
    return {502, "", "the chat endpoint " + std::move(message)};
}

// What an OpenAI-compatible endpoint says about an error: {"error": {"message": "..."}} or {"error": "..."}.
std::string reason(std::string_view body) {
    const Json answer = Json::parse(body, nullptr, false);
    if (!answer.is_object() || !answer.contains("error")) {
        return "";
    }
    const Json& error = answer["error"];
    const Json* text = error.is_object() && error.contains("message") ? &error["message"] : &error;
    return text->is_string() ? ": " + std::string(first_characters(text->get<std::string>(), 300)) : "";
}

// Only text that every database can store; nobody promises what an endpoint sends.
void copy_text(const Json& from, const char* key, Json& to) {
    const auto found = from.find(key);
    if (found != from.end() && found->is_string() &&
        found->get_ref<const std::string&>().find('\0') == std::string::npos) {
        to[key] = *found;
    }
}

std::string without(std::string text, const std::string& secret) {
    for (std::size_t at = 0; !secret.empty() && (at = text.find(secret, at)) != std::string::npos;) {
        text.replace(at, secret.size(), "***");
    }
    return text;
}

}  // namespace

EndpointResponder::EndpointResponder(EndpointSettings settings) : settings_(std::move(settings)) {
    constexpr std::string_view completions = "/chat/completions";
    const std::size_t scheme = settings_.url.find("://");
    const std::string name = settings_.url.substr(0, scheme);
    if (scheme == std::string::npos || (name != "http" && name != "https") ||
        settings_.url.size() == scheme + 3) {
        throw schemist::Error("CHAT_API_URL is not an http:// or https:// URL")
            .hint("set it to, for example, https://api.openai.com/v1")
            .exit_code(schemist::ExitCode::configuration);
    }
    const std::size_t path = std::min(settings_.url.find('/', scheme + 3), settings_.url.size());
    origin_ = settings_.url.substr(0, path);
    path_ = settings_.url.substr(path);
    while (!path_.empty() && path_.back() == '/') {
        path_.pop_back();
    }
    if (path_.size() < completions.size() ||
        path_.compare(path_.size() - completions.size(), completions.size(), completions) != 0) {
        path_ += completions;
    }
}

std::string EndpointResponder::description() const {
    return fmt::format("{} at {}", settings_.model, origin_.substr(origin_.find('@') + 1));
}

std::string completion_request(const EndpointSettings& settings, const Prompt& prompt) {
    Json messages = Json::array();
    if (!settings.system_prompt.empty()) {
        messages.push_back({{"role", "system"}, {"content", settings.system_prompt}});
    }
    for (const Turn& turn : prompt.turns) {
        // A tool's output can only be sent as an answer to a call that the endpoint made, and it made none.
        messages.push_back({{"role", turn.role == "tool" ? "user" : turn.role}, {"content", turn.content}});
    }
    return Json{{"model", settings.model}, {"messages", std::move(messages)}}.dump();
}

Result<Reply> completion_reply(std::string_view body) {
    const Json answer = Json::parse(body, nullptr, false);
    const auto choices = Json::json_pointer("/choices/0/message/content");
    if (answer.is_discarded() || !answer.contains(choices) || !answer[choices].is_string()) {
        return failed("answered with something that is no chat completion");
    }
    std::string content = answer[choices].get<std::string>();
    content.erase(std::remove(content.begin(), content.end(), '\0'), content.end());
    if (content.empty()) {
        return failed("answered with an empty message");
    }
    Json metadata = Json::object();
    copy_text(answer, "model", metadata);
    copy_text(answer["choices"][0], "finish_reason", metadata);
    if (characters(content) > longest_message) {
        content = first_characters(content, longest_message);
        metadata["cut"] = true;
    }
    return Reply{std::move(content), metadata.dump()};
}

Result<Reply> EndpointResponder::reply(const Prompt& prompt) const {
    httplib::Client client(origin_);
    client.set_connection_timeout(settings_.connect_timeout);
    client.set_read_timeout(settings_.answer_timeout);
    client.set_write_timeout(settings_.connect_timeout);
    const httplib::Headers headers{{"Authorization", "Bearer " + settings_.key}};
    const auto answer =
        client.Post(path_, headers, completion_request(settings_, prompt), "application/json");
    if (!answer) {
        return failed(fmt::format("at {} could not be asked: {}", origin_.substr(origin_.find('@') + 1),
                                  httplib::to_string(answer.error())));
    }
    if (answer->status != 200) {
        return failed(without(fmt::format("answered with status {}{}", answer->status, reason(answer->body)),
                              settings_.key));
    }
    return completion_reply(answer->body);
}

}  // namespace chat
