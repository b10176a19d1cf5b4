#include "support/postgresql.hpp"

#include "postgresql/connection.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

namespace schemist::test {
namespace {

std::string environment(const char* variable) {
    const char* value = std::getenv(variable);
    if (value == nullptr) {
        throw Error(fmt::format("{} is not set", variable)).hint("run the tests under tests/with-postgresql");
    }
    return value;
}

std::string unique_name() {
    static std::atomic<int> count{0};
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    return fmt::format("test_{}_{}_{}", ::getpid(), now % 1000000000, ++count);
}

std::string shell_quoted(std::string_view text) {
    std::string quoted = "'";
    for (const char character : text) {
        quoted += character == '\'' ? std::string("'\\''") : std::string(1, character);
    }
    return quoted + "'";
}

std::string output_of(const std::string& command) {
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                               [](std::FILE*) { return 0; });
    if (!pipe) {
        throw Error("cannot run " + command);
    }
    std::string output;
    std::array<char, 8192> buffer{};
    while (const std::size_t read = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
        output.append(buffer.data(), read);
    }
    if (::pclose(pipe.get()) != 0) {
        throw Error("failed: " + command);
    }
    return output;
}

}  // namespace

std::string postgresql_server() {
    return environment("SCHEMIST_TEST_POSTGRESQL");
}

TestDatabase::TestDatabase(std::string_view script) : name_(unique_name()) {
    postgresql::Connection::open(postgresql_server())->run_script("CREATE DATABASE " + name_);
    if (!script.empty()) {
        // A dump changes settings of its connection.
        connect()->run_script(script);
    }
}

TestDatabase::~TestDatabase() {
    connection_.reset();
    const std::string drop = fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_);
    try {
        const auto server = postgresql::Connection::open(postgresql_server());
        try {
            server->run_script(drop);
        } catch (const Error&) {
            // Subscriptions keep a database alive.
            const auto inside = connect();
            const Rows names = inside->query(
                "SELECT subname FROM pg_subscription s JOIN pg_database d ON d.oid = "
                "s.subdbid WHERE d.datname = current_database()");
            for (std::size_t row = 0; row < names.size(); ++row) {
                const std::string alter = fmt::format("ALTER SUBSCRIPTION {} ", names.text(row, 0));
                inside->run_script(alter + "DISABLE; " + alter + "SET (slot_name = NONE)");
                inside->run_script(fmt::format("DROP SUBSCRIPTION {}", names.text(row, 0)));
            }
            server->run_script(drop);
        }
    } catch (const Error& error) {
        std::fputs(error.what(), stderr);
    }
}

std::string TestDatabase::url() const {
    std::string url = postgresql_server();
    const std::size_t path = url.find('/', url.find("://") + 3) + 1;
    const std::size_t end = std::min(url.find('?', path), url.size());
    return url.replace(path, end - path, name_);
}

postgresql::Connection& TestDatabase::connection() {
    if (!connection_) {
        connection_ = connect();
    }
    return *connection_;
}

std::unique_ptr<postgresql::Connection> TestDatabase::connect() const {
    return postgresql::Connection::open(url());
}

std::string TestDatabase::dump() const {
    const std::string program = environment("SCHEMIST_TEST_PG_DUMP");
    std::istringstream lines(
        output_of(fmt::format("{} --schema-only --no-owner {}", program, shell_quoted(url()))));
    std::string text;
    for (std::string line; std::getline(lines, line);) {
        const bool noise = line.empty() || line.starts_with("--") || line.starts_with("SET ") ||
                           line.starts_with("SELECT pg_catalog.set_config") ||
                           line.starts_with("\\restrict") || line.starts_with("\\unrestrict");
        if (!noise) {
            text += line + "\n";
        }
    }
    return text;
}

}  // namespace schemist::test
