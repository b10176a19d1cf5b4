#include "application.hpp"

#include "chatbot_migrations.hpp"

#include <utility>

#include <fmt/format.h>

namespace chat {

namespace {

std::unique_ptr<Responder> make_responder(const Settings& settings) {
    if (settings.endpoint) {
        return std::make_unique<EndpointResponder>(*settings.endpoint);
    }
    return std::make_unique<BuiltInResponder>();
}

PoolLimits limits_of(const Settings& settings) {
    PoolLimits limits;
    limits.connections = settings.connections;
    return limits;
}

// An address that means "all of this computer" is none that a client can ask.
std::string reachable(const std::string& host) {
    if (host == "0.0.0.0" || host == "::") {
        return "localhost";
    }
    return host.find(':') == std::string::npos ? host : "[" + host + "]";
}

}  // namespace

schemist::MigrateOptions compiled_in_migration() {
    schemist::MigrateOptions options;
    options.migrations = chatbot::embedded_migrations();
    return options;
}

Application::Application(const Settings& settings, schemist::MigrateOptions migration)
    : migration_options_(std::move(migration)),
      responder_(make_responder(settings)),
      pool_(
          [url = settings.database_url] {
              return std::make_unique<schemist::Database>(schemist::Database::open(url));
          },
          limits_of(settings)),
      store_(pool_),
      service_(store_, *responder_),
      server_(settings.host, settings.port,
              [this](const Request& request) { return service_.answer(request); }),
      url_(fmt::format("http://{}:{}", reachable(settings.host), server_.port())) {}

Application::~Application() {
    stop();
}

void Application::start() {
    server_.start();
    migration_ = std::async(std::launch::async, [this] { return migrate(); });
}

schemist::MigrationReport Application::migrate() {
    auto report = schemist::migrate(migration_options_);
    Migrated migrated;
    migrated.database = report.url;
    for (const auto& revision : report.applied) {
        migrated.revisions.push_back(revision.id);
    }
    migrated.took_ms = report.duration.count();
    service_.set_ready(std::move(migrated));
    return report;
}

schemist::MigrationReport Application::wait_until_ready() {
    return migration_.get();
}

void Application::ask_to_stop() {
    {
        const std::lock_guard lock(mutex_);
        asked_to_stop_ = true;
    }
    asked_.notify_all();
}

void Application::wait_until_asked_to_stop() {
    std::unique_lock lock(mutex_);
    asked_.wait(lock, [this] { return asked_to_stop_; });
}

void Application::stop() {
    server_.stop();
}

}  // namespace chat
