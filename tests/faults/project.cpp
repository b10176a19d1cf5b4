#include "faults/project.hpp"

#include "postgresql/connection.hpp"

#include <schemist/error.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <unistd.h>

namespace schemist::test {

namespace files = std::filesystem;

Project::Project(const std::string& url)
    : environment_{{"SCHEMIST_DATABASE_URL", url},
                   {"SCHEMIST_DIALECTS", "postgresql"},
                   {"SCHEMIST_CONNECT_DEADLINE", "30s"},
                   {"SCHEMIST_LOCK_WAIT", "60s"},
                   {"HOME", folder_.path().string()}} {
    files::create_directory(folder_.path() / "migrations");
}

void Project::set(const std::string& variable, const std::string& value) {
    if (value.empty()) {
        environment_.erase(variable);
    } else {
        environment_[variable] = value;
    }
}

void Project::gated_history() const {
    revision("0001", "", "CREATE TABLE counted (step integer);");
    revision(
        "0002", "0001",
        "INSERT INTO counted VALUES (2);\nSELECT pg_advisory_xact_lock(7);\nINSERT INTO counted VALUES (3);");
    revision("0003", "0002", "INSERT INTO counted VALUES (4);");
}

files::path Project::file(const std::string& id) const {
    return folder_.path() / "migrations" / (id + "_test.sql");
}

void Project::revision(const std::string& id, const std::string& revises, const std::string& upgrade) const {
    std::ofstream(file(id)) << fmt::format(
        "-- revision: {}\n{}-- message: revision {}\n\n-- upgrade: any\n{}\n", id,
        revises.empty() ? "" : "-- revises: " + revises + "\n", id, upgrade);
}

void Project::standard_history() const {
    revision("0001", "",
             "CREATE TABLE notes (id integer PRIMARY KEY, text text NOT NULL);\n"
             "INSERT INTO notes VALUES (1, 'one');");
    revision("0002", "0001", "CREATE INDEX CONCURRENTLY ix_notes_text ON notes (text);");
    revision("0003", "0002", "INSERT INTO notes VALUES (2, 'two');");
}

Command Project::command(const std::string& arguments) const {
    Command command{{SCHEMIST_BINARY_DIR "/schemist"}, folder_.path(), environment_, false, {}, {}, {}};
    std::istringstream words(arguments);
    for (std::string word; words >> word;) {
        command.arguments.push_back(word);
    }
    return command;
}

std::unique_ptr<Process> Project::start_migrator() const {
    Command with_library = command();
    with_library.arguments = {SCHEMIST_BINARY_DIR "/faults_migrator"};
    return std::make_unique<Process>(with_library);
}

std::unique_ptr<Process> Project::start(const std::string& arguments) const {
    return std::make_unique<Process>(command(arguments));
}

Result Project::run(const std::string& arguments, std::chrono::milliseconds longest) const {
    const std::unique_ptr<Process> process = start(arguments);
    return result_of(*process, longest);
}

Result result_of(Process& process, std::chrono::milliseconds longest) {
    const auto start = std::chrono::steady_clock::now();
    Result result;
    result.status = process.wait(longest);
    result.output = process.output();
    result.duration =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
    return result;
}

std::string journal_of(const OwnServer& server) {
    if (server.value("SELECT to_regclass('public.schemist_journal') IS NULL") == "t") {
        return "none";
    }
    return server.value(
        "SELECT coalesce(string_agg(id || ':' || status || ':' || step || '/' || steps, ' ' ORDER BY "
        "sequence), "
        "'empty') FROM public.schemist_journal");
}

std::string invalid_indexes(const OwnServer& server) {
    return server.value(
        "SELECT coalesce(string_agg(indexrelid::regclass::text, ' '), '') FROM pg_index WHERE NOT "
        "indisvalid");
}

void check_standard_head(const OwnServer& server) {
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1 0003:applied:1/1");
    CHECK(server.value("SELECT string_agg(id || '=' || text, ' ' ORDER BY id) FROM notes") == "1=one 2=two");
    CHECK(server.value("SELECT count(*) FROM pg_index WHERE indrelid = 'notes'::regclass AND indisvalid") ==
          "2");
    CHECK(invalid_indexes(server).empty());
}

void check_gated_head(const OwnServer& server) {
    CHECK(journal_of(server) == "0001:applied:1/1 0002:applied:1/1 0003:applied:1/1");
    CHECK(server.value("SELECT string_agg(step::text, ' ' ORDER BY step) FROM counted") == "2 3 4");
}

Gate::Gate(const OwnServer& server) : server_(server), connection_(server.connect()) {
    connection_->run_script("SELECT pg_advisory_lock(7)");
}

void Gate::open() {
    connection_.reset();
}

std::string Gate::wait_for_step(const std::string& other_than) const {
    const std::string waiting =
        "FROM pg_locks WHERE NOT granted AND locktype = 'advisory' AND objid = 7 AND pid <> " + other_than;
    server_.wait_until_true("SELECT count(*) > 0 " + waiting);
    return server_.value("SELECT pid " + waiting);
}

Snapshot::Snapshot(const OwnServer& server) : server_(server), connection_(server.connect()) {
    connection_->run_script("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class");
}

void Snapshot::close() {
    connection_.reset();
}

void Snapshot::wait_for_build() const {
    server_.wait_until_true(
        "SELECT count(*) > 0 FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting for old%'");
}

bool may_mount() {
    return geteuid() == 0 && std::system("unshare --mount true 2>/dev/null") == 0;
}

void skip(const std::string& reason) {
    fmt::print("row skipped: {}\n", reason);
    std::fflush(stdout);
}

}  // namespace schemist::test
