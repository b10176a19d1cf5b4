#pragma once
// Applies revisions to a database and takes them back.

#include "history/checksum.hpp"
#include "history/graph.hpp"
#include "runner/journal.hpp"
#include "schema/dialect.hpp"

#include <schemist/connection.hpp>
#include <schemist/migrate.hpp>
#include <schemist/reporter.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// When the journal has revisions that the files do not have.
enum class OnNewer { ignore, error };

inline const Name default_journal{"public", "schemist_journal"};

struct RunOptions {
    Name journal = default_journal;
    // How long a run looks for its database again when a connection was lost.
    std::chrono::milliseconds connect_deadline = std::chrono::minutes(2);
    std::chrono::milliseconds lock_wait = std::chrono::minutes(15);
    std::chrono::milliseconds lock_timeout = std::chrono::seconds(5);
    // How often a step is tried again because of others: a table in use, a deadlock, a serialization failure.
    int lock_retries = 30;
    // How long the server keeps the lock of a process that does not answer.
    std::chrono::milliseconds lock_lease = std::chrono::seconds(60);
    std::chrono::milliseconds statement_timeout{0};
    OnNewer on_newer = OnNewer::ignore;
    std::string applied_by = {};  // empty: user@host
    std::string run_id = {};      // empty: a new one
    std::span<const DataMigration> data_migrations = {};
    // Opens another connection to the same database. Without it a run has only the connection that it was given: it
    // holds no lock between its steps, and ends when the connection is lost. `patient`: tries again for as long as
    // connections may take; else once. A thread of the run's may call it while the run is under way.
    std::function<std::unique_ptr<Connection>(Reporter&, bool patient)> connect = {};
    // Called before an upgrade when the journal says nothing. True: it may say something now.
    std::function<bool(Connection&)> adopt = {};
    // Asks the run to stop: what runs in a transaction is cancelled and rolled back, a statement that runs alone
    // gets `stop_grace` to end.
    std::stop_token stop = {};
    std::chrono::milliseconds stop_grace = std::chrono::seconds(8);
    // How often it is told of a step that takes long.
    std::chrono::milliseconds word_every = std::chrono::seconds(10);
};

struct RevisionRun {
    std::string id;
    std::string message;
    Direction direction = Direction::upgrade;
    std::size_t steps = 1;  // that this run did
    std::chrono::milliseconds duration{0};
};

struct RunReport {
    std::string run_id;
    std::vector<RevisionRun> revisions;  // finished by this run, in order
    std::vector<std::string> current;    // applied revisions that no applied one needs
    std::string installation;            // see installation_of()
    std::chrono::milliseconds duration{0};

    bool nothing_to_do() const { return revisions.empty(); }
};

// With nothing pending it costs one query, takes no lock and writes nothing. Every step commits together with
// its row in the journal, so a run that dies leaves the journal right, and the next one goes on where it
// ended.
RunReport upgrade(Connection& connection, const Dialect& dialect, const History& history,
                  std::string_view target, const RunOptions& options, Reporter& reporter);

RunReport downgrade(Connection& connection, const Dialect& dialect, const History& history,
                    std::string_view target, const RunOptions& options, Reporter& reporter);

struct StampReport {
    std::vector<std::string> added;    // now said to be applied
    std::vector<std::string> removed;  // now said not to be
};

// Makes the journal say that the targets are applied, without running anything. Also takes the checksums of the
// files as they are. `purge` empties the journal first, whatever it says.
StampReport stamp(Connection& connection, const Dialect& dialect, const History& history,
                  std::span<const std::string> targets, bool purge, const RunOptions& options,
                  Reporter& reporter);

// What a person says of a statement that ran outside of a transaction when its process died.
enum class Resolution {
    done,    // it took effect
    undone,  // it did not, and what it left behind is removed
};

// Writes that into the journal, so that the next run goes on. `id` names the revision; empty: the one that was
// interrupted. Throws Error when nothing was interrupted, or the statement still runs.
JournalRow resolve(Connection& connection, const Dialect& dialect, const History& history,
                   std::string_view id, Resolution resolution, const RunOptions& options, Reporter& reporter);

struct StatusReport {
    bool journal_exists = false;
    std::vector<JournalRow> applied;           // in the order of application, the interrupted ones included
    std::vector<std::string> pending;          // in the order in which they would run
    std::vector<std::string> unknown;          // in the journal, and not among the files
    std::vector<std::string> edited;           // other SQL than what was applied
    std::vector<std::string> edited_comments;  // other text, the same SQL
    std::vector<JournalRow> interrupted;  // between two steps, or in a statement outside of a transaction
    std::vector<std::string> current;     // applied revisions that no applied one needs
    std::vector<std::string> heads;       // of the files
    std::string installation;             // see installation_of()
};

// Names a database as its journal knows it: the run that made the journal. Empty without one.
std::string installation_of(const Journal& journal);

// One query.
StatusReport status(Connection& connection, const Dialect& dialect, const History& history,
                    const Name& journal);

// SQL that does what an upgrade, a downgrade or a stamp would do to a database where just these are applied, for
// somebody else to run. It compares the journal before every step as a run does, and stops where another one is.
std::string upgrade_script(const Dialect& dialect, const History& history,
                           std::span<const std::string> applied, std::string_view target,
                           const RunOptions& options);
std::string downgrade_script(const Dialect& dialect, const History& history,
                             std::span<const std::string> applied, std::string_view target,
                             const RunOptions& options);
std::string stamp_script(const Dialect& dialect, const History& history, std::span<const std::string> applied,
                         std::span<const std::string> targets, const RunOptions& options);

}  // namespace schemist
