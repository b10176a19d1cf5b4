// Where the answers come from.
#pragma once

#include "problem.hpp"

#include <cstdint>
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

class Responder {
  public:
    virtual ~Responder() = default;
    // Called by several threads at once, and never while a database connection is held.
    virtual Result<Reply> reply(const Prompt& prompt) const = 0;
    // Who answers, for people.
    virtual std::string description() const = 0;
};

// Answers without any network: greets, says what it can do, counts and recalls what was said, and otherwise
// repeats what it was told. The same conversation always gets the same answer.
class BuiltInResponder : public Responder {
  public:
    Result<Reply> reply(const Prompt& prompt) const override;
    std::string description() const override { return "the built-in responder"; }
};

}  // namespace chat
