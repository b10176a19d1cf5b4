#include "running_service.hpp"

#include <filesystem>
#include <stdexcept>

#include <doctest/doctest.h>

namespace chat::test {

namespace {

Settings settings_for(const EmptyDatabase& database, Settings settings) {
    settings.database_url = database.url();
    settings.host = "127.0.0.1";
    settings.port = 0;
    settings.authentication.development = settings.authentication.secret.empty();
    return settings;
}

schemist::MigrateOptions migration_of(const EmptyDatabase& database) {
    schemist::MigrateOptions options = compiled_in_migration();
    options.url = database.url();
    return options;
}

std::string temporary_folder() {
    std::string name = (std::filesystem::temp_directory_path() / "schemist-chat-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("no temporary folder could be made");
    }
    return name;
}

}  // namespace

Log& quiet_log() {
    static Log log(Log::Format::text, std::fopen("/dev/null", "w"));
    return log;
}

HttpAnswer to_http_answer(const httplib::Result& result) {
    if (!result) {
        throw std::runtime_error("no answer: " + httplib::to_string(result.error()));
    }
    // Any spelling of the password that tests have begins like this.
    CHECK(result->body.find("s3cr") == std::string::npos);
    const bool json = result->get_header_value("Content-Type") == "application/json";
    return {result->status, json && !result->body.empty() ? Document::parse(result->body) : Document(),
            result->headers, result->body};
}

EmptyDatabase::EmptyDatabase(Backend backend) {
    if (backend == Backend::postgresql) {
        postgresql_.emplace();
        url_ = postgresql_->url();
    } else {
        folder_ = temporary_folder();
        url_ = "sqlite:///" + folder_ + "/chat.db";
    }
}

EmptyDatabase::~EmptyDatabase() {
    if (!folder_.empty()) {
        std::filesystem::remove_all(folder_);
    }
}

std::unique_ptr<schemist::Database> EmptyDatabase::open() const {
    return std::make_unique<schemist::Database>(schemist::Database::open(url_));
}

std::int64_t EmptyDatabase::number(const std::string& sql) const {
    return open()->connection().query(sql).integer(0, 0);
}

std::string EmptyDatabase::contents() const {
    std::string result;
    for (const char* sql :
         {"SELECT cast(id AS text) || ' ' || cast(user_id AS text) || ' ' || coalesce(title, '-') || "
          "' ' || cast(updated_at AS text) FROM conversations ORDER BY id",
          "SELECT cast(id AS text) || ' ' || cast(conversation_id AS text) || ' ' || role || ' ' || "
          "content FROM messages ORDER BY id"}) {
        const auto rows = open()->connection().query(sql);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            result += rows.text(row, 0) + "\n";
        }
    }
    return result;
}

RunningService::RunningService(const EmptyDatabase& database, Settings settings)
    : application_(settings_for(database, std::move(settings)), migration_of(database), quiet_log()) {
    application_.start();
    report_ = application_.wait_until_ready();
}

RunningService::~RunningService() {
    application_.stop();
}

httplib::Client RunningService::client() const {
    httplib::Client result(application_.url());
    result.set_read_timeout(60);
    return result;
}

HttpAnswer RunningService::get(const std::string& path) const {
    return to_http_answer(client().Get(path));
}

HttpAnswer RunningService::post(const std::string& path, const std::string& body) const {
    return to_http_answer(client().Post(path, body, "application/json"));
}

HttpAnswer RunningService::patch(const std::string& path, const Document& body) const {
    return to_http_answer(client().Patch(path, body.dump(), "application/json"));
}

HttpAnswer RunningService::remove(const std::string& path) const {
    return to_http_answer(client().Delete(path));
}

HttpAnswer RunningService::say(std::int32_t user_id, const std::string& message,
                               std::optional<std::int32_t> conversation) const {
    Document body{{"user_id", user_id}, {"message", message}};
    if (conversation) {
        body["conversation_id"] = *conversation;
    }
    return post("/api/chat", body.dump());
}

}  // namespace chat::test
