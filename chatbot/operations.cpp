#include "operations.hpp"

#include <schemist/error.hpp>
#include <schemist/types.hpp>
#include <schemist/version.hpp>

#include <algorithm>
#include <cctype>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace chat {

namespace {

using Document = nlohmann::ordered_json;
using State = schemist::StartupStatus::State;

constexpr std::string_view run_path = "/api/migrations/run";

Document text_or_null(const std::string& text) {
    return text.empty() ? Document() : Document(text);
}

Document joined_or_null(const std::vector<std::string>& revisions) {
    return text_or_null(fmt::format("{}", fmt::join(revisions, ", ")));
}

std::string moment(std::chrono::system_clock::time_point when) {
    return schemist::to_string(std::chrono::floor<std::chrono::microseconds>(when));
}

Document to_json(const schemist::StartupStatus& status) {
    return {{"state", schemist::to_string(status.state)},
            {"current_revision", text_or_null(status.current_revision)},
            {"expected_revision", text_or_null(status.expected_revision)},
            {"revision", text_or_null(status.revision)},
            {"step", status.step},
            {"steps", status.steps},
            {"since", moment(status.since)},
            {"message", text_or_null(status.message)},
            {"error", text_or_null(status.error)}};
}

Document to_json(const schemist::MigrationStatus& status) {
    return {{"current_revision", joined_or_null(status.current)},
            {"expected_revision", joined_or_null(status.expected)},
            {"needs_migration", status.needs_migration()},
            {"database_ready", !status.needs_migration()},
            {"pending", status.pending},
            {"unknown", status.unknown},
            {"interrupted", status.interrupted}};
}

bool equal_ignoring_case(std::string_view left, std::string_view right) {
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); });
}

Answer unauthorized() {
    Answer answer =
        to_answer({401, "", "this needs the token of MIGRATIONS_TOKEN: Authorization: Bearer ..."});
    answer.headers.emplace_back("WWW-Authenticate", "Bearer realm=\"migrations\"");
    return answer;
}

}  // namespace

bool bears(std::string_view authorization, std::string_view token) {
    constexpr std::string_view scheme = "Bearer ";
    if (!equal_ignoring_case(authorization.substr(0, scheme.size()), scheme)) {
        return false;
    }
    const std::string_view given = authorization.substr(scheme.size());
    // Every character is looked at, so that the time does not tell how many were right.
    unsigned difference = given.size() == token.size() ? 0 : 1;
    for (std::size_t i = 0; i < token.size(); ++i) {
        const char compared = i < given.size() ? given[i] : '\0';
        difference |= static_cast<unsigned char>(compared) ^ static_cast<unsigned char>(token[i]);
    }
    return !token.empty() && difference == 0;
}

bool Operations::is_probe(const Request& request) {
    return request.path == "/" || request.path == "/health" || request.path == "/ready";
}

std::optional<Answer> Operations::answer(const Request& request) const {
    const std::string& path = request.path;
    if (path == run_path && !token_.empty()) {
        return request.method == "POST" ? run(request) : wrong_method("POST");
    }
    if (!is_probe(request) && path != "/api/migrations/status") {
        return std::nullopt;
    }
    if (!reads(request)) {
        return wrong_method("GET, HEAD");
    }
    return path == "/ready" ? ready() : path == "/api/migrations/status" ? status() : health();
}

// It does not ask the database: probes come every few seconds, and would keep a server awake that may sleep.
Answer Operations::health() const {
    Document document{{"status", "ok"},
                      {"version", schemist::version},
                      {"state", schemist::to_string(startup_.status().state)}};
    if (const auto report = startup_.report()) {
        Document applied = Document::array();
        for (const auto& revision : report->applied) {
            applied.push_back(revision.id);
        }
        document["database"] = report->url;
        document["migrated"] = applied.size();
        document["applied"] = std::move(applied);
        document["took_ms"] = report->duration.count();
    }
    return json(200, document);
}

Answer Operations::ready() const {
    if (startup_.ready()) {
        return json(200, to_json(startup_.status()));
    }
    Answer answer = json(503, to_json(startup_.status()));
    answer.headers.emplace_back("Retry-After", "1");
    return answer;
}

Answer Operations::status() const {
    const schemist::StartupStatus known = startup_.status();
    std::string error = known.error;
    // Before that, it may be away, or busy with the migration.
    const bool may_answer =
        startup_.ready() || (known.state == State::failed &&
                             known.exit_code != static_cast<int>(schemist::ExitCode::unreachable));
    if (may_answer) {
        try {
            return json(200, to_json(startup_.look()));
        } catch (const schemist::Error& failure) {
            fmt::print(stderr, "GET /api/migrations/status: {}\n", failure.what());
            error = "the database cannot be asked now";
        }
    }
    return json(200, {{"current_revision", text_or_null(known.current_revision)},
                      {"expected_revision", text_or_null(known.expected_revision)},
                      {"needs_migration", known.needs_migration},
                      {"database_ready", false},
                      {"pending", Document()},
                      {"unknown", Document()},
                      {"interrupted", Document()},
                      {"error", text_or_null(error)}});
}

Answer Operations::run(const Request& request) const {
    if (!bears(request.authorization, token_)) {
        return unauthorized();
    }
    const RequestedRun run = startup_.run();
    if (!run.error.empty()) {
        fmt::print(stderr, "POST {}: {}\n", run_path, run.error);
    }
    const int status = run.result == RequestedRun::Result::done   ? 200
                       : run.result == RequestedRun::Result::busy ? 409
                                                                  : 500;
    return json(status, {{"success", run.result == RequestedRun::Result::done},
                         {"applied_migrations", run.applied},
                         {"error", text_or_null(run.error)}});
}

}  // namespace chat
