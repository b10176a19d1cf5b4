#include "completion_stream.hpp"

#include "request.hpp"
#include "text.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace chat {

using Json = nlohmann::ordered_json;

namespace {

constexpr std::size_t longest_line = 1024 * 1024;
constexpr std::size_t longest_reason = 300;  // characters

}  // namespace

Problem endpoint_failed(std::string message) {
    return {502, "", "the chat endpoint " + std::move(message)};
}

void Completion::add(std::string text, const Listener& listener) {
    text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
    const std::size_t length = characters(text);
    if (length_ + length > longest_message) {
        text = std::string(first_characters(text, longest_message - length_));
        metadata_["cut"] = true;
    }
    length_ = std::min(length_ + length, longest_message);
    if (!text.empty() && listener) {
        listener(text);
    }
    content_ += text;
}

// Only text that every database can store; nobody promises what an endpoint sends.
void Completion::describe(const Json& source, const char* name) {
    const auto found = source.find(name);
    if (found != source.end() && found->is_string() &&
        found->get_ref<const std::string&>().find('\0') == std::string::npos) {
        metadata_[name] = *found;
    }
}

Result<Reply> Completion::reply() const {
    if (content_.empty()) {
        return endpoint_failed("answered with an empty message");
    }
    return Reply{content_, metadata_.dump()};
}

void CompletionStream::receive(std::string_view bytes) {
    for (std::size_t end = bytes.find('\n'); end != std::string_view::npos; end = bytes.find('\n')) {
        line_ += bytes.substr(0, end);
        bytes.remove_prefix(end + 1);
        take_line(line_);
        line_.clear();
    }
    line_ += bytes;
    if (line_.size() > longest_line) {
        failure_ = "sends lines without an end";
        line_.clear();
    }
}

void CompletionStream::take_line(std::string_view line) {
    constexpr std::string_view field = "data:";
    if (!line.empty() && line.back() == '\r') {
        line.remove_suffix(1);
    }
    if (line.substr(0, field.size()) != field) {
        return;
    }
    line.remove_prefix(std::min(line.find_first_not_of(' ', field.size()), line.size()));
    if (line == "[DONE]") {
        complete_ = true;
        return;
    }
    const Json event = Json::parse(line, nullptr, false);
    if (event.is_discarded() || !event.is_object()) {
        failure_ = "sent an event that is no JSON";
        return;
    }
    if (event.contains("error")) {
        const auto message = Json::json_pointer("/error/message");
        const bool told = event["error"].is_object() && event.contains(message) && event[message].is_string();
        failure_ =
            "broke off" + (told ? ": " + std::string(first_characters(
                                             event[message].get_ref<const std::string&>(), longest_reason))
                                : std::string());
        return;
    }
    completion_.describe(event, "model");
    const auto choice = Json::json_pointer("/choices/0");
    if (!event.contains("choices") || !event["choices"].is_array() || event["choices"].empty() ||
        !event[choice].is_object()) {
        return;
    }
    completion_.describe(event[choice], "finish_reason");
    complete_ =
        complete_ || (event[choice].contains("finish_reason") && event[choice]["finish_reason"].is_string());
    const auto content = Json::json_pointer("/delta/content");
    if (event[choice].contains("delta") && event[choice]["delta"].is_object() &&
        event[choice].contains(content) && event[choice][content].is_string()) {
        completion_.add(event[choice][content].get<std::string>(), listener_);
    }
}

Result<Reply> CompletionStream::reply() const {
    if (!failure_.empty()) {
        return endpoint_failed(failure_);
    }
    return complete_ ? completion_.reply() : endpoint_failed("broke off in the middle of its answer");
}

}  // namespace chat
