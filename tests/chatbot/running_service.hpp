// The chatbot in this process, on a free port and a database of its own.
#pragma once

#include "application.hpp"
#include "support/postgresql.hpp"

#include <schemist/database.hpp>
#include <schemist/migrate.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <httplib.h>
#include <nlohmann/json.hpp>

namespace chat::test {

using Document = nlohmann::ordered_json;

enum class Backend { sqlite, postgresql };

// An empty database, gone when it goes.
class EmptyDatabase {
  public:
    explicit EmptyDatabase(Backend backend);
    EmptyDatabase(const EmptyDatabase&) = delete;
    EmptyDatabase& operator=(const EmptyDatabase&) = delete;
    ~EmptyDatabase();

    const std::string& url() const { return url_; }
    std::unique_ptr<schemist::Database> open() const;
    // The number that a query gives.
    std::int64_t number(const std::string& sql) const;
    // All rows of conversations and messages, as text; equal when nothing was stored in between.
    std::string contents() const;

  private:
    std::optional<schemist::test::TestDatabase> postgresql_;
    std::string folder_;
    std::string url_;
};

struct HttpAnswer {
    int status = 0;
    Document body;
    httplib::Headers headers;
    std::string text;
};

// For those who do not look at it.
Log& quiet_log();

// Throws when nothing was answered.
HttpAnswer to_http_answer(const httplib::Result& result);

class RunningService {
  public:
    explicit RunningService(const EmptyDatabase& database, Settings settings = {});
    ~RunningService();

    HttpAnswer get(const std::string& path) const;
    HttpAnswer post(const std::string& path, const std::string& body) const;
    HttpAnswer patch(const std::string& path, const Document& body) const;
    HttpAnswer remove(const std::string& path) const;
    // POST /api/chat of a new conversation, or of the one that is named.
    HttpAnswer say(std::int32_t user_id, const std::string& message,
                   std::optional<std::int32_t> conversation = {}) const;

    const schemist::MigrationReport& report() const { return report_; }
    Application& application() { return application_; }
    httplib::Client client() const;

  private:
    Application application_;
    schemist::MigrationReport report_;
};

}  // namespace chat::test
