// What an OpenAI-compatible endpoint answers, piece by piece.
#pragma once

#include "problem.hpp"
#include "responder.hpp"

#include <cstddef>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace chat {

// 502, with what the endpoint did.
Problem endpoint_failed(std::string message);

// A reply that grows. It keeps what can be stored: no U+0000, at most longest_message characters.
class Completion {
  public:
    // The listener hears what was kept of it.
    void add(std::string text, const Listener& listener);
    // Takes a text that the endpoint tells about its answer.
    void describe(const nlohmann::ordered_json& source, const char* name);

    Result<Reply> reply() const;

  private:
    std::string content_;
    std::size_t length_ = 0;  // characters
    nlohmann::ordered_json metadata_ = nlohmann::ordered_json::object();
};

// The server-sent events of an answer that is streamed, in whatever pieces they arrive.
class CompletionStream {
  public:
    explicit CompletionStream(Listener listener) : listener_(std::move(listener)) {}

    void receive(std::string_view bytes);
    // A problem when the stream broke off or told of an error.
    Result<Reply> reply() const;

  private:
    void take_line(std::string_view line);

    Listener listener_;
    std::string line_;
    Completion completion_;
    std::string failure_;
    bool complete_ = false;
};

}  // namespace chat
