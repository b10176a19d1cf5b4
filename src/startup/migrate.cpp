#include "config/connect.hpp"
#include "history/file.hpp"
#include "history/graph.hpp"
#include "runner/runner.hpp"
#include "startup/mode.hpp"

#include <schemist/error.hpp>
#include <schemist/migrate.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

History history_of(const MigrateOptions& options, const Config& config) {
    if (options.migrations.empty()) {
        const std::string folder = options.folder.empty() ? config.migrations : options.folder;
        return History(read_revisions(
            options.folder.empty() ? config.resolve(folder) : std::filesystem::path(folder), folder));
    }
    std::vector<Revision> revisions;
    revisions.reserve(options.migrations.size());
    for (const EmbeddedMigration& migration : options.migrations) {
        if (!migration.name.starts_with("schema.")) {
            revisions.push_back(parse_revision(migration.text, std::string(migration.name)));
        }
    }
    return History(std::move(revisions));
}

RunOptions run_options(const MigrateOptions& options, const Config& config) {
    RunOptions result;
    result.journal = config.journal;
    result.lock_wait = config.lock_wait;
    result.lock_timeout = config.lock_timeout;
    result.statement_timeout = config.statement_timeout;
    result.on_newer = config.newer_is_error ? OnNewer::error : OnNewer::ignore;
    result.data_migrations = options.data_migrations;
    return result;
}

void look_only(Connection& connection, const Dialect& dialect, const History& history,
               const RunOptions& options, const Url& url, MigrationReport& report) {
    const StatusReport found = status(connection, dialect, history, options.journal);
    report.pending = found.pending;
    if (!found.edited.empty()) {
        throw Error(
            fmt::format("revisions were edited after they were applied: {}", fmt::join(found.edited, ", ")))
            .at(url.masked())
            .state("nothing was changed")
            .hint("`schemist status` shows them")
            .exit_code(ExitCode::mismatch);
    }
    if (!found.pending.empty()) {
        throw Error(fmt::format("{} revision{} pending: {}", found.pending.size(),
                                found.pending.size() == 1 ? " is" : "s are", fmt::join(found.pending, ", ")))
            .at(url.masked())
            .state("nothing was changed")
            .hint("run `schemist upgrade head`, or start with SCHEMIST_MIGRATE_ON_START=auto")
            .exit_code(ExitCode::pending);
    }
    if (!found.unknown.empty() && options.on_newer == OnNewer::error) {
        throw Error(fmt::format("the database has revisions that this program does not have: {}",
                                fmt::join(found.unknown, ", ")))
            .at(url.masked())
            .state("nothing was changed")
            .hint("start the newer version of the program")
            .exit_code(ExitCode::newer);
    }
}

}  // namespace

MigrateMode mode_of(const MigrateOptions& options, const EnvironmentVariables& environment) {
    if (options.mode) {
        return *options.mode;
    }
    const std::string word = environment("SCHEMIST_MIGRATE_ON_START").value_or("auto");
    if (word == "auto") {
        return MigrateMode::automatic;
    }
    if (word == "always") {
        return MigrateMode::always;
    }
    if (word == "check") {
        return MigrateMode::check;
    }
    if (word == "never") {
        return MigrateMode::never;
    }
    throw Error(fmt::format("'{}' is none of auto, always, check, never", word))
        .at("SCHEMIST_MIGRATE_ON_START")
        .state("nothing was changed")
        .hint("correct the variable, or remove it for auto")
        .exit_code(ExitCode::configuration);
}

MigrationReport migrate(const MigrateOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const auto since_start = [&] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                     start);
    };
    const EnvironmentVariables environment = environment_of_process();
    Reporter nobody;
    Reporter& reporter = options.reporter == nullptr ? nobody : *options.reporter;
    const Config config = load_config({}, environment);
    const MigrateMode mode = mode_of(options, environment);
    const Url url = for_migrations(options.url.empty() ? resolve_url({}, config, environment)
                                                       : parse_url(options.url, "MigrateOptions::url"),
                                   environment);
    MigrationReport report;
    report.url = url.masked();
    report.url_source = url.source;
    for (const std::string& note : url.notes) {
        reporter.info(note);
    }
    const History history = history_of(options, config);
    if (mode == MigrateMode::never) {
        reporter.info("nothing is migrated: SCHEMIST_MIGRATE_ON_START is never");
        return report;
    }
    const std::unique_ptr<Connection> connection = connect(url, ConnectionPurpose::migration);
    const Dialect& dialect = dialect_of(url);
    const RunOptions run = run_options(options, config);
    if (mode == MigrateMode::check) {
        look_only(*connection, dialect, history, run, url, report);
    } else {
        const RunReport done = upgrade(*connection, dialect, history, options.target, run, reporter);
        for (const RevisionRun& revision : done.revisions) {
            report.applied.push_back({revision.id, revision.message, revision.duration});
        }
    }
    report.duration = since_start();
    return report;
}

}  // namespace schemist
