// The chatbot's tables, with an enum of PostgreSQL's own.
#pragma once

#include <schemist/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace example {

enum class State { open, closed };
enum class Role { user, assistant };

struct Conversation {
    std::int32_t id;
    std::int32_t user_id;
    std::optional<std::string> title;
    State state;
    schemist::Timestamp created_at;

    static void describe(schemist::Table<Conversation>& t) {
        t.name("conversations");
        t.primary_key(&Conversation::id).identity();
        t.column(&Conversation::title).length(100);
        t.column(&Conversation::state).default_to(State::open);
        t.column(&Conversation::created_at).default_to(schemist::now);
        t.index(&Conversation::user_id);
    }
};

struct Message {
    std::int32_t id;
    std::int32_t conversation_id;
    Role role;
    std::string content;
    std::optional<schemist::Json> metadata_json;

    static void describe(schemist::Table<Message>& t) {
        t.name("messages");
        t.primary_key(&Message::id).identity();
        t.foreign_key(&Message::conversation_id).references(&Conversation::id).on_delete(schemist::cascade);
        t.column(&Message::role).as_text().length(20);
        t.column(&Message::content).check_length(1, 10'000);
        t.index(&Message::conversation_id);
    }
};

inline constexpr schemist::Models<Conversation, Message> models;

}  // namespace example
