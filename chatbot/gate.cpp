#include "gate.hpp"

#include "text.hpp"
#include "token.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <memory>

#include <fmt/format.h>

namespace chat {

namespace {

constexpr std::size_t longest_id = 128;
constexpr std::array<std::string_view, 13> routes{"/",
                                                  "/chat.css",
                                                  "/chat.js",
                                                  "/icon.svg",
                                                  "/openapi.json",
                                                  "/health",
                                                  "/ready",
                                                  "/metrics",
                                                  "/api/migrations/status",
                                                  "/api/migrations/run",
                                                  "/api/chat",
                                                  "/api/conversations",
                                                  "/api/session"};
constexpr std::string_view one_conversation = "/api/conversations/";

bool needs_user(std::string_view route) {
    return route == "/api/chat" || route == "/api/conversations" || route == "/api/conversations/{id}" ||
           route == "/api/session";
}

// They come all the time, and say something only when they fail.
bool is_routine(std::string_view route) {
    return route.substr(0, 5) != "/api/" && route != "other";
}

Seconds this_second() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Answer too_many(std::chrono::seconds wait) {
    Answer answer = to_answer({429, "", fmt::format("too many requests; try again in {} s", wait.count())});
    answer.headers.emplace_back("Retry-After", std::to_string(wait.count()));
    return answer;
}

}  // namespace

// One request on its way; it counts as running until all that knows of it is gone.
struct Gate::Passage {
    explicit Passage(std::atomic<int>& all) : running(all) { ++running; }
    Passage(const Passage&) = delete;
    Passage& operator=(const Passage&) = delete;
    ~Passage() { --running; }

    std::atomic<int>& running;
    std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
};

std::string_view route_of(std::string_view path) {
    const auto* known = std::find(routes.begin(), routes.end(), path);
    if (known != routes.end()) {
        return *known;
    }
    return path.substr(0, one_conversation.size()) == one_conversation ? "/api/conversations/{id}" : "other";
}

std::string request_id(const std::string& given) {
    const bool usable = !given.empty() && given.size() <= longest_id &&
                        std::all_of(given.begin(), given.end(), [](unsigned char byte) {
                            return std::isalnum(byte) != 0 || byte == '-' || byte == '_' || byte == '.' ||
                                   byte == ':' || byte == '/' || byte == '+' || byte == '=';
                        });
    return usable ? given : random_name();
}

Gate::Gate(const Settings& settings, Log& log)
    : authentication_(settings.authentication),
      limits_(settings.limits),
      behind_proxy_(settings.platform.behind_proxy),
      where_to_set_secret_(where_to_set(settings.platform, "CHAT_TOKEN_SECRET", true)),
      log_(log),
      rate_(settings.limits.requests_per_minute) {}

Answer Gate::answer(Request request, const Next& next) {
    request.id = request_id(request.header("X-Request-Id"));
    auto passage = std::make_shared<Passage>(running_);
    Answer answer = admit(request, next, *passage);
    answer.headers.emplace_back("X-Request-Id", request.id);
    if (!answer.stream) {
        note(request, answer.status, *passage);
        return answer;
    }
    request.body.clear();
    answer.stream = [this, passage = std::move(passage), request = std::move(request),
                     stream = std::move(answer.stream)](const Write& write) {
        const int status = stream(write);
        note(request, status, *passage);
        return status;
    };
    return answer;
}

Answer Gate::admit(Request& request, const Next& next, const Passage& passage) {
    // Probes, metrics and the page are answered at once, whatever else goes on.
    if (!is_routine(route_of(request.path))) {
        if (passage.running > static_cast<int>(limits_.concurrent_requests)) {
            metrics_.refused("concurrency");
            return not_now("too many requests are being answered already");
        }
        if (auto refusal = refused(request)) {
            return std::move(*refusal);
        }
    }
    if (request.unreadable) {
        return to_answer(*request.unreadable);
    }
    try {
        return next(request);
    } catch (const std::exception& error) {
        log_.error(fmt::format("{} {}: {}", request.method, printable(request.path), error.what()),
                   {{"request_id", request.id}});
        return to_answer({500, "", "the request failed"});
    }
}

std::optional<Answer> Gate::refused(Request& request) {
    std::optional<Problem> stranger;
    if (needs_user(route_of(request.path)) && !authentication_.development) {
        if (authentication_.secret.empty()) {
            return to_answer({503, "",
                              fmt::format("nobody can chat yet: CHAT_TOKEN_SECRET is not set; set it {}",
                                          where_to_set_secret_)});
        }
        const std::string authorization = request.header("Authorization");
        const auto user = user_of_token(bearer_of(authorization), authentication_.secret, this_second());
        if (user) {
            request.user = *user;
        } else {
            stranger = authorization.empty()
                           ? Problem{401, "", "this needs a token: Authorization: Bearer ..."}
                           : user.problem();
        }
    }
    const std::string client = request.user ? fmt::format("user {}", *request.user) : client_of(request);
    if (const auto wait = rate_.refuses(client, RateLimit::Clock::now())) {
        metrics_.refused("rate");
        return too_many(*wait);
    }
    return stranger ? std::optional<Answer>(unauthorized("chat", *stranger)) : std::nullopt;
}

// The last proxy has added its client; what stands before that, anybody may have written.
std::string Gate::client_of(const Request& request) const {
    const std::string forwarded = behind_proxy_ ? request.header("X-Forwarded-For") : std::string();
    if (forwarded.empty()) {
        return request.client;
    }
    const std::size_t begin = forwarded.find_first_not_of(' ', forwarded.rfind(',') + 1);
    return begin == std::string::npos ? request.client : forwarded.substr(begin, longest_id);
}

void Gate::note(const Request& request, int status, const Passage& passage) {
    const auto took = std::chrono::steady_clock::now() - passage.began;
    const std::string_view route = route_of(request.path);
    constexpr std::array<std::string_view, 8> methods{"GET",   "HEAD",   "POST",    "PUT",
                                                      "PATCH", "DELETE", "OPTIONS", "TRACE"};
    const bool known = std::find(methods.begin(), methods.end(), request.method) != methods.end();
    metrics_.answered(known ? request.method : "other", route, status, took);
    if (is_routine(route) && (status < 400 || status == 503)) {
        return;
    }
    const double milliseconds = std::chrono::duration<double, std::milli>(took).count();
    std::vector<Field> fields{{"request_id", request.id}, {"client", printable(client_of(request))}};
    if (request.user) {
        fields.push_back({"user", std::int64_t{*request.user}});
    }
    if (log_.format() == Log::Format::text) {
        log_.info("request",
                  fmt::format("{} {} {} in {:.1f} ms", request.method, printable(request.path), status,
                              milliseconds),
                  fields);
        return;
    }
    fields.insert(fields.begin(), {{"method", request.method},
                                   {"path", request.path},
                                   {"route", std::string(route)},
                                   {"status", std::int64_t{status}},
                                   {"duration_ms", milliseconds}});
    log_.info("request", "answered", fields);
}

}  // namespace chat
