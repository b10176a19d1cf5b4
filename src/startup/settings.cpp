#include "startup/settings.hpp"

#include "config/connect.hpp"
#include "history/file.hpp"

#include <schemist/error.hpp>

#include <array>
#include <utility>

#include <fmt/format.h>

namespace schemist {

namespace {

template <typename Value, std::size_t count>
using Words = std::array<std::pair<std::string_view, Value>, count>;

template <typename Value, std::size_t count>
Value choose(const std::optional<Value>& given, const char* variable, const Words<Value, count>& words,
             const EnvironmentVariables& environment) {
    if (given) {
        return *given;
    }
    const std::string word = environment(variable).value_or(std::string(words.front().first));
    std::string all;
    for (const auto& [name, value] : words) {
        if (word == name) {
            return value;
        }
        all += fmt::format("{}{}", all.empty() ? "" : ", ", name);
    }
    throw Error(fmt::format("'{}' is none of {}", word, all))
        .at(variable)
        .state("nothing was changed")
        .hint(fmt::format("correct the variable, or remove it for {}", words.front().first))
        .exit_code(ExitCode::configuration);
}

}  // namespace

MigrateMode mode_of(const MigrateOptions& options, const EnvironmentVariables& environment) {
    return choose(options.mode, "SCHEMIST_MIGRATE_ON_START",
                  Words<MigrateMode, 4>{{{"auto", MigrateMode::automatic},
                                         {"always", MigrateMode::always},
                                         {"check", MigrateMode::check},
                                         {"never", MigrateMode::never}}},
                  environment);
}

OnFailure on_failure_of(const MigrateOptions& options, const EnvironmentVariables& environment) {
    return choose(options.on_failure, "SCHEMIST_MIGRATE_ON_FAILURE",
                  Words<OnFailure, 3>{
                      {{"exit", OnFailure::exit}, {"hold", OnFailure::hold}, {"serve", OnFailure::serve}}},
                  environment);
}

AdoptPolicy adopt_of(const MigrateOptions& options, const EnvironmentVariables& environment) {
    return choose(options.adopt, "SCHEMIST_ADOPT",
                  Words<AdoptPolicy, 3>{{{"complete", AdoptPolicy::complete},
                                         {"exact", AdoptPolicy::exact},
                                         {"never", AdoptPolicy::never}}},
                  environment);
}

RunOptions run_options(const Config& config) {
    RunOptions result;
    result.journal = config.journal;
    result.connect_deadline = config.connect_deadline;
    result.lock_wait = config.lock_wait;
    result.lock_timeout = config.lock_timeout;
    result.lock_retries = config.lock_retries;
    result.lock_lease = config.lock_lease;
    result.statement_timeout = config.statement_timeout;
    result.stop_grace = config.stop_grace;
    result.on_newer = config.newer_is_error ? OnNewer::error : OnNewer::ignore;
    return result;
}

RunOptions live_run_options(const Config& config, const Url& url, std::stop_token stop) {
    RunOptions result = run_options(config);
    result.stop = stop;
    if (url.dialect == DialectName::postgresql) {
        result.connect = [url, stop, deadline = config.connect_deadline](Reporter& reporter, bool patient) {
            ConnectSettings settings;
            settings.purpose = ConnectionPurpose::migration;
            settings.deadline = patient ? deadline : std::chrono::milliseconds(0);
            settings.stop = stop;
            settings.reporter = &reporter;
            return connect(url, settings);
        };
    }
    return result;
}

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

}  // namespace schemist
