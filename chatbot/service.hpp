// The API: from a request to an answer, whatever carries them.
//
//   POST   /api/chat                                {user_id, conversation_id?, message, role?, metadata?}
//   GET    /api/conversations?user_id=              [&limit=&before=]
//   GET    /api/conversations/{id}?user_id=         [&limit=&before=], with its messages
//   PATCH  /api/conversations/{id}                  {user_id, title}
//   DELETE /api/conversations/{id}?user_id=
//   GET    /health                                  503 until the database is migrated
//
// A problem is answered by {"error": {"field": "...", "message": "..."}}; problem.hpp lists the status codes.
#pragma once

#include "conversation_store.hpp"
#include "request.hpp"
#include "responder.hpp"
#include "server.hpp"

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace chat {

// What the migration at the start has done.
struct Migrated {
    std::string database;                // without a password
    std::vector<std::string> revisions;  // those that were applied now
    std::int64_t took_ms = 0;
};

class Service {
  public:
    // Both must outlive the service. The database is not touched before set_ready.
    Service(const ConversationStore& store, const Responder& responder)
        : store_(store), responder_(responder) {}

    // The database has its tables: requests are answered from now on.
    void set_ready(Migrated migrated);

    // May be called by several threads at once.
    Answer answer(const Request& request) const;

  private:
    Answer route(const Request& request) const;
    Answer health() const;
    Answer chat(const Request& request) const;
    Answer list(const Request& request) const;
    Answer conversation(const Request& request, std::string_view id) const;
    Answer read(std::int32_t id, const Request& request) const;
    Answer rename(std::int32_t id, const Request& request) const;
    Answer erase(std::int32_t id, const Request& request) const;

    const ConversationStore& store_;
    const Responder& responder_;
    mutable std::mutex mutex_;
    std::optional<Migrated> migrated_;
};

}  // namespace chat
