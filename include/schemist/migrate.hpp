#pragma once
/// \file
/// Bringing a database up to date when an application starts.

#include <schemist/connection.hpp>
#include <schemist/reporter.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace schemist {

/// A revision file inside of the program: `schemist_embed_migrations` of CMake makes them.
struct EmbeddedMigration {
    std::string_view name;  ///< "8f3c2a91d0b4_add_conversations.sql"
    std::string_view text;
};

/// Work on rows that SQL cannot express, tied to a revision.
///
/// `upgrade` runs after the SQL of the revision's last transactional step and commits together with it;
/// `downgrade` runs before the SQL of the first transactional step of the way back. Neither may begin or end
/// a transaction.
struct DataMigration {
    std::string revision;
    std::function<void(Connection&)> upgrade;
    std::function<void(Connection&)> downgrade;
};

/// What migrate() does. `SCHEMIST_MIGRATE_ON_START` says it for an application: auto, always, check or never.
enum class MigrateMode {
    automatic,  ///< apply what is pending; wait when another process does it already
    always,  ///< as automatic, then compare the database with what its journal says: Error (mismatch) on drift
    check,   ///< only look: Error with ExitCode::pending when something is pending
    never,   ///< do not even connect
};

/// What an application does when its start fails. `SCHEMIST_MIGRATE_ON_FAILURE` says it: exit, hold or serve.
enum class OnFailure {
    exit,   ///< end with the error's exit code, so that a supervisor sees it
    hold,   ///< stay alive, not ready; try again what may pass (an unreachable database, a lock)
    serve,  ///< answer requests all the same: for changes that the running version can do without
};

/// What to do with a database that has tables of the history, but no journal. `SCHEMIST_ADOPT` says it: never, exact
/// or complete.
enum class AdoptPolicy {
    never,     ///< nothing; the first revision then fails on the table that exists
    exact,     ///< when its structure is that of a revision, say so in a new journal
    complete,  ///< as exact; also add what is missing, as long as nothing is altered or lost
};

struct StartupStatus;

struct MigrateOptions {
    /// Empty: from the environment and schemist.toml, as `schemist upgrade` finds it.
    std::string url = {};
    /// The revisions: these, or when there are none the files of `folder`.
    std::span<const EmbeddedMigration> migrations = {};
    /// Empty: what the configuration says, "migrations" by default.
    std::string folder = {};
    std::string target = "head";
    /// Not set: SCHEMIST_MIGRATE_ON_START, automatic by default.
    std::optional<MigrateMode> mode = {};
    Reporter* reporter = nullptr;
    std::span<const DataMigration> data_migrations = {};
    /// Not set: SCHEMIST_ADOPT, complete by default.
    std::optional<AdoptPolicy> adopt = {};
    /// How long to try to connect, to wait for the lock, and for a table in use. Not set: the configuration's.
    std::optional<std::chrono::milliseconds> connect_deadline = {};
    std::optional<std::chrono::milliseconds> lock_wait = {};
    std::optional<std::chrono::milliseconds> lock_timeout = {};
    /// Asks to stop: what runs in a transaction is cancelled and rolled back, a statement that cannot run in one gets
    /// the configured grace to end. Then Error with ExitCode::interrupted.
    std::stop_token stop = {};
    /// Only for migrate_on_start(). Not set: SCHEMIST_MIGRATE_ON_FAILURE, exit by default.
    std::optional<OnFailure> on_failure = {};
    /// Only for migrate_on_start(): called with every change, by its thread.
    std::function<void(const StartupStatus&)> progress = {};
};

struct AppliedRevision {
    std::string id;
    std::string message;
    std::chrono::milliseconds duration{0};
};

struct MigrationReport {
    std::vector<AppliedRevision> applied;  ///< by this process, in order
    std::vector<std::string> pending;      ///< what was not applied, because of the mode
    std::chrono::milliseconds duration{0};
    std::string url;                    ///< without its password
    std::string url_source;             ///< what named it: "MigrateOptions::url", "DATABASE_URL", ...
    std::vector<std::string> current;   ///< revisions that are applied now and that no applied one needs
    std::vector<std::string> expected;  ///< the heads of the program
    /// Names the database as this journal knows it; the same through every connection to it. See migration_status().
    std::string installation;
    std::string failure;  ///< what failed, with OnFailure::serve; else empty
    std::vector<std::string>
        adopted;  ///< revisions that the database had already, without a journal that said so

    bool nothing_to_do() const { return applied.empty() && pending.empty(); }
};

/// Applies all pending revisions. Any number of processes may call it at the same time: one applies, the
/// others wait and find nothing to do. When nothing is pending it costs one connection and one query.
///
/// Throws Error; its exit_code() is what the process should end with.
/// \code
/// int main() {
///     try {
///         schemist::migrate({.migrations = chat::embedded_migrations()});
///     } catch (const schemist::Error& error) {
///         std::cerr << error.what() << '\n';
///         return static_cast<int>(error.exit_code());
///     }
///     serve();
/// }
/// \endcode
MigrationReport migrate(const MigrateOptions& options = {});

/// What the journal of a database says, compared with the revisions of the program.
struct MigrationStatus {
    std::vector<std::string> current;   ///< applied revisions that no applied one needs
    std::vector<std::string> expected;  ///< the heads of the program
    std::vector<std::string> pending;   ///< in the order in which they would run
    std::vector<std::string> unknown;   ///< applied, and not among the program's
    bool interrupted = false;           ///< a revision stands between two of its steps
    /// As in MigrationReport. Where it differs, the two connections lead to two databases.
    std::string installation;

    bool needs_migration() const { return !pending.empty() || interrupted; }
};

/// One query on a connection of the application's own.
MigrationStatus migration_status(Connection& connection, const MigrateOptions& options = {});

/// Where a start stands: a value for readiness endpoints.
struct StartupStatus {
    enum class State {
        connecting,  ///< to the database, perhaps again and again
        waiting,     ///< another process migrates
        migrating,
        ready,    ///< the tables are there
        failed,   ///< `error` says why; with OnFailure::hold it may still become ready
        stopped,  ///< on request
    };
    State state = State::connecting;
    std::string current_revision;   ///< empty: none, or not known yet
    std::string expected_revision;  ///< the head of the program
    bool needs_migration = true;    ///< also while it is not known
    bool database_ready = false;
    std::string revision;  ///< that runs now, or ran last
    std::size_t step = 0;  ///< of its `steps`
    std::size_t steps = 0;
    std::string message;  ///< what was told last: who holds the lock, what a step waits for
    std::string error;
    int exit_code = 0;                              ///< what the process would end with
    std::chrono::system_clock::time_point since{};  ///< in this state
};

std::string_view to_string(StartupStatus::State state);

/// A migration that runs in a thread of its own, so that the port of an application is bound, and its probes are
/// answered, meanwhile.
class MigrationOnStart {
  public:
    MigrationOnStart(const MigrationOnStart&) = delete;
    MigrationOnStart& operator=(const MigrationOnStart&) = delete;
    /// Asks it to stop, and waits for it.
    ~MigrationOnStart();

    /// Any thread may ask.
    StartupStatus status() const;

    /// Returns when the tables are there, or when it failed and OnFailure is serve. Throws the Error that ended it; with
    /// OnFailure::hold only when it was asked to stop. Once.
    MigrationReport wait();

    /// Asks it to stop, and returns at once. Any thread may ask.
    void request_stop();

  private:
    friend std::unique_ptr<MigrationOnStart> migrate_on_start(MigrateOptions options);
    class Worker;
    explicit MigrationOnStart(std::unique_ptr<Worker> worker);
    std::unique_ptr<Worker> worker_;
};

/// Begins migrate() in a thread of its own. What `options` refers to must outlive the result.
/// \code
/// bind_port();
/// const auto migration = schemist::migrate_on_start({.migrations = chat::embedded_migrations()});
/// answer("/ready", [&] { return migration->status().database_ready ? 200 : 503; });
/// migration->wait();
/// \endcode
std::unique_ptr<MigrationOnStart> migrate_on_start(MigrateOptions options = {});

}  // namespace schemist
