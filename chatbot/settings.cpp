#include "settings.hpp"

#include <schemist/error.hpp>

#include <array>
#include <charconv>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chat {

namespace {

// An HMAC with SHA-256 wants a key of its own length.
constexpr std::size_t shortest_secret = 32;

// Reads one variable after the other, and notes where each value comes from.
class Reader {
  public:
    Reader(const Environment& environment, Settings& settings)
        : environment_(environment), settings_(settings) {}

    std::optional<std::string> value(const char* name) const {
        auto value = environment_(name);
        return value && value->empty() ? std::nullopt : value;
    }

    std::string text(const char* name, std::string otherwise) const {
        return value(name).value_or(std::move(otherwise));
    }

    std::string word(const char* name, std::string otherwise, const std::vector<std::string>& allowed,
                     std::string_view what) {
        std::string chosen = text(name, std::move(otherwise));
        if (std::find(allowed.begin(), allowed.end(), chosen) == allowed.end()) {
            throw wrong(name, fmt::format("'{}' is none of {}", chosen, fmt::join(allowed, ", ")));
        }
        decide(what, chosen, name);
        return chosen;
    }

    int number(const char* name, int otherwise, int lowest, int highest) const {
        const auto text = value(name);
        if (!text) {
            return otherwise;
        }
        int number = 0;
        const char* end = text->data() + text->size();
        const auto parsed = std::from_chars(text->data(), end, number);
        if (parsed.ec != std::errc() || parsed.ptr != end || number < lowest || number > highest) {
            throw wrong(name, fmt::format("'{}' is no number from {} to {}", *text, lowest, highest),
                        fmt::format("a number, or leave it out for {}", otherwise));
        }
        return number;
    }

    std::chrono::seconds seconds(const char* name, std::chrono::seconds otherwise, int lowest,
                                 std::string_view what = {}) {
        const std::chrono::seconds chosen(number(name, static_cast<int>(otherwise.count()), lowest, 86400));
        if (!what.empty()) {
            decide(what, fmt::format("{} s", chosen.count()), name);
        }
        return chosen;
    }

    void decide(std::string_view what, std::string value_of, const char* name) {
        settings_.decisions.push_back(
            {std::string(what), std::move(value_of), value(name) ? name : by_default()});
    }

    std::string by_default() const {
        return settings_.platform.kind == Platform::Kind::plain ? "default" : "default here";
    }

    schemist::Error wrong(const char* name, std::string what, const std::string& wanted = {}) const {
        schemist::Error error(std::move(what));
        error.at(name).exit_code(schemist::ExitCode::configuration);
        error.hint(fmt::format("set it{} {}", wanted.empty() ? "" : " to " + wanted + ",",
                               where_to_set(settings_.platform, name, false)));
        return error;
    }

  private:
    const Environment& environment_;
    Settings& settings_;
};

// Any variable that leads Schemist itself to a database.
constexpr std::array<const char*, 10> database_variables{"DATABASE_URL",
                                                         "POSTGRES_URL",
                                                         "SCHEMIST_DATABASE_URL",
                                                         "DIRECT_URL",
                                                         "DIRECT_DATABASE_URL",
                                                         "DATABASE_URL_UNPOOLED",
                                                         "POSTGRES_URL_NON_POOLING",
                                                         "PGHOST_UNPOOLED",
                                                         "PGHOST",
                                                         "SCHEMIST_CONFIG"};

void read_database(Reader& reader, Settings& settings) {
    for (const char* name : {"DATABASE_URL", "POSTGRES_URL"}) {
        if (const auto url = reader.value(name); url && settings.database_url.empty()) {
            settings.database_url = *url;
            settings.database_url_source = name;
        }
    }
    const char* found = nullptr;
    for (const char* name : database_variables) {
        found = found == nullptr && reader.value(name) ? name : found;
    }
    if (found == nullptr && !settings.platform.keeps_files) {
        throw schemist::Error(fmt::format("DATABASE_URL is not set, and {} keeps no files: a database of its "
                                          "own would lose every conversation at each restart",
                                          settings.platform.name))
            .at("DATABASE_URL")
            .hint(
                fmt::format("set it to the database's postgresql://... URL {} (to try it out without keeping "
                            "anything: sqlite:////tmp/chat.db)",
                            where_to_set(settings.platform, "DATABASE_URL", true)))
            .exit_code(schemist::ExitCode::configuration);
    }
    if (!settings.platform.keeps_files && settings.database_url.rfind("sqlite", 0) == 0) {
        settings.warnings.push_back(
            fmt::format("{} keeps no files: every conversation is lost when it restarts; for a database that "
                        "stays, set {} {}",
                        settings.platform.name, settings.database_url_source,
                        where_to_set(settings.platform, settings.database_url_source, true)));
    }
    settings.decisions.push_back({"database", found == nullptr ? "sqlite:///schemist.db" : "as set",
                                  found == nullptr ? "default" : found});
    settings.connections = static_cast<std::size_t>(
        reader.number("CHAT_DATABASE_CONNECTIONS", static_cast<int>(settings.connections), 1, 1000));
}

void read_authentication(Reader& reader, Settings& settings) {
    Authentication& authentication = settings.authentication;
    authentication.secret = reader.text("CHAT_TOKEN_SECRET", "");
    authentication.development =
        reader.word("CHAT_AUTH", "token", {"token", "development"}, "users by") == "development";
    if (authentication.development) {
        if (settings.platform.kind != Platform::Kind::plain || settings.host != "127.0.0.1") {
            settings.warnings.push_back(
                "CHAT_AUTH=development: whoever reaches this service can read and change "
                "everybody's conversations");
        }
        return;
    }
    if (authentication.secret.empty()) {
        settings.warnings.push_back(
            fmt::format("nobody can chat yet, since CHAT_TOKEN_SECRET is not set: set it to {} random "
                        "characters or more {} "
                        "(or, for development, CHAT_AUTH=development)",
                        shortest_secret, where_to_set(settings.platform, "CHAT_TOKEN_SECRET", true)));
    } else if (authentication.secret.size() < shortest_secret) {
        throw reader.wrong(
            "CHAT_TOKEN_SECRET",
            fmt::format("has {} characters; one so short can be guessed", authentication.secret.size()),
            fmt::format("{} random characters or more (openssl rand -base64 32)", shortest_secret));
    }
}

void read_endpoint(Reader& reader, const Environment& environment, Settings& settings) {
    std::vector<std::string> values;
    std::vector<std::string> missing;
    for (const char* name : {"CHAT_API_URL", "CHAT_API_KEY", "CHAT_MODEL"}) {
        values.push_back(reader.text(name, ""));
        if (values.back().empty()) {
            missing.emplace_back(name);
        }
    }
    if (missing.empty()) {
        EndpointSettings& endpoint = settings.endpoint.emplace();
        endpoint.url = values[0];
        endpoint.key = values[1];
        endpoint.model = values[2];
        endpoint.system_prompt = environment("CHAT_SYSTEM_PROMPT").value_or(endpoint.system_prompt);
        endpoint.answer_timeout = std::chrono::seconds(
            reader.number("CHAT_API_TIMEOUT", static_cast<int>(endpoint.answer_timeout.count()), 1, 3600));
    } else if (missing.size() < values.size()) {
        settings.warnings.push_back(fmt::format("{} {} not set, so the built-in responder answers",
                                                fmt::join(missing, " and "),
                                                missing.size() == 1 ? "is" : "are"));
    }
}

// A budget of the migration, where neither Schemist's variable nor its file may have been meant to say it.
std::chrono::seconds budget(Reader& reader, Settings& settings, const char* variable,
                            std::chrono::seconds here, std::string_view what) {
    if (const auto value = reader.value(variable)) {
        settings.decisions.push_back({std::string(what), *value, variable});
        return std::chrono::seconds(0);
    }
    if (here.count() == 0) {
        settings.decisions.push_back({std::string(what), "as configured", "default"});
        return here;
    }
    // Together they leave a quarter of the platform's time to the migration itself.
    const auto chosen = std::min(here, settings.startup_limit * here.count() / 1760);
    settings.decisions.push_back(
        {std::string(what), fmt::format("{} s", chosen.count()), reader.by_default()});
    return std::max(chosen, std::chrono::seconds(1));
}

void read_start_and_stop(Reader& reader, Settings& settings) {
    reader.decide("migrates", reader.text("SCHEMIST_MIGRATE_ON_START", "auto"), "SCHEMIST_MIGRATE_ON_START");
    settings.startup_limit =
        reader.seconds("CHAT_STARTUP_LIMIT", settings.platform.startup_limit, 1, "start limit");
    settings.connect_deadline = budget(reader, settings, "SCHEMIST_CONNECT_DEADLINE",
                                       settings.platform.connect_deadline, "connect deadline");
    settings.lock_wait =
        budget(reader, settings, "SCHEMIST_LOCK_WAIT", settings.platform.lock_wait, "lock wait");
    settings.shutdown_delay = reader.seconds("CHAT_SHUTDOWN_DELAY", settings.platform.shutdown_delay, 0);
    settings.shutdown_limit =
        reader.seconds("CHAT_SHUTDOWN_LIMIT", settings.platform.shutdown_limit, 1, "shutdown limit");
}

void read_limits(const Reader& reader, Settings& settings) {
    Limits& limits = settings.limits;
    limits.concurrent_requests = static_cast<std::size_t>(
        reader.number("CHAT_CONCURRENT_REQUESTS", static_cast<int>(limits.concurrent_requests), 1, 4096));
    limits.requests_per_minute = static_cast<std::size_t>(reader.number(
        "CHAT_REQUESTS_PER_MINUTE", static_cast<int>(limits.requests_per_minute), 0, 1'000'000));
    limits.database_patience = std::chrono::seconds(
        reader.number("CHAT_DATABASE_PATIENCE", static_cast<int>(limits.database_patience.count()), 0, 600));
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Settings read_settings(const Environment& environment) {
    Settings settings;
    settings.platform = recognise(environment);
    Reader reader(environment, settings);
    settings.host = reader.text("HOST", settings.platform.host);
    reader.decide("address", settings.host, "HOST");
    settings.port = reader.number("PORT", settings.port, 0, 65535);
    reader.decide("port", std::to_string(settings.port), "PORT");
    read_database(reader, settings);
    read_start_and_stop(reader, settings);
    settings.json_log = reader.word("CHAT_LOG", settings.platform.json_log ? "json" : "text",
                                    {"text", "json"}, "log") == "json";
    read_authentication(reader, settings);
    read_limits(reader, settings);
    settings.migrations_token = reader.text("MIGRATIONS_TOKEN", "");
    settings.metrics_token = reader.text("METRICS_TOKEN", "");
    settings.platform.behind_proxy =
        reader.number("CHAT_BEHIND_PROXY", settings.platform.behind_proxy ? 1 : 0, 0, 1) == 1;
    read_endpoint(reader, environment, settings);
    return settings;
}

std::string describe(const Settings& settings) {
    std::string text = settings.platform.name;
    if (!settings.platform.recognised.empty()) {
        text += fmt::format(" ({})", settings.platform.recognised);
    }
    std::string_view separator = ": ";
    for (const Decision& decision : settings.decisions) {
        text += fmt::format("{}{} {} ({})", separator, decision.what, decision.value, decision.source);
        separator = ", ";
    }
    return text;
}

}  // namespace chat
