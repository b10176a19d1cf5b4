#include "support/corpus.hpp"

#include "postgresql/connection.hpp"
#include "support/process.hpp"

#include <schemist/error.hpp>

#include <fstream>
#include <sstream>
#include <string_view>

namespace schemist::test {
namespace {

namespace fs = std::filesystem;

// A role that a case mentions, and that the corpus does not list.
void create_missing_role(const Error& error) {
    const std::string_view message = error.what_failed();
    const std::size_t first = message.find('"');
    const std::size_t last = message.rfind('"');
    if (error.sqlstate() != "42704" || !message.starts_with("role ") || first == last) {
        throw error;
    }
    postgresql::Connection::open(postgresql_server())
        ->run_script("CREATE ROLE " + std::string(message.substr(first, last - first + 1)));
}

// One statement a line. The server may have been here before.
void create_roles(const std::string& script) {
    const auto connection = postgresql::Connection::open(postgresql_server());
    std::istringstream lines(script);
    for (std::string line; std::getline(lines, line);) {
        try {
            connection->run_script(line);
        } catch (const Error& error) {
            if (error.sqlstate() != "42710") {
                throw;
            }
        }
    }
}

// Commands of psql, and rows, which its protocol sends in another way.
bool needs_psql(const std::string& script) {
    return script.starts_with("\\") || script.find("\n\\") != std::string::npos ||
           script.find(" FROM stdin;") != std::string::npos;
}

void run_psql(const TestDatabase& database, const std::string& script) {
    const OwnFolder folder;
    const fs::path file = folder.path() / "script.sql";
    std::ofstream(file, std::ios::binary) << script;
    Process psql(Command{.arguments = {"/usr/bin/env", "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-v",
                                       "VERBOSITY=verbose", "-f", file.string(), database.url()}});
    if (psql.wait() == 0) {
        return;
    }
    // psql:FILE:LINE: ERROR:  42704: role "a" does not exist
    constexpr std::string_view mark = "ERROR:  ";
    const std::string text = psql.error();
    const std::size_t code = text.find(mark);
    if (code == std::string::npos) {
        throw Error("psql: " + text);
    }
    const std::size_t message = code + mark.size() + 7;
    throw Error(text.substr(message, text.find('\n', message) - message))
        .sqlstate(text.substr(code + mark.size(), 5));
}

std::unique_ptr<TestDatabase> load_once(const std::string& script) {
    if (!needs_psql(script)) {
        return std::make_unique<TestDatabase>(script);
    }
    auto database = std::make_unique<TestDatabase>();
    run_psql(*database, script);
    return database;
}

// What PostgreSQL 15 brought.
bool is_of_newer_server(const Error& error) {
    return error.sqlstate() == "42601" ||
           error.what_failed() == "unrecognized parameter \"security_invoker\"";
}

}  // namespace

std::unique_ptr<TestDatabase> load_script(const std::string& script) {
    static const int major = postgresql::Connection::open(postgresql_server())->server_version() / 10000;
    for (int attempt = 0; attempt < 5; ++attempt) {
        try {
            return load_once(script);
        } catch (const Error& error) {
            if (major < 15 && is_of_newer_server(error)) {
                return nullptr;
            }
            create_missing_role(error);
        }
    }
    return load_once(script);
}

fs::path corpus_folder() {
    const fs::path folder = fs::path(SCHEMIST_SOURCE_DIR) / "../shared/corpus";
    return fs::exists(folder / "postgresql") ? folder : fs::path();
}

void create_roles_of_corpus() {
    create_roles(text_of(corpus_folder() / "roles.sql"));
}

}  // namespace schemist::test
