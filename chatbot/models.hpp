// The chatbot's data: the members of each struct are the columns of its table.
#pragma once

#include <schemist/model.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace chat {

using schemist::Json;
using schemist::Table;
using schemist::Timestamp;

struct Conversation {
    std::int32_t id;
    std::int32_t user_id;
    std::optional<std::string> title;
    Timestamp created_at;
    Timestamp updated_at;

    bool operator==(const Conversation&) const = default;

    static void describe(Table<Conversation>& t) {
        t.name("conversations");
        t.comment("One chat of a user with the assistant.");
        t.primary_key(&Conversation::id).identity();
        t.column(&Conversation::user_id).comment("The user it belongs to; the users are kept elsewhere.");
        t.column(&Conversation::title).length(100);
        t.column(&Conversation::created_at).default_to(schemist::now);
        t.column(&Conversation::updated_at).default_to(schemist::now);
        t.index(&Conversation::user_id);
    }
};

enum class Role { user, assistant, system, tool };

struct Message {
    std::int32_t id;
    std::int32_t conversation_id;
    std::int32_t user_id;
    Role role;
    std::string content;
    Timestamp timestamp;
    std::optional<Json> metadata_json;
    Timestamp created_at;
    Timestamp updated_at;

    bool operator==(const Message&) const = default;

    static void describe(Table<Message>& t) {
        t.name("messages");
        t.comment("One turn of a conversation.");
        t.primary_key(&Message::id).identity();
        t.foreign_key(&Message::conversation_id).references(&Conversation::id).on_delete(schemist::cascade);
        t.column(&Message::role).as_text().length(20);
        t.column(&Message::content).check_length(1, 10'000);
        t.column(&Message::timestamp).default_to(schemist::now);
        t.column(&Message::created_at).default_to(schemist::now);
        t.column(&Message::updated_at).default_to(schemist::now);
        t.index(&Message::conversation_id);
        t.index(&Message::user_id);
        t.index(&Message::timestamp);
    }
};

// What was stored for a request that may come again, because its answer got lost.
struct ExchangeKey {
    std::int32_t user_id;
    std::string idempotency_key;
    std::string request_digest;
    std::int32_t conversation_id;
    std::int32_t message_id;
    std::int32_t reply_id;
    Timestamp created_at;

    bool operator==(const ExchangeKey&) const = default;

    static void describe(Table<ExchangeKey>& t) {
        t.name("exchange_keys");
        t.comment("Which exchange of messages a request has led to, so that none is stored twice.");
        t.primary_key(&ExchangeKey::user_id, &ExchangeKey::idempotency_key);
        t.foreign_key(&ExchangeKey::conversation_id)
            .references(&Conversation::id)
            .on_delete(schemist::cascade);
        t.column(&ExchangeKey::idempotency_key).length(128);
        t.column(&ExchangeKey::request_digest).length(64).comment("SHA-256, in hexadecimal digits.");
        t.column(&ExchangeKey::created_at).default_to(schemist::now);
        t.index(&ExchangeKey::conversation_id);
    }
};

inline constexpr schemist::Models<Conversation, Message, ExchangeKey> models;

}  // namespace chat
