#include "settings.hpp"

#include <schemist/error.hpp>

#include <charconv>
#include <cstdlib>
#include <vector>

#include <fmt/format.h>

namespace chat {

namespace {

std::optional<std::string> value_of(const Environment& environment, const char* name) {
    auto value = environment(name);
    return value && value->empty() ? std::nullopt : value;
}

int number(const Environment& environment, const char* name, int otherwise, int lowest, int highest) {
    const auto text = value_of(environment, name);
    if (!text) {
        return otherwise;
    }
    int value = 0;
    const char* end = text->data() + text->size();
    const auto parsed = std::from_chars(text->data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end || value < lowest || value > highest) {
        throw schemist::Error(fmt::format("'{}' is no number from {} to {}", *text, lowest, highest))
            .at(name)
            .hint(fmt::format("set it to a number, or leave it out for {}", otherwise))
            .exit_code(schemist::ExitCode::configuration);
    }
    return value;
}

}  // namespace

std::optional<std::string> process_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Settings read_settings(const Environment& environment) {
    Settings settings;
    settings.host = value_of(environment, "HOST").value_or(settings.host);
    settings.port = number(environment, "PORT", settings.port, 0, 65535);
    for (const char* name : {"DATABASE_URL", "POSTGRES_URL"}) {
        if (const auto url = value_of(environment, name); url && settings.database_url.empty()) {
            settings.database_url = *url;
            settings.database_url_source = name;
        }
    }
    settings.migrations_token = value_of(environment, "MIGRATIONS_TOKEN").value_or("");
    settings.startup_limit = std::chrono::seconds(number(
        environment, "CHAT_STARTUP_LIMIT", static_cast<int>(settings.startup_limit.count()), 1, 86400));
    settings.connections = static_cast<std::size_t>(
        number(environment, "CHAT_DATABASE_CONNECTIONS", static_cast<int>(settings.connections), 1, 1000));

    std::vector<std::string> values;
    std::vector<std::string> missing;
    for (const char* name : {"CHAT_API_URL", "CHAT_API_KEY", "CHAT_MODEL"}) {
        values.push_back(value_of(environment, name).value_or(""));
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
        endpoint.answer_timeout = std::chrono::seconds(number(
            environment, "CHAT_API_TIMEOUT", static_cast<int>(endpoint.answer_timeout.count()), 1, 3600));
    } else if (missing.size() < values.size()) {
        settings.warning = fmt::format("{} {} not set, so the built-in responder answers",
                                       fmt::join(missing, " and "), missing.size() == 1 ? "is" : "are");
    }
    return settings;
}

}  // namespace chat
