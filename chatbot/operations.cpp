#include "operations.hpp"

#include "token.hpp"

#include <schemist/error.hpp>
#include <schemist/types.hpp>
#include <schemist/version.hpp>

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

Problem needs_token(std::string_view variable) {
    return {401, "", fmt::format("this needs the token of {}: Authorization: Bearer ...", variable)};
}

}  // namespace

std::optional<Answer> Operations::answer(const Request& request) const {
    const std::string& path = request.path;
    if (path == run_path && !tokens_.migrations.empty()) {
        return request.method == "POST" ? run(request) : wrong_method("POST");
    }
    if (path != "/health" && path != "/ready" && path != "/metrics" && path != "/api/migrations/status") {
        return std::nullopt;
    }
    if (!reads(request)) {
        return wrong_method("GET, HEAD");
    }
    return path == "/ready"     ? ready()
           : path == "/health"  ? health()
           : path == "/metrics" ? metrics(request)
                                : status();
}

Answer Operations::metrics(const Request& request) const {
    if (!tokens_.metrics.empty() && !bears(request.header("Authorization"), tokens_.metrics)) {
        return unauthorized("metrics", needs_token("METRICS_TOKEN"));
    }
    Answer answer;
    answer.body = metrics_();
    answer.content_type = "text/plain; version=0.0.4; charset=utf-8";
    return answer;
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
    Document status = to_json(startup_.status());
    if (startup_.stopping()) {
        status["state"] = "stopping";
    } else if (startup_.ready()) {
        return json(200, status);
    }
    Answer answer = json(503, status);
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
            log_.error(fmt::format("GET /api/migrations/status: {}", failure.what()));
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
    if (!bears(request.header("Authorization"), tokens_.migrations)) {
        return unauthorized("migrations", needs_token("MIGRATIONS_TOKEN"));
    }
    const RequestedRun run = startup_.run();
    if (!run.error.empty()) {
        log_.error(fmt::format("POST {}: {}", run_path, run.error), {{"request_id", request.id}});
    }
    const int status = run.result == RequestedRun::Result::done   ? 200
                       : run.result == RequestedRun::Result::busy ? 409
                                                                  : 500;
    return json(status, {{"success", run.result == RequestedRun::Result::done},
                         {"applied_migrations", run.applied},
                         {"error", text_or_null(run.error)}});
}

}  // namespace chat
