#pragma once
// Databases of both backends, and histories written as text.

#include "history/file.hpp"
#include "runner/runner.hpp"
#include "support/postgresql.hpp"

#include <schemist/connection.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace schemist::test {

class Database {
  public:
    virtual ~Database() = default;
    virtual DialectName name() const = 0;
    virtual const Dialect& dialect() const = 0;
    virtual std::unique_ptr<Connection> connect() const = 0;
};

std::unique_ptr<Database> make_database(DialectName dialect);

// Counts how often something is sent.
class CountingConnection final : public Connection {
  public:
    explicit CountingConnection(Connection& inner) : inner_(inner) {}
    DialectName dialect() const override { return inner_.dialect(); }
    Rows query(std::string_view sql, std::span<const Value> parameters) override {
        ++count;
        return inner_.query(sql, parameters);
    }
    Rows run_script(std::string_view sql) override {
        ++count;
        return inner_.run_script(sql);
    }
    bool in_transaction() const override { return inner_.in_transaction(); }
    void cancel() noexcept override { inner_.cancel(); }
    void abandon() noexcept override { inner_.abandon(); }
    std::string description() const override { return inner_.description(); }
    bool alive() const override { return inner_.alive(); }

    int count = 0;

  private:
    Connection& inner_;
};

// What was reported, one line each.
class Listener final : public Reporter {
  public:
    void info(std::string_view text) override { infos.emplace_back(text); }
    void warning(std::string_view text) override { warnings.emplace_back(text); }
    void step_finished(const StepProgress& progress) override {
        finished.push_back(progress.revision + ":" + std::to_string(progress.step));
    }
    std::vector<std::string> infos;
    std::vector<std::string> warnings;
    std::vector<std::string> finished;
};

// "-- revision: a\n...": each text is a file named after its place.
History history_of(const std::vector<std::string>& texts);

// A revision `id` of `parents` that runs these; the way back is `down`.
std::string revision(const std::string& id, const std::string& parents, const std::string& up,
                     const std::string& down = "");

std::string ids_of(const RunReport& report);
std::string journal_of(Connection& connection);  // "a:applied:1/1 b:running:1/2"
std::int64_t count(Connection& connection, const std::string& from);

extern const std::vector<std::string> simple;  // a, b of three steps, c

// An empty database, and what is done to it.
struct MigratedDatabase {
    explicit MigratedDatabase(DialectName dialect)
        : database(make_database(dialect)), connection(database->connect()) {}

    RunReport up(const std::vector<std::string>& files, std::string_view target = "head",
                 RunOptions options = {}) {
        return upgrade(*connection, database->dialect(), history_of(files), target, options, listener);
    }
    RunReport down(const std::vector<std::string>& files, std::string_view target, RunOptions options = {}) {
        return downgrade(*connection, database->dialect(), history_of(files), target, options, listener);
    }
    StatusReport look(const std::vector<std::string>& files) {
        return status(*connection, database->dialect(), history_of(files), default_journal);
    }
    std::string journal() { return journal_of(*connection); }

    std::unique_ptr<Database> database;
    std::unique_ptr<Connection> connection;
    Listener listener;
};

// A test case for each backend.
#define ON_BOTH(words, function)           \
    TEST_CASE("sqlite: " words) {          \
        function(DialectName::sqlite);     \
    }                                      \
    TEST_CASE("postgresql: " words) {      \
        function(DialectName::postgresql); \
    }

}  // namespace schemist::test
