#pragma once
// What schemist.toml, the environment and the command line say, in rising order.

#include "config/environment.hpp"
#include "postgresql/transport.hpp"
#include "schema/selection.hpp"

#include <schemist/connection.hpp>

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// Where the desired state comes from: at most one of command, files and database.
struct ModelsConfig {
    std::string command;
    std::vector<std::string> files;  // SQL, in order; relative to the folder of schemist.toml
    std::string database;            // a URL
    std::string format = "json";     // of what the command prints: json or sql

    bool empty() const { return command.empty() && files.empty() && database.empty(); }
    bool operator==(const ModelsConfig&) const = default;
};

// Commands of the shell, run in the folder of schemist.toml.
struct HooksConfig {
    std::string before_upgrade;
    std::string after_upgrade;
    std::string after_revision;  // a formatter, for example

    bool operator==(const HooksConfig&) const = default;
};

// How new revision files look.
struct RevisionConfig {
    std::string file_name = "{id}_{slug}";
    std::string layout;  // the path of a template; empty: headers and sections alone

    bool operator==(const RevisionConfig&) const = default;
};

struct Config {
    std::string path;                    // of schemist.toml; empty when there is none
    std::filesystem::path folder = ".";  // that relative paths start from
    std::string migrations = "migrations";
    std::vector<DialectName> dialects{DialectName::postgresql, DialectName::sqlite};
    std::string database_url;  // what the file says; resolve_url() knows what comes before it
    postgresql::Way way;       // to that database
    ModelsConfig models;
    Selection objects;
    RevisionConfig revision;
    HooksConfig hooks;
    Name journal{"public", "schemist_journal"};
    std::string scratch_postgresql;  // URL of a server that may hold scratch databases
    std::chrono::milliseconds connect_deadline = std::chrono::minutes(2);
    std::chrono::milliseconds lock_wait = std::chrono::minutes(15);
    std::chrono::milliseconds lock_lease = std::chrono::seconds(60);
    std::chrono::milliseconds lock_timeout = std::chrono::seconds(5);
    int lock_retries = 30;
    std::chrono::milliseconds statement_timeout{0};
    std::chrono::milliseconds stop_grace = std::chrono::seconds(8);
    bool newer_is_error = false;  // a database with revisions that the files do not have

    // A path of the configuration as the process must open it.
    std::filesystem::path resolve(const std::string& relative) const { return folder / relative; }
};

// The value of a schemist.toml. Pure. Throws Error (configuration) with file and line for what is wrong in it.
Config parse_config(std::string_view toml, const std::string& path);

// Replaces what environment variables say.
Config with_environment(Config config, const EnvironmentVariables& environment);

// `path` is what the user names, else SCHEMIST_CONFIG, else schemist.toml in this folder or the nearest one above that
// has it, else the defaults; then the environment.
Config load_config(const std::string& path, const EnvironmentVariables& environment);

// What `schemist init` writes.
std::string default_config_text(std::string_view migrations);

// "15min", "5s", "250ms", "1h"; a number alone is seconds. Throws Error (configuration).
std::chrono::milliseconds parse_duration(std::string_view text, const std::string& where);

}  // namespace schemist
