// What the environment says about this process.
#pragma once

#include "endpoint_responder.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace chat {

struct Settings {
    std::string host = "0.0.0.0";
    int port = 7860;
    // Empty: as schemist finds it. Migrations may go another way, past a pooler.
    std::string database_url;
    std::string database_url_source;  // the variable
    std::size_t connections = 8;      // to the database, at most
    std::optional<EndpointSettings> endpoint;
    std::string migrations_token;              // whoever bears it may ask for a migration; empty: nobody may
    std::chrono::seconds startup_limit{1800};  // that the platform gives the program to become ready
    std::string warning;                       // what is half set, for people
};

// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> process_environment(const char* name);

// HOST, PORT, DATABASE_URL or POSTGRES_URL, MIGRATIONS_TOKEN, CHAT_STARTUP_LIMIT (seconds), CHAT_DATABASE_CONNECTIONS,
// CHAT_API_URL, CHAT_API_KEY, CHAT_MODEL, CHAT_SYSTEM_PROMPT and CHAT_API_TIMEOUT (seconds). An empty variable counts
// as not set. Throws schemist::Error that names the variable.
Settings read_settings(const Environment& environment);

}  // namespace chat
