// What the environment says about this process, and what holds where it says nothing.
#pragma once

#include "endpoint_responder.hpp"
#include "platform.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chat {

std::optional<std::string> process_environment(const char* name);

// Who the user of a request is.
struct Authentication {
    // Whoever asks says it. Only for development: it has to be switched on.
    bool development = false;
    // Tokens are signed with it. Empty without development: nobody is let in.
    std::string secret;
};

struct Limits {
    std::size_t concurrent_requests = 256;
    std::size_t requests_per_minute = 300;  // of one user, or of one address; 0: any number
    // How long a request waits for the database while that is away.
    std::chrono::seconds database_patience{10};
};

// A setting, and where its value comes from: a variable, or why it is the default.
struct Decision {
    std::string what;
    std::string value;
    std::string source;
};

struct Settings {
    Platform platform = recognise([](const char*) { return std::optional<std::string>(); });
    std::string host = platform.host;
    int port = 7860;
    // Empty: as schemist finds it. Migrations may go another way, past a pooler.
    std::string database_url;
    std::string database_url_source;  // the variable
    std::size_t connections = 8;      // to the database, at most
    std::optional<EndpointSettings> endpoint;
    Authentication authentication;
    Limits limits;
    std::string migrations_token;  // whoever bears it may ask for a migration; empty: nobody may
    std::string metrics_token;     // whoever bears it may read the metrics; empty: everybody may
    bool json_log = false;
    std::chrono::seconds startup_limit =
        platform.startup_limit;  // that the platform gives the program to become ready
    std::chrono::seconds shutdown_delay = platform.shutdown_delay;
    std::chrono::seconds shutdown_limit = platform.shutdown_limit;
    // Of the migration; 0: as Schemist's own configuration says.
    std::chrono::seconds connect_deadline{0};
    std::chrono::seconds lock_wait{0};
    std::vector<std::string> warnings;  // what is half set, for people
    std::vector<Decision> decisions;
};

// Reads the variables that docs/chatbot.md lists. An empty variable counts as not set. Throws schemist::Error that names
// the variable and where to set it.
Settings read_settings(const Environment& environment);

// Where the program runs, and all decisions, as one line.
std::string describe(const Settings& settings);

}  // namespace chat
