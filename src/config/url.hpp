#pragma once
// Where a database is.

#include "config/config.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace schemist {

struct Url {
    DialectName dialect = DialectName::sqlite;
    std::string user;
    std::string password;
    std::string host;      // several with commas between them; begins with / for a socket
    std::string port;      // as many as hosts, or empty
    std::string database;  // SQLite: the path, or ":memory:"
    std::vector<std::pair<std::string, std::string>> parameters;  // of libpq
    std::string pooled_host;                                      // that for_migrations() replaced
    postgresql::Way way;

    std::string source;              // what named it: "--url", "DATABASE_URL", "schemist.toml"
    std::vector<std::string> notes;  // what was left out or replaced, for people

    // For people and logs: without the password, and without parameters, which may hold others.
    std::string masked() const;
    // For libpq: keywords and values. With the password.
    std::string conninfo() const;
};

// Takes postgresql://, postgres://, SQLAlchemy's postgresql+driver://, sqlite:///relative, sqlite:////absolute and
// sqlite:// (in memory). Throws Error (configuration), which never shows the text.
Url parse_url(std::string_view text, std::string source = "the URL");

// The first that is there: `given` (by --url or by the program), the variables that platforms use, the configuration
// file, sqlite:///schemist.db.
Url resolve_url(const std::string& given, const Config& config, const EnvironmentVariables& environment);

// With the way to the database that the configuration says.
Url on_its_way(Url url, const Config& config);

// On Neon the direct host in place of the pooler, which cannot hold a lock; SCHEMIST_KEEP_POOLER=1 keeps it.
Url for_migrations(Url url, const EnvironmentVariables& environment);

// On Neon with the endpoint in the startup options too, for where TLS does not carry the host's name; the same when it is
// there already, or on another host. Pure.
Url with_endpoint(Url url);

// What this machine trusts when a server's certificate is verified.
struct SystemAuthorities {
    bool libpq_knows_them = false;  // sslrootcert=system
    std::string file;               // with all of them; empty: there is none
    bool others_are_set = false;    // by the environment
};

// With the authorities of the system where the URL wants them: an older libpq does not know "system", and without a word
// looks for a file in the home folder. Neon's certificates are public.
Url with_authorities(Url url, const SystemAuthorities& authorities);

}  // namespace schemist
