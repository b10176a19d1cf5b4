#include "application.hpp"

#include "assets.hpp"
#include "chatbot_migrations.hpp"

#include <schemist/version.hpp>

#include <array>
#include <fstream>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace chat {

namespace {

std::unique_ptr<Responder> make_responder(const Settings& settings) {
    if (settings.endpoint) {
        return std::make_unique<EndpointResponder>(*settings.endpoint);
    }
    return std::make_unique<BuiltInResponder>();
}

// A probe always finds a thread, also when all requests wait for a database or a language model that is silent.
constexpr std::size_t threads_for_probes = 16;

PoolLimits limits_of(const Settings& settings) {
    PoolLimits limits;
    limits.connections = settings.connections;
    limits.patience = settings.limits.database_patience;
    return limits;
}

// An address that means "all of this computer" is none that a client can ask.
std::string reachable(const std::string& host) {
    if (host == "0.0.0.0" || host == "::") {
        return "localhost";
    }
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

// Of this process, in bytes; 0 when the system does not tell.
double resident_memory() {
    std::ifstream file("/proc/self/statm");
    double size = 0;
    double resident = 0;
    file >> size >> resident;
    return resident * static_cast<double>(sysconf(_SC_PAGESIZE));
}

std::string pool_metrics(const PoolStatistics& pool) {
    const auto count = [](std::string_view name, std::string_view help, auto value) {
        return metric_header(name, "counter", help) + metric(name, static_cast<double>(value));
    };
    constexpr std::string_view connections = "chatbot_database_connections";
    return metric_header(connections, "gauge", "Connections of the pool, by what they do.") +
           metric(connections, R"(state="in_use")", static_cast<double>(pool.in_use)) +
           metric(connections, R"(state="idle")", static_cast<double>(pool.idle)) +
           metric_header("chatbot_database_connections_limit", "gauge", "As many as there may be.") +
           metric("chatbot_database_connections_limit", static_cast<double>(pool.limit)) +
           metric_header("chatbot_database_waiting", "gauge", "Requests that wait for a connection.") +
           metric("chatbot_database_waiting", static_cast<double>(pool.waiting)) +
           count("chatbot_database_connections_opened_total", "Connections that were opened.", pool.opened) +
           count("chatbot_database_connections_refused_total", "Connections that could not be opened.",
                 pool.refused) +
           count("chatbot_database_connections_lost_total", "Connections that were found dead.", pool.lost) +
           count("chatbot_database_retries_total", "Work that was tried again.", pool.tried_again);
}

std::string migration_metrics(const Startup& startup) {
    using State = schemist::StartupStatus::State;
    const State now = startup.status().state;
    constexpr std::array states{State::connecting, State::waiting, State::migrating,
                                State::ready,      State::failed,  State::stopped};
    std::string text =
        metric_header("chatbot_migration_state", "gauge", "1 for the state that the migration is in.");
    for (const State state : states) {
        text += metric("chatbot_migration_state", fmt::format(R"(state="{}")", schemist::to_string(state)),
                       state == now ? 1 : 0);
    }
    if (const auto report = startup.report()) {
        text += metric_header("chatbot_migration_duration_seconds", "gauge",
                              "What the migration of this start took.");
        text += metric("chatbot_migration_duration_seconds",
                       std::chrono::duration<double>(report->duration).count());
        text += metric_header("chatbot_migration_revisions_applied", "gauge",
                              "Revisions that this start has applied.");
        text += metric("chatbot_migration_revisions_applied", static_cast<double>(report->applied.size()));
    }
    return text;
}

}  // namespace

schemist::MigrateOptions compiled_in_migration() {
    schemist::MigrateOptions options;
    options.migrations = chatbot::embedded_migrations();
    return options;
}

Application::Application(const Settings& settings, schemist::MigrateOptions migration, Log& log)
    : responder_(make_responder(settings)),
      pool_(
          [url = settings.database_url] {
              return std::make_unique<schemist::Database>(schemist::Database::open(url));
          },
          limits_of(settings)),
      store_(pool_),
      startup_(std::move(migration), pool_, settings.database_url_source),
      operations_(
          startup_, {settings.migrations_token, settings.metrics_token}, [this] { return metrics(); }, log),
      service_(
          store_, *responder_, [this] { return startup_.ready(); }, log),
      gate_(settings, log),
      server_(settings.host, settings.port, settings.limits.concurrent_requests + threads_for_probes,
              [this](Request request) {
                  return gate_.answer(std::move(request),
                                      [this](const Request& admitted) { return answer(admitted); });
              }),
      url_(fmt::format("http://{}:{}", reachable(settings.host), server_.port())) {}

Application::~Application() {
    stop();
}

Answer Application::answer(const Request& request) {
    if (auto asset = answer_with_asset(request)) {
        return std::move(*asset);
    }
    if (auto answered = operations_.answer(request)) {
        return std::move(*answered);
    }
    return service_.answer(request);
}

std::string Application::metrics() const {
    return metric_header("chatbot_info", "gauge", "The version that runs.") +
           metric("chatbot_info", fmt::format(R"(version="{}")", schemist::version), 1) +
           gate_.metrics().text() +
           metric_header("chatbot_requests_running", "gauge", "Requests that are being answered.") +
           metric("chatbot_requests_running", gate_.running()) + pool_metrics(pool_.statistics()) +
           migration_metrics(startup_) +
           metric_header("process_resident_memory_bytes", "gauge", "Resident memory of the program.") +
           metric("process_resident_memory_bytes", resident_memory());
}

void Application::start() {
    startup_.begin();
    server_.start();
}

void Application::ask_to_stop() {
    {
        const std::lock_guard lock(mutex_);
        asked_to_stop_ = true;
    }
    asked_.notify_all();
    startup_.request_stop();
}

void Application::wait_until_asked_to_stop() {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [this] { return asked_to_stop_; });
}

}  // namespace chat
