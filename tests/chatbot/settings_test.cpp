#include "settings.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <map>
#include <stdexcept>

#include <doctest/doctest.h>

namespace {

chat::Settings read(std::map<std::string, std::string> variables) {
    return chat::read_settings([&](const char* name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
    });
}

bool warns(const chat::Settings& settings, const std::string& text) {
    return std::any_of(settings.warnings.begin(), settings.warnings.end(),
                       [&](const std::string& warning) { return warning.find(text) != std::string::npos; });
}

bool has(const std::string& text, const std::string& part) {
    CAPTURE(text);
    return text.find(part) != std::string::npos;
}

schemist::Error error_of(const std::map<std::string, std::string>& variables) {
    try {
        read(variables);
    } catch (const schemist::Error& error) {
        CHECK(error.exit_code() == schemist::ExitCode::configuration);
        return error;
    }
    throw std::runtime_error("the settings were accepted");
}

const std::string secret = "0123456789abcdef0123456789abcdef";
const std::string url = "postgresql://app@db.example.org/app";

}  // namespace

TEST_CASE("without any variable the service listens on this computer, port 7860, and answers by itself") {
    const auto settings = read({{"CHAT_AUTH", "development"}});
    CHECK(settings.host == "127.0.0.1");
    CHECK(settings.port == 7860);
    CHECK(settings.database_url.empty());
    CHECK(settings.migrations_token.empty());
    CHECK(settings.startup_limit.count() == 1800);
    CHECK_FALSE(settings.endpoint);
    CHECK(settings.warnings.empty());
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
    CHECK(warns(half, "CHAT_API_KEY is not set"));
}

TEST_CASE("a Space is recognised and decides what nobody has said") {
    const auto settings =
        read({{"SPACE_ID", "anna/chat"}, {"SPACE_HOST", "anna-chat.hf.space"}, {"DATABASE_URL", url}});
    CHECK(settings.platform.kind == chat::Platform::Kind::space);
    CHECK(settings.host == "0.0.0.0");
    CHECK(settings.port == 7860);
    CHECK_FALSE(settings.json_log);
    CHECK(settings.platform.behind_proxy);
    CHECK(settings.startup_limit == std::chrono::minutes(30));
    CHECK(settings.connect_deadline + settings.lock_wait < settings.startup_limit);
    CHECK(settings.connect_deadline > std::chrono::minutes(1));
    const std::string line = chat::describe(settings);
    CHECK(has(line, "the Space anna/chat (SPACE_ID): "));
    CHECK(has(line, "address 0.0.0.0 (default here)"));
    CHECK(has(line, "database as set (DATABASE_URL)"));
    CHECK(has(line, "migrates auto (default here)"));
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find("db.example.org") == std::string::npos);
}

TEST_CASE("the budgets stay below the time that the platform gives") {
    for (const char* limit : {"1", "20", "60", "600", "1800", "86400"}) {
        CAPTURE(limit);
        const auto settings =
            read({{"SPACE_ID", "a/b"}, {"DATABASE_URL", url}, {"CHAT_STARTUP_LIMIT", limit}});
        CHECK(settings.connect_deadline.count() >= 1);
        CHECK(settings.connect_deadline <= settings.startup_limit);
        if (settings.startup_limit.count() >= 20) {
            CHECK(settings.connect_deadline + settings.lock_wait < settings.startup_limit * 4 / 5);
        }
    }
    const auto said = read({{"SPACE_ID", "a/b"}, {"DATABASE_URL", url}, {"SCHEMIST_CONNECT_DEADLINE", "5s"}});
    CHECK(said.connect_deadline.count() == 0);
    CHECK(has(chat::describe(said), "connect deadline 5s (SCHEMIST_CONNECT_DEADLINE)"));
}

TEST_CASE("Kubernetes is recognised, and its log is for programs") {
    const auto settings = read({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"DATABASE_URL", url}});
    CHECK(settings.platform.kind == chat::Platform::Kind::kubernetes);
    CHECK(settings.host == "0.0.0.0");
    CHECK(settings.json_log);
    CHECK(settings.shutdown_delay.count() > 0);
    CHECK(settings.shutdown_delay + settings.shutdown_limit < std::chrono::seconds(30));
    CHECK_FALSE(read({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"DATABASE_URL", url}, {"CHAT_LOG", "text"}})
                    .json_log);
}

TEST_CASE("every decision can be changed, and the line says by what") {
    const auto settings = read({{"SPACE_ID", "a/b"},
                                {"POSTGRES_URL", url},
                                {"HOST", "127.0.0.2"},
                                {"PORT", "1"},
                                {"CHAT_LOG", "json"},
                                {"SCHEMIST_MIGRATE_ON_START", "check"},
                                {"CHAT_STARTUP_LIMIT", "100"},
                                {"CHAT_SHUTDOWN_LIMIT", "3"},
                                {"CHAT_SHUTDOWN_DELAY", "2"},
                                {"CHAT_BEHIND_PROXY", "0"},
                                {"CHAT_CONCURRENT_REQUESTS", "9"},
                                {"CHAT_REQUESTS_PER_MINUTE", "0"},
                                {"CHAT_DATABASE_PATIENCE", "4"},
                                {"CHAT_TOKEN_SECRET", secret}});
    const std::string line = chat::describe(settings);
    for (const char* part : {"address 127.0.0.2 (HOST)", "port 1 (PORT)", "log json (CHAT_LOG)",
                             "database as set (POSTGRES_URL)", "migrates check (SCHEMIST_MIGRATE_ON_START)",
                             "start limit 100 s (CHAT_STARTUP_LIMIT)",
                             "shutdown limit 3 s (CHAT_SHUTDOWN_LIMIT)", "users by token (default here)"}) {
        CAPTURE(part);
        CHECK(has(line, part));
    }
    CHECK(line.find(secret) == std::string::npos);
    CHECK(settings.shutdown_delay.count() == 2);
    CHECK_FALSE(settings.platform.behind_proxy);
    CHECK(settings.limits.concurrent_requests == 9);
    CHECK(settings.limits.requests_per_minute == 0);
    CHECK(settings.limits.database_patience.count() == 4);
}

TEST_CASE("where files are lost, a database has to be named, and the error says where") {
    const auto space = error_of({{"SPACE_ID", "a/b"}});
    CHECK(space.where() == "DATABASE_URL");
    CHECK(has(space.hint(), "Settings, Variables and secrets, New secret, DATABASE_URL"));
    const auto pod = error_of({{"KUBERNETES_SERVICE_HOST", "10.0.0.1"}, {"DATABASE_URL", ""}});
    CHECK(has(pod.hint(), "secretKeyRef"));
    // Any of the variables that lead Schemist to a database will do.
    CHECK(read({{"SPACE_ID", "a/b"}, {"DATABASE_URL_UNPOOLED", url}}).database_url.empty());
    CHECK(warns(read({{"SPACE_ID", "a/b"}, {"DATABASE_URL", "sqlite:////tmp/chat.db"}}),
                "is lost when it restarts"));
    CHECK_FALSE(warns(read({{"DATABASE_URL", "sqlite:////tmp/chat.db"}}), "is lost"));
}

TEST_CASE("a wrong setting is named with the place where to set it") {
    const auto error = error_of({{"SPACE_ID", "a/b"}, {"DATABASE_URL", url}, {"PORT", "x"}});
    CHECK(has(error.hint(), "in the Space: Settings, Variables and secrets, New variable, PORT"));
    CHECK(error_of({{"CHAT_LOG", "xml"}}).where() == "CHAT_LOG");
    CHECK(error_of({{"CHAT_AUTH", "none"}}).where() == "CHAT_AUTH");
    const auto guessable = error_of({{"CHAT_TOKEN_SECRET", "letmein"}});
    CHECK(guessable.where() == "CHAT_TOKEN_SECRET");
    CHECK(std::string(guessable.what()).find("letmein") == std::string::npos);
}

TEST_CASE("tokens are the rule, development has to be switched on, and both warn where they must") {
    CHECK_FALSE(read({{"CHAT_TOKEN_SECRET", secret}}).authentication.development);
    CHECK(read({{"CHAT_TOKEN_SECRET", secret}}).warnings.empty());
    CHECK(warns(read({}), "CHAT_TOKEN_SECRET is not set"));
    CHECK(read({{"CHAT_AUTH", "development"}}).authentication.development);
    CHECK(warns(read({{"CHAT_AUTH", "development"}, {"HOST", "0.0.0.0"}}), "everybody's conversations"));
}
