#include "conversation_store.hpp"

#include "text.hpp"

#include <schemist/database.hpp>

#include <algorithm>
#include <array>

namespace chat {

namespace {

constexpr std::array<std::string_view, 4> role_names{"user", "assistant", "system", "tool"};
constexpr std::string_view unique_violation = "23505";

// One more than the page has was asked for, which tells whether there are more.
template <class Row>
Page<Row> to_page(std::vector<Row> rows, std::int32_t limit) {
    const bool more = rows.size() > static_cast<std::size_t>(limit);
    if (more) {
        rows.pop_back();
    }
    return {std::move(rows), more};
}

Message new_message(std::int32_t conversation_id, std::int32_t user_id, Role role, const std::string& content,
                    Timestamp timestamp, const std::optional<std::string>& metadata) {
    Message message{};
    message.conversation_id = conversation_id;
    message.user_id = user_id;
    message.role = role;
    message.content = content;
    message.timestamp = timestamp;
    if (metadata) {
        message.metadata_json = Json::parse(*metadata);
    }
    return message;
}

// The id of the conversation that the exchange goes to. Writing comes first: it takes the lock that keeps the
// pairs of one conversation together, and on SQLite a transaction that begins by reading may not be let to
// write later.
std::optional<std::int32_t> claim(schemist::Database& db, const Exchange& exchange) {
    const ChatRequest& request = exchange.request;
    if (!request.conversation_id) {
        Conversation conversation{};
        conversation.user_id = request.user_id;
        conversation.title = std::string(first_characters(request.message, longest_title));
        return db.insert(conversation).id;
    }
    const auto changed = db.update<Conversation>()
                             .set(&Conversation::updated_at, schemist::now)
                             .where(&Conversation::id, *request.conversation_id)
                             .where(&Conversation::user_id, request.user_id)
                             .run();
    return changed == 0 ? std::nullopt : request.conversation_id;
}

std::optional<StoredExchange> stored_under(schemist::Database& db, std::int32_t user_id,
                                           const std::string& key) {
    const auto found = db.get<ExchangeKey>(user_id, key);
    if (!found) {
        return std::nullopt;
    }
    auto message = db.get<Message>(found->message_id);
    auto reply = db.get<Message>(found->reply_id);
    if (!message || !reply) {
        return std::nullopt;
    }
    return StoredExchange{std::move(*message), std::move(*reply), found->request_digest};
}

std::optional<StoredExchange> store_once(schemist::Database& db, const Exchange& exchange) {
    const ChatRequest& request = exchange.request;
    schemist::Transaction transaction(db);
    const auto conversation_id = claim(db, exchange);
    if (auto found = stored_under(db, request.user_id, exchange.key)) {
        return found;
    }
    if (!conversation_id) {
        return std::nullopt;
    }
    StoredExchange stored;
    stored.message = db.insert(new_message(*conversation_id, request.user_id, role_named(request.role),
                                           request.message, exchange.asked_at, request.metadata));
    stored.reply =
        db.insert(new_message(*conversation_id, request.user_id, Role::assistant, exchange.reply.content,
                              exchange.answered_at, exchange.reply.metadata));
    stored.digest = digest_of(request);
    ExchangeKey key{};
    key.user_id = request.user_id;
    key.idempotency_key = exchange.key;
    key.request_digest = stored.digest;
    key.conversation_id = *conversation_id;
    key.message_id = stored.message.id;
    key.reply_id = stored.reply.id;
    db.insert(key);
    transaction.commit();
    return stored;
}

}  // namespace

std::string_view to_string(Role role) {
    return role_names.at(static_cast<std::size_t>(role));
}

Role role_named(std::string_view name) {
    const auto found = std::find(role_names.begin(), role_names.end(), name);
    return static_cast<Role>(found - role_names.begin());
}

std::optional<Conversation> ConversationStore::find(std::int32_t id, std::int32_t user_id) const {
    return pool_.run([&](schemist::Database& db) {
        return db.select<Conversation>()
            .where(&Conversation::id, id)
            .where(&Conversation::user_id, user_id)
            .first();
    });
}

Page<Conversation> ConversationStore::list(const PageRequest& page) const {
    return pool_.run([&](schemist::Database& db) {
        auto query = db.select<Conversation>();
        query.where(&Conversation::user_id, page.user_id);
        if (page.before) {
            query.where(&Conversation::id, schemist::less, *page.before);
        }
        return to_page(query.order_by(&Conversation::id, schemist::descending).limit(page.limit + 1).all(),
                       page.limit);
    });
}

Page<Message> ConversationStore::messages(std::int32_t conversation_id, const PageRequest& page) const {
    return pool_.run([&](schemist::Database& db) {
        auto query = db.select<Message>();
        query.where(&Message::conversation_id, conversation_id);
        if (page.before) {
            query.where(&Message::id, schemist::less, *page.before);
        }
        auto result = to_page(query.order_by(&Message::id, schemist::descending).limit(page.limit + 1).all(),
                              page.limit);
        std::reverse(result.rows.begin(), result.rows.end());
        return result;
    });
}

Prompt ConversationStore::recall(std::int32_t conversation_id, std::int64_t turns) const {
    return pool_.run([&](schemist::Database& db) {
        const auto count = db.select<Message>().where(&Message::conversation_id, conversation_id).count();
        auto newest = db.select<Message>()
                          .where(&Message::conversation_id, conversation_id)
                          .order_by(&Message::id, schemist::descending)
                          .limit(turns)
                          .all();
        Prompt prompt;
        for (auto message = newest.rbegin(); message != newest.rend(); ++message) {
            prompt.turns.push_back({std::string(to_string(message->role)), std::move(message->content)});
        }
        prompt.earlier_turns = std::max<std::int64_t>(0, count - static_cast<std::int64_t>(newest.size()));
        return prompt;
    });
}

std::optional<StoredExchange> ConversationStore::stored(std::int32_t user_id, const std::string& key) const {
    return pool_.run([&](schemist::Database& db) { return stored_under(db, user_id, key); });
}

std::optional<StoredExchange> ConversationStore::store(const Exchange& exchange) const {
    return pool_.run([&](schemist::Database& db) {
        try {
            return store_once(db, exchange);
        } catch (const schemist::Error& error) {
            if (error.sqlstate() != unique_violation) {
                throw;
            }
            // Another replica was faster with the same key.
            return stored_under(db, exchange.request.user_id, exchange.key);
        }
    });
}

std::optional<Conversation> ConversationStore::rename(std::int32_t id, const RenameRequest& request) const {
    return pool_.run([&](schemist::Database& db) {
        const auto changed = db.update<Conversation>()
                                 .set(&Conversation::title, request.title)
                                 .set(&Conversation::updated_at, schemist::now)
                                 .where(&Conversation::id, id)
                                 .where(&Conversation::user_id, request.user_id)
                                 .run();
        return changed == 0 ? std::nullopt : db.get<Conversation>(id);
    });
}

// It is looked for first: when the answer to the deletion got lost, a second attempt would not find what the first one has
// deleted, and must not say that it never was.
bool ConversationStore::erase(std::int32_t id, std::int32_t user_id) const {
    if (!find(id, user_id)) {
        return false;
    }
    pool_.run([&](schemist::Database& db) {
        return db.erase<Conversation>()
            .where(&Conversation::id, id)
            .where(&Conversation::user_id, user_id)
            .run();
    });
    return true;
}

}  // namespace chat
