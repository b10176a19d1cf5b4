#include "settings.hpp"

#include <schemist/error.hpp>

#include <map>

#include <doctest/doctest.h>

namespace {

chat::Settings read(std::map<std::string, std::string> variables) {
    return chat::read_settings([&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
    });
}

}  // namespace

TEST_CASE("without any variable the service listens on every address, port 7860, and answers by itself") {
    const auto settings = read({});
    CHECK(settings.host == "0.0.0.0");
    CHECK(settings.port == 7860);
    CHECK(settings.database_url.empty());
    CHECK(settings.migrations_token.empty());
    CHECK(settings.startup_limit.count() == 1800);
    CHECK_FALSE(settings.endpoint);
    CHECK(settings.warning.empty());
}

TEST_CASE("variables change the settings, and empty ones do not") {
    const auto settings = read({{"HOST", "127.0.0.1"}, {"PORT", "0"}, {"CHAT_DATABASE_CONNECTIONS", "3"}});
    CHECK(settings.host == "127.0.0.1");
    CHECK(settings.port == 0);
    CHECK(read({{"DATABASE_URL", "sqlite:///a.db"}, {"POSTGRES_URL", "x"}}).database_url == "sqlite:///a.db");
    CHECK(read({{"DATABASE_URL", "sqlite:///a.db"}, {"POSTGRES_URL", "x"}}).database_url_source ==
          "DATABASE_URL");
    CHECK(read({{"POSTGRES_URL", "postgres://host/db"}}).database_url == "postgres://host/db");
    CHECK(read({{"POSTGRES_URL", "postgres://host/db"}}).database_url_source == "POSTGRES_URL");
    CHECK(read({{"MIGRATIONS_TOKEN", "s3cret"}}).migrations_token == "s3cret");
    CHECK(read({{"CHAT_STARTUP_LIMIT", "60"}}).startup_limit == std::chrono::minutes(1));
    CHECK(settings.connections == 3);
    CHECK(read({{"HOST", ""}, {"PORT", ""}}).port == 7860);
}

TEST_CASE("a number that is none is an error that names the variable") {
    for (const char* port : {"http", "-1", "65536", "80x", " 80", "99999999999"}) {
        CAPTURE(port);
        try {
            read({{"PORT", port}});
            FAIL("accepted");
        } catch (const schemist::Error& error) {
            CHECK(error.where() == "PORT");
            CHECK(error.exit_code() == schemist::ExitCode::configuration);
        }
    }
}

TEST_CASE("the endpoint needs its three variables, and half of them is a warning") {
    const auto settings = read({{"CHAT_API_URL", "http://localhost/v1"},
                                {"CHAT_API_KEY", "secret"},
                                {"CHAT_MODEL", "small"},
                                {"CHAT_API_TIMEOUT", "7"},
                                {"CHAT_SYSTEM_PROMPT", ""}});
    REQUIRE(settings.endpoint);
    CHECK(settings.endpoint->url == "http://localhost/v1");
    CHECK(settings.endpoint->key == "secret");
    CHECK(settings.endpoint->model == "small");
    CHECK(settings.endpoint->answer_timeout.count() == 7);
    CHECK(settings.endpoint->system_prompt.empty());
    const auto half =
        read({{"CHAT_API_URL", "http://localhost/v1"}, {"CHAT_MODEL", "small"}, {"CHAT_API_KEY", ""}});
    CHECK_FALSE(half.endpoint);
    CHECK(half.warning.find("CHAT_API_KEY is not set") != std::string::npos);
}
