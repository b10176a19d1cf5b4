// The tables of models_v1.hpp a while later.
#pragma once

#include <schemist/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace example {

enum class State { open, closed, archived };
enum class Role { user, assistant, tool };

struct Conversation {
    std::int32_t id;
    std::int64_t user_id;              // was smaller
    std::optional<std::string> title;  // was shorter
    State state;                       // has one value more
    schemist::Timestamp created_at;
    bool pinned;  // new, and not null

    static void describe(schemist::Table<Conversation>& t) {
        t.name("conversations");
        t.primary_key(&Conversation::id).identity();
        t.column(&Conversation::title).length(200);
        t.column(&Conversation::state).default_to(State::open);
        t.column(&Conversation::created_at).default_to(schemist::now);
        t.column(&Conversation::pinned).default_to(false);
        t.index(&Conversation::user_id);
    }
};

struct Message {
    std::int32_t id;
    std::int32_t conversation_id;
    Role role;         // may be one thing more
    std::string body;  // had another name
    std::optional<schemist::Json> metadata_json;
    std::optional<std::int32_t> token_count;  // new

    static void describe(schemist::Table<Message>& t) {
        t.name("messages");
        t.primary_key(&Message::id).identity();
        t.foreign_key(&Message::conversation_id).references(&Conversation::id).on_delete(schemist::cascade);
        t.column(&Message::role).as_text().length(20);
        t.column(&Message::body).was("content").check_length(1, 10'000);
        t.index(&Message::conversation_id);
        t.index(&Message::conversation_id, schemist::descending(&Message::id));
    }
};

inline constexpr schemist::Models<Conversation, Message> models;

}  // namespace example
