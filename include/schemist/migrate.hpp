#pragma once
/// \file
/// Bringing a database up to date when an application starts.

#include <schemist/connection.hpp>
#include <schemist/reporter.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
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
    always,     ///< as automatic
    check,      ///< only look: Error with ExitCode::pending when something is pending
    never,      ///< do not even connect
};

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
    std::string url;         ///< without its password
    std::string url_source;  ///< what named it: "MigrateOptions::url", "DATABASE_URL", ...

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

}  // namespace schemist
