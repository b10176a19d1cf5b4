#include "config/connect.hpp"
#include "reconcile/adopt.hpp"
#include "reconcile/near_scratch.hpp"
#include "reconcile/verify.hpp"
#include "runner/runner.hpp"
#include "startup/settings.hpp"

#include <schemist/error.hpp>
#include <schemist/migrate.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

void look_only(Connection& connection, const Dialect& dialect, const History& history,
               const RunOptions& options, const Url& url, MigrationReport& report) {
    const StatusReport found = status(connection, dialect, history, options.journal);
    report.pending = found.pending;
    report.current = found.current;
    report.installation = found.installation;
    if (!found.edited.empty()) {
        throw Error(
            fmt::format("revisions were edited after they were applied: {}", fmt::join(found.edited, ", ")))
            .at(url.masked())
            .state("nothing was changed")
            .hint("`schemist status` shows them")
            .exit_code(ExitCode::mismatch);
    }
    if (!found.pending.empty()) {
        throw Error(fmt::format("{} {} pending: {}", found.pending.size(),
                                found.pending.size() == 1 ? "revision is" : "revisions are",
                                fmt::join(found.pending, ", ")))
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

void refuse_drift(Connection& connection, const Dialect& dialect, const History& history, const Url& url,
                  const Config& config) {
    const VerifyReport found =
        verify(connection, dialect, history,
               {scratch_near(connection, url.conninfo(), config.scratch_postgresql), config.journal});
    if (found.is_clean()) {
        return;
    }
    std::vector<std::string> drift;
    for (const Drift& one : found.drift) {
        drift.push_back(one.description);
    }
    throw Error(fmt::format("the database is not what its journal says: {}", fmt::join(drift, ", ")))
        .at(url.masked())
        .state("nothing was changed by this comparison")
        .hint("`schemist verify` shows the SQL that would undo it")
        .exit_code(ExitCode::mismatch);
}

std::unique_ptr<Connection> first_connection(const Url& url, const Config& config,
                                             const MigrateOptions& options, Reporter& reporter) {
    ConnectSettings settings;
    settings.purpose = ConnectionPurpose::migration;
    settings.deadline = config.connect_deadline;
    settings.stop = options.stop;
    settings.reporter = &reporter;
    return connect(url, settings);
}

Config config_of(const MigrateOptions& options, const EnvironmentVariables& environment) {
    Config config = load_config({}, environment);
    config.connect_deadline = options.connect_deadline.value_or(config.connect_deadline);
    config.lock_wait = options.lock_wait.value_or(config.lock_wait);
    config.lock_timeout = options.lock_timeout.value_or(config.lock_timeout);
    return config;
}

}  // namespace

MigrationReport migrate(const MigrateOptions& options) {
    const auto start = std::chrono::steady_clock::now();
    const auto since_start = [&] {
        return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                     start);
    };
    const EnvironmentVariables environment = environment_of_process();
    Reporter nobody;
    Reporter& reporter = options.reporter == nullptr ? nobody : *options.reporter;
    const Config config = config_of(options, environment);
    const MigrateMode mode = mode_of(options, environment);
    const Url url = for_migrations(options.url.empty()
                                       ? resolve_url({}, config, environment)
                                       : on_its_way(parse_url(options.url, "MigrateOptions::url"), config),
                                   environment);
    MigrationReport report;
    report.url = url.masked();
    report.url_source = url.source;
    for (const std::string& note : url.notes) {
        reporter.info(note);
    }
    const History history = history_of(options, config);
    report.expected = history.head_ids();
    if (mode == MigrateMode::never) {
        reporter.info("nothing is migrated: SCHEMIST_MIGRATE_ON_START is never");
        return report;
    }
    RunOptions run = live_run_options(config, url, options.stop);
    run.data_migrations = options.data_migrations;
    const AdoptPolicy policy = adopt_of(options, environment);
    std::unique_ptr<Connection> connection = first_connection(url, config, options, reporter);
    const std::unique_ptr<Dialect> project_dialect = make_dialect(url.dialect, config.objects);
    const Dialect& dialect = *project_dialect;
    if (mode == MigrateMode::check) {
        look_only(*connection, dialect, history, run, url, report);
    } else {
        if (policy != AdoptPolicy::never) {
            run.adopt = [&](Connection& live) {
                AdoptSettings settings{policy, scratch_near(live, url.conninfo(), config.scratch_postgresql)};
                settings.run = run_options(config);
                settings.run.stop = options.stop;
                settings.run.data_migrations = options.data_migrations;
                report.adopted = adopt(live, dialect, history, settings, reporter).stamped;
                return !report.adopted.empty();
            };
        }
        const RunReport done = upgrade(*connection, dialect, history, options.target, run, reporter);
        for (const RevisionRun& revision : done.revisions) {
            report.applied.push_back({revision.id, revision.message, revision.duration});
        }
        report.current = done.current;
        report.installation = done.installation;
        if (mode == MigrateMode::always) {
            // The run may have lost this one, and gone on with another.
            if (!connection->alive()) {
                connection = first_connection(url, config, options, reporter);
            }
            refuse_drift(*connection, dialect, history, url, config);
        }
    }
    report.duration = since_start();
    return report;
}

MigrationStatus migration_status(Connection& connection, const MigrateOptions& options) {
    const Config config = load_config({}, environment_of_process());
    const StatusReport found =
        status(connection, dialect_of(connection.dialect()), history_of(options, config), config.journal);
    MigrationStatus result;
    result.current = found.current;
    result.expected = found.heads;
    result.pending = found.pending;
    result.unknown = found.unknown;
    result.interrupted = !found.interrupted.empty();
    result.installation = found.installation;
    return result;
}

}  // namespace schemist
