// Answers from a language model behind an OpenAI-compatible HTTP endpoint.
#pragma once

#include "responder.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace chat {

struct EndpointSettings {
    std::string url;  // with or without /chat/completions at its end
    std::string key;
    std::string model;
    std::string system_prompt = "You are a helpful assistant. Answer briefly.";
    std::chrono::seconds connect_timeout{5};
    std::chrono::seconds answer_timeout{60};
};

// A failure of the endpoint is a problem with status 502 that says what happened, and never shows the key.
class EndpointResponder : public Responder {
  public:
    // Throws schemist::Error when the URL is none.
    explicit EndpointResponder(EndpointSettings settings);
    Result<Reply> answer(const Prompt& prompt, const Listener& listener) const override;
    std::string name() const override { return settings_.model; }
    std::string description() const override;

  private:
    Problem unanswered(std::string_view reason) const;
    Problem refused(int status, std::string_view body) const;

    EndpointSettings settings_;
    std::string origin_;  // scheme, host and port
    std::string path_;
};

// The JSON text that is sent, and the reply in the JSON text that comes back.
std::string completion_request(const EndpointSettings& settings, const Prompt& prompt, bool stream = false);
Result<Reply> completion_reply(std::string_view body);

}  // namespace chat
