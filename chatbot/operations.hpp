// What platforms and operators ask: does the program live, is it ready, what of its migrations.
//
//   GET  /                       200 always
//   GET  /health                 200 always: liveness never depends on the database
//   GET  /ready                  503 with the progress until requests can be answered, then 200
//   GET  /api/migrations/status  what the database has, and what this program expects
//   POST /api/migrations/run     for the bearer of a token; without one the path is not there
#pragma once

#include "answer.hpp"
#include "request.hpp"
#include "startup.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chat {

class Operations {
  public:
    // `startup` must outlive it. Without a token nobody can ask for a migration.
    Operations(Startup& startup, std::string token) : startup_(startup), token_(std::move(token)) {}

    // One that is answered at once, whatever else goes on.
    static bool is_probe(const Request& request);
    // Nothing when the request is for somebody else. Several threads may call it at once.
    std::optional<Answer> answer(const Request& request) const;

  private:
    Answer health() const;
    Answer ready() const;
    Answer status() const;
    Answer run(const Request& request) const;

    Startup& startup_;
    std::string token_;
};

// Whether the Authorization header bears the token. The time that it takes tells nothing of the token but its length.
bool bears(std::string_view authorization, std::string_view token);

}  // namespace chat
