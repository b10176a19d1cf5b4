#pragma once
// From a URL to a connection and its dialect.

#include "config/url.hpp"

#include <schemist/connection.hpp>
#include <schemist/reporter.hpp>

#include <chrono>
#include <memory>
#include <stop_token>

namespace schemist {

class Dialect;
struct Selection;

enum class ConnectionPurpose {
    migration,    // the direct host; SQLite does not enforce foreign keys while tables are rebuilt
    inspection,   // the same, and a server that only reads will do
    application,  // as it is
};

struct ConnectSettings {
    ConnectionPurpose purpose = ConnectionPurpose::application;
    // How long to try again; zero: one attempt.
    std::chrono::milliseconds deadline{0};
    std::stop_token stop = {};
    Reporter* reporter = nullptr;  // told of every failed attempt
};

// Tries again what may pass, with growing pauses, and ends at once with what is permanent. Throws Error: configuration,
// unreachable, or interrupted when it was to stop. For a migration also when nothing can be written there.
std::unique_ptr<Connection> connect(const Url& url, const ConnectSettings& settings);

// How long to wait after the first, second, ... attempt; `chance` is from 0 to 1. Pure.
std::chrono::milliseconds pause_between_attempts(bool is_slow, int attempt, double chance);

// One attempt.
std::unique_ptr<Connection> connect(const Url& url, ConnectionPurpose purpose);

const Dialect& dialect_of(const Url& url);
const Dialect& dialect_of(DialectName name);

// One that sees only what the project has selected.
std::unique_ptr<Dialect> make_dialect(DialectName name, const Selection& selection);

}  // namespace schemist
