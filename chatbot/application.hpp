// The parts put together, in the order that a supervisor needs: bind the port, so that probes are answered;
// migrate; answer requests; stop when asked to.
#pragma once

#include "connection_pool.hpp"
#include "conversation_store.hpp"
#include "gate.hpp"
#include "log.hpp"
#include "operations.hpp"
#include "responder.hpp"
#include "server.hpp"
#include "service.hpp"
#include "settings.hpp"
#include "startup.hpp"

#include <schemist/migrate.hpp>

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>

namespace chat {

// The migrations that are compiled in; everything else as the environment says.
schemist::MigrateOptions compiled_in_migration();

class Application {
  public:
    // Binds the port. Throws schemist::Error when it cannot be had, or a setting is wrong. The log must outlive it.
    Application(const Settings& settings, schemist::MigrateOptions migration, Log& log);
    Application(const Application&) = delete;
    Application& operator=(const Application&) = delete;
    ~Application();

    // Where a client on this computer reaches it.
    const std::string& url() const { return url_; }
    std::string responder() const { return responder_->description(); }

    // Answers probes from now on, and begins to migrate.
    void start();
    // Returns when the database is migrated, and requests are answered. Throws what ended the start.
    schemist::MigrationReport wait_until_ready() { return startup_.wait(); }

    // Any thread may ask; a migration that runs is interrupted.
    void ask_to_stop();
    void wait_until_asked_to_stop();
    // Whether a migration ran when it was asked to stop.
    bool interrupted() const { return startup_.interrupted(); }
    // Takes no new requests, and returns when those that run have been answered: true; or when the time is over: false.
    bool stop(std::chrono::milliseconds limit = std::chrono::hours(1)) { return server_.stop(limit); }
    int running_requests() const { return gate_.running(); }

  private:
    Answer answer(const Request& request);
    std::string metrics() const;

    std::unique_ptr<Responder> responder_;
    ConnectionPool pool_;
    ConversationStore store_;
    Startup startup_;
    Operations operations_;
    Service service_;
    Gate gate_;
    Server server_;
    std::string url_;
    std::mutex mutex_;
    std::condition_variable asked_;
    bool asked_to_stop_ = false;
};

}  // namespace chat
