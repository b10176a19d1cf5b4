// What platforms and operators ask: does the program live, is it ready, what of its migrations.
//
//   GET  /health                 200 always: liveness never depends on the database
//   GET  /ready                  503 with the progress until requests can be answered, then 200
//   GET  /api/migrations/status  what the database has, and what this program expects
//   POST /api/migrations/run     for the bearer of a token; without one the path is not there
//   GET  /metrics                for Prometheus
#pragma once

#include "answer.hpp"
#include "log.hpp"
#include "request.hpp"
#include "startup.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chat {

class Operations {
  public:
    struct Tokens {
        std::string migrations;  // empty: nobody can ask for a migration
        std::string metrics;     // empty: everybody can read the metrics
    };
    // `startup` and the log must outlive it.
    Operations(Startup& startup, Tokens tokens, std::function<std::string()> metrics, Log& log)
        : startup_(startup), tokens_(std::move(tokens)), metrics_(std::move(metrics)), log_(log) {}

    // Nothing when the request is for somebody else. Several threads may call it at once.
    std::optional<Answer> answer(const Request& request) const;

  private:
    Answer health() const;
    Answer ready() const;
    Answer status() const;
    Answer run(const Request& request) const;
    Answer metrics(const Request& request) const;

    Startup& startup_;
    Tokens tokens_;
    std::function<std::string()> metrics_;
    Log& log_;
};

}  // namespace chat
