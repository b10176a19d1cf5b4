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
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

// When the journal has revisions that the files do not have.
enum class OnNewer { ignore, error };

// What to do with a statement outside of a transaction that was running when its process died.
enum class OnInterrupted {
    refuse,  // Error (needs_attention): somebody must look
    done,    // it took effect: go on behind it
    retry,   // it did not, and left nothing behind: run it again
};

inline const Name default_journal{"public", "schemist_journal"};

struct RunOptions {
    Name journal = default_journal;
    std::chrono::milliseconds lock_wait = std::chrono::minutes(15);
    std::chrono::milliseconds lock_timeout = std::chrono::seconds(5);
    std::chrono::milliseconds statement_timeout{0};
    OnNewer on_newer = OnNewer::ignore;
    OnInterrupted on_interrupted = OnInterrupted::refuse;
    std::string applied_by = {};  // empty: user@host
    std::string run_id = {};      // empty: a new one
    std::span<const DataMigration> data_migrations = {};
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

// Makes the journal say that the target is applied, without running anything. Also takes the checksums of the
// files as they are. `purge` empties the journal first, whatever it says.
StampReport stamp(Connection& connection, const Dialect& dialect, const History& history,
                  std::string_view target, bool purge, const RunOptions& options, Reporter& reporter);

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
};

// One query.
StatusReport status(Connection& connection, const Dialect& dialect, const History& history,
                    const Name& journal);

// SQL that does what an upgrade would do to a database where these are applied, for somebody else to run. It
// compares the journal before every step as a run does.
std::string upgrade_script(const Dialect& dialect, const History& history,
                           std::span<const std::string> applied, std::string_view target,
                           const RunOptions& options);

}  // namespace schemist
