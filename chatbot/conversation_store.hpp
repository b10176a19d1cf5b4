// All that the service does with its database: typed rows, and nothing but what the user owns.
#pragma once

#include "connection_pool.hpp"
#include "models.hpp"
#include "request.hpp"
#include "responder.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

template <class Row>
struct Page {
    std::vector<Row> rows;
    bool more = false;  // whether older ones follow
};

// What POST /api/chat stores. The key is the client's, or one that nobody else has.
struct Exchange {
    ChatRequest request;
    std::string key;
    Timestamp asked_at;
    Reply reply;
    Timestamp answered_at;
};

struct StoredExchange {
    Message message;
    Message reply;
    std::string digest;  // of the request that has led to it
};

class ConversationStore {
  public:
    // The pool must outlive the store. Everything is tried again while the database is away, and takes effect once.
    explicit ConversationStore(ConnectionPool& pool) : pool_(pool) {}

    // Nothing when there is none, or when it is another user's.
    std::optional<Conversation> find(std::int32_t id, std::int32_t user_id) const;
    // The newest first.
    Page<Conversation> list(const PageRequest& page) const;
    // The newest of those before page.before, the oldest of them first.
    Page<Message> messages(std::int32_t conversation_id, const PageRequest& page) const;
    // The last `turns` messages, to be answered after the new one has been appended.
    Prompt recall(std::int32_t conversation_id, std::int64_t turns) const;

    // What was stored under this key of the user's.
    std::optional<StoredExchange> stored(std::int32_t user_id, const std::string& key) const;
    // Both messages, and the conversation when it is new, in one transaction. Nothing when the conversation
    // is not there, any more, for this user. What is stored under the key already, and what somebody else stores under it
    // at the same time, is given in place of a second exchange.
    std::optional<StoredExchange> store(const Exchange& exchange) const;
    std::optional<Conversation> rename(std::int32_t id, const RenameRequest& request) const;
    // False when there was nothing to delete.
    bool erase(std::int32_t id, std::int32_t user_id) const;

  private:
    ConnectionPool& pool_;
};

std::string_view to_string(Role role);
// The text must be the name of a role.
Role role_named(std::string_view name);

}  // namespace chat
