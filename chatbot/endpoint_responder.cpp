#include "endpoint_responder.hpp"

#include "completion_stream.hpp"
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

constexpr std::size_t longest_completion = 16 * 1024 * 1024;  // bytes

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

std::string completion_request(const EndpointSettings& settings, const Prompt& prompt, bool stream) {
    Json messages = Json::array();
    if (!settings.system_prompt.empty()) {
        messages.push_back({{"role", "system"}, {"content", settings.system_prompt}});
    }
    for (const Turn& turn : prompt.turns) {
        // A tool's output can only be sent as an answer to a call that the endpoint made, and it made none.
        messages.push_back({{"role", turn.role == "tool" ? "user" : turn.role}, {"content", turn.content}});
    }
    Json request{{"model", settings.model}, {"messages", std::move(messages)}};
    if (stream) {
        request["stream"] = true;
    }
    return request.dump();
}

Result<Reply> completion_reply(std::string_view body) {
    const Json answer = Json::parse(body, nullptr, false);
    const auto choices = Json::json_pointer("/choices/0/message/content");
    if (answer.is_discarded() || !answer.contains(choices) || !answer[choices].is_string()) {
        return endpoint_failed("answered with something that is no chat completion");
    }
    Completion completion;
    completion.add(answer[choices].get<std::string>(), {});
    completion.describe(answer, "model");
    completion.describe(answer["choices"][0], "finish_reason");
    return completion.reply();
}

Problem EndpointResponder::unanswered(std::string_view reason) const {
    return endpoint_failed(
        fmt::format("at {} could not be asked: {}", origin_.substr(origin_.find('@') + 1), reason));
}

Problem EndpointResponder::refused(int status, std::string_view body) const {
    return endpoint_failed(
        without(fmt::format("answered with status {}{}", status, reason(body)), settings_.key));
}

Result<Reply> EndpointResponder::answer(const Prompt& prompt, const Listener& listener) const {
    httplib::Client client(origin_);
    client.set_connection_timeout(settings_.connect_timeout);
    client.set_read_timeout(settings_.answer_timeout);
    client.set_write_timeout(settings_.connect_timeout);
    const bool stream = static_cast<bool>(listener);
    httplib::Request request;
    request.method = "POST";
    request.path = path_;
    request.headers = {{"Authorization", "Bearer " + settings_.key}, {"Content-Type", "application/json"}};
    request.body = completion_request(settings_, prompt, stream);
    // An endpoint that fails, or that knows no streams, answers with one piece of JSON.
    bool events = false;
    int status = 0;
    std::string body;
    CompletionStream completion(listener);
    request.response_handler = [&](const httplib::Response& response) {
        status = response.status;
        events = stream && status == 200 &&
                 response.get_header_value("Content-Type").find("text/event-stream") != std::string::npos;
        return true;
    };
    request.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
        if (events) {
            completion.receive({data, size});
            return true;
        }
        body.append(data, size);
        return body.size() <= longest_completion;
    };
    const auto answer = client.send(request);
    if (!answer) {
        return unanswered(httplib::to_string(answer.error()));
    }
    if (status != 200) {
        return refused(status, body);
    }
    if (events) {
        const auto reply = completion.reply();
        return reply ? reply : Problem{502, "", without(reply.problem().message, settings_.key)};
    }
    auto reply = completion_reply(body);
    if (reply && listener) {
        listener(reply->content);
    }
    return reply;
}

}  // namespace chat
