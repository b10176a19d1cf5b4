// The API: from a request to an answer, whatever carries them.
//
//   POST   /api/chat                                {user_id, conversation_id?, message, role?, metadata?, stream?}
//   GET    /api/conversations?user_id=              [&limit=&before=]
//   GET    /api/conversations/{id}?user_id=         [&limit=&before=], with its messages
//   PATCH  /api/conversations/{id}                  {user_id, title}
//   DELETE /api/conversations/{id}?user_id=
//   GET    /api/session                             who the user is, and who answers
//
// Where a token names the user, user_id may be left out everywhere.
// All of it is 503 until the database has its tables. What else the program answers stands in operations.hpp.
// A problem is answered by {"error": {"field": "...", "message": "..."}}; problem.hpp lists the status codes.
#pragma once

#include "answer.hpp"
#include "conversation_store.hpp"
#include "keys_in_use.hpp"
#include "log.hpp"
#include "request.hpp"
#include "responder.hpp"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

namespace chat {

class Service {
  public:
    // They must outlive the service. The database is not touched before `ready` says that it has its tables.
    Service(const ConversationStore& store, const Responder& responder, std::function<bool()> ready, Log& log)
        : store_(store), responder_(responder), ready_(std::move(ready)), log_(log) {}

    // May be called by several threads at once.
    Answer answer(const Request& request) const;

  private:
    struct Question;

    Answer route(const Request& request) const;
    Answer chat(const Request& request) const;
    Answer streamed(const Request& request, std::shared_ptr<const Question> question) const;
    Answer exchange(const Question& question, const Listener& listener) const;
    Answer failed(const Request& request, const std::exception& error) const;
    Answer session(const Request& request) const;
    Answer list(const Request& request) const;
    Answer conversation(const Request& request, std::string_view id) const;
    Answer read(std::int32_t id, const Request& request) const;
    Answer rename(std::int32_t id, const Request& request) const;
    Answer erase(std::int32_t id, const Request& request) const;

    const ConversationStore& store_;
    const Responder& responder_;
    std::function<bool()> ready_;
    Log& log_;
    mutable KeysInUse keys_;
};

}  // namespace chat
