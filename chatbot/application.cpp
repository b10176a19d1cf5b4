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

// A probe always finds a thread, also when all requests wait for a database or a language model that is silent.
constexpr int most_requests = Server::threads - 8;

class Counted {
  public:
    explicit Counted(std::atomic<int>& count) : count_(count) { ++count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;
    ~Counted() { --count_; }

  private:
    std::atomic<int>& count_;
};

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
    : responder_(make_responder(settings)),
      pool_(
          [url = settings.database_url] {
              return std::make_unique<schemist::Database>(schemist::Database::open(url));
          },
          limits_of(settings)),
      store_(pool_),
      startup_(std::move(migration), pool_, settings.database_url_source),
      operations_(startup_, settings.migrations_token),
      service_(store_, *responder_, [this] { return startup_.ready(); }),
      server_(settings.host, settings.port, [this](const Request& request) { return answer(request); }),
      url_(fmt::format("http://{}:{}", reachable(settings.host), server_.port())) {}

Application::~Application() {
    stop();
}

Answer Application::answer(const Request& request) {
    if (Operations::is_probe(request)) {
        return *operations_.answer(request);
    }
    const Counted counted(running_);
    if (running_ > most_requests) {
        return not_now("too many requests are being answered already");
    }
    const auto answered = operations_.answer(request);
    return answered ? *answered : service_.answer(request);
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

void Application::stop() {
    server_.stop();
}

}  // namespace chat
