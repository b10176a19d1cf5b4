// Where the answers come from.
#pragma once

#include "problem.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

// One message of a conversation, as a responder sees it. Roles are user, assistant, system and tool.
struct Turn {
    std::string role;
    std::string content;
};

struct Prompt {
    std::vector<Turn> turns;         // the newest ones, oldest first; the last is the one to answer
    std::int64_t earlier_turns = 0;  // how many older ones the conversation has
};

struct Reply {
    std::string content;   // 1 to longest_message characters
    std::string metadata;  // the text of a JSON object: who answered, and how it ended
};

// Gets a reply piece by piece, while it is made. Together the pieces are the reply's content.
using Listener = std::function<void(std::string_view piece)>;

class Responder {
  public:
    virtual ~Responder() = default;
    // These are called by several threads at once, and never while a database connection is held.
    Result<Reply> reply(const Prompt& prompt) const { return answer(prompt, {}); }
    // With a listener, that hears the reply before it is complete. What it has heard is void when a problem ends it.
    virtual Result<Reply> answer(const Prompt& prompt, const Listener& listener) const = 0;
    // Who answers: for users, and for those who run the service.
    virtual std::string name() const = 0;
    virtual std::string description() const { return name(); }
};

// Answers without any network: greets, says what it can do, counts and recalls what was said, and otherwise
// repeats what it was told. The same conversation always gets the same answer.
class BuiltInResponder : public Responder {
  public:
    Result<Reply> answer(const Prompt& prompt, const Listener& listener) const override;
    std::string name() const override { return "the built-in responder"; }
};

}  // namespace chat
