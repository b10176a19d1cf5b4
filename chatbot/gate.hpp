// What every request passes: who may come in, how many at once and how often, and what is written down of it.
#pragma once

#include "answer.hpp"
#include "log.hpp"
#include "metrics.hpp"
#include "rate_limit.hpp"
#include "request.hpp"
#include "settings.hpp"

#include <atomic>
#include <functional>
#include <string>

namespace chat {

class Gate {
  public:
    using Next = std::function<Answer(const Request&)>;

    // The log must outlive it.
    Gate(const Settings& settings, Log& log);

    // The answer that `next` gives, or the reason why it is not asked. The request that it gets has an id, and names the
    // user of a token. Several threads may call it at once.
    Answer answer(Request request, const Next& next);

    const RequestMetrics& metrics() const { return metrics_; }
    int running() const { return running_; }

  private:
    struct Passage;

    Answer admit(Request& request, const Next& next, const Passage& passage);
    std::optional<Answer> refused(Request& request);
    std::string client_of(const Request& request) const;
    void note(const Request& request, int status, const Passage& passage);

    Authentication authentication_;
    Limits limits_;
    bool behind_proxy_;
    std::string where_to_set_secret_;
    Log& log_;
    RequestMetrics metrics_;
    RateLimit rate_;
    std::atomic<int> running_ = 0;
};

// The path as the API describes it, "/api/conversations/{id}"; "other" for what it does not have.
std::string_view route_of(std::string_view path);

// The client's X-Request-Id when it can be written to a log, else a new one.
std::string request_id(const std::string& given);

}  // namespace chat
