#include "startup.hpp"

#include <schemist/error.hpp>

#include <condition_variable>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace chat {

namespace {

using State = schemist::StartupStatus::State;

// A request waits for it.
constexpr std::chrono::seconds longest_connect{10};
constexpr std::chrono::seconds longest_wait_for_pool{60};
constexpr std::chrono::seconds pause_between_connects{1};
constexpr std::string_view insufficient_privilege = "42501";

// Passes on what is reported, and remembers what was applied, which a failure would not tell.
class Applied : public schemist::Reporter {
  public:
    explicit Applied(schemist::Reporter* listener) : listener_(listener) {}

    const std::vector<std::string>& revisions() const { return revisions_; }

    void info(std::string_view text) override { tell(&Reporter::info, text); }
    void warning(std::string_view text) override { tell(&Reporter::warning, text); }
    void waiting_for_lock(std::string_view text) override { tell(&Reporter::waiting_for_lock, text); }
    void run_planned(const schemist::RunProgress& progress) override {
        tell(&Reporter::run_planned, progress);
    }
    void step_running(const schemist::RunningStep& step) override { tell(&Reporter::step_running, step); }
    void step_started(const schemist::StepProgress& progress) override {
        tell(&Reporter::step_started, progress);
    }
    void step_finished(const schemist::StepProgress& progress) override {
        if (progress.step == progress.steps) {
            revisions_.push_back(progress.revision);
        }
        tell(&Reporter::step_finished, progress);
    }

  private:
    template <class Function, class What>
    void tell(Function function, const What& what) {
        if (listener_ != nullptr) {
            (listener_->*function)(what);
        }
    }

    schemist::Reporter* listener_;
    std::vector<std::string> revisions_;
};

// A table that others use ends a run with the same exit code, but with the server's SQLSTATE.
bool is_busy(const schemist::Error& error) {
    return error.exit_code() == schemist::ExitCode::lock && error.sqlstate().empty();
}

schemist::Error other_database(const schemist::MigrationReport& report, const std::string& source,
                               const std::string& description) {
    if (source == report.url_source) {
        return schemist::Error(fmt::format("every connection to {} leads to a database of its own", source))
            .hint("use a file in place of a database in memory, and one server in place of several")
            .exit_code(schemist::ExitCode::configuration);
    }
    const std::string variable = source.empty() ? "the application's URL" : source;
    return schemist::Error(fmt::format("{} and {} lead to two databases", variable, report.url_source))
        .state(fmt::format("{} was migrated ({}), and {} is what the application would use ({})", report.url,
                           report.url_source, description, variable))
        .hint(fmt::format("let both lead to the same database, over a pooler or not, or remove {}",
                          report.url_source))
        .exit_code(schemist::ExitCode::configuration);
}

}  // namespace

Startup::Startup(schemist::MigrateOptions options, ConnectionPool& pool, std::string source)
    : options_(std::move(options)), pool_(pool), source_(std::move(source)) {
    options_.stop = stop_.get_token();
}

void Startup::begin() {
    migration_ = schemist::migrate_on_start(options_);
}

schemist::MigrationReport Startup::wait() {
    schemist::MigrationReport report = result_of_migration();
    require_same_database(report);
    {
        const std::lock_guard lock(mutex_);
        report_ = report;
    }
    ready_ = true;
    return report;
}

schemist::MigrationReport Startup::result_of_migration() {
    try {
        return migration_->wait();
    } catch (const schemist::Error& error) {
        if (error.exit_code() == schemist::ExitCode::interrupted) {
            const std::lock_guard lock(mutex_);
            if (requested_report_) {
                return *requested_report_;
            }
            interrupted_ = true;
        }
        throw;
    }
}

// The migration has reached the database, so what keeps the application from it will probably pass.
ConnectionPool::Lease Startup::first_lease() const {
    const auto until = std::chrono::steady_clock::now() + longest_wait_for_pool;
    while (true) {
        try {
            return pool_.lease();
        } catch (const schemist::Error& error) {
            if (error.exit_code() != schemist::ExitCode::unreachable ||
                std::chrono::steady_clock::now() > until) {
                throw;
            }
            if (options_.reporter != nullptr) {
                options_.reporter->info(
                    fmt::format("the application cannot connect yet: {}", error.what_failed()));
            }
            if (stopped_within(pause_between_connects)) {
                throw schemist::Error(error).exit_code(schemist::ExitCode::interrupted);
            }
        }
    }
}

bool Startup::stopped_within(std::chrono::milliseconds pause) const {
    std::mutex mutex;
    std::unique_lock lock(mutex);
    std::condition_variable_any nobody_notifies;
    nobody_notifies.wait_for(lock, stop_.get_token(), pause, [] { return false; });
    return stop_.stop_requested();
}

// The two URLs may differ, since migrations go past a pooler; where they lead to may not.
void Startup::require_same_database(const schemist::MigrationReport& report) const {
    if (report.installation.empty()) {
        return;
    }
    const auto db = first_lease();
    schemist::MigrationStatus seen;
    try {
        seen = schemist::migration_status(db->connection(), options_);
    } catch (const schemist::Error& error) {
        if (error.sqlstate() != insufficient_privilege) {
            throw;
        }
        if (options_.reporter != nullptr) {
            options_.reporter->warning(
                "the application's role may not read the journal, so nobody knows whether its database is "
                "the "
                "migrated one");
        }
        return;
    }
    if (seen.installation != report.installation) {
        throw other_database(report, source_, db->connection().description());
    }
}

schemist::StartupStatus Startup::status() const {
    schemist::StartupStatus status = migration_->status();
    const std::lock_guard lock(mutex_);
    if (ready_ && requested_report_) {
        // It has put right what the start could not.
        status.state = State::ready;
        status.current_revision = fmt::format("{}", fmt::join(requested_report_->current, ", "));
        status.expected_revision = fmt::format("{}", fmt::join(requested_report_->expected, ", "));
        status.error.clear();
        status.exit_code = 0;
        status.needs_migration = false;
    }
    if (!ready_ && status.state == State::ready) {
        // The application's own connection is still to come.
        status.state = State::connecting;
    }
    status.database_ready = status.state == State::ready;
    return status;
}

std::optional<schemist::MigrationReport> Startup::report() const {
    const std::lock_guard lock(mutex_);
    return report_;
}

schemist::MigrationStatus Startup::look() const {
    const auto db = pool_.lease();
    return schemist::migration_status(db->connection(), options_);
}

RequestedRun Startup::run() {
    const std::unique_lock running(running_, std::try_to_lock);
    const State state = status().state;
    if (!running || (!ready_ && state != State::failed)) {
        return {RequestedRun::Result::busy, {}, "this process is migrating the database already"};
    }
    Applied applied(options_.reporter);
    schemist::MigrateOptions options = options_;
    options.mode = schemist::MigrateMode::automatic;
    options.reporter = &applied;
    options.lock_wait = std::chrono::milliseconds(0);
    options.connect_deadline = longest_connect;
    try {
        schemist::MigrationReport report = schemist::migrate(options);
        if (state == State::failed) {
            {
                const std::lock_guard lock(mutex_);
                requested_report_ = std::move(report);
            }
            // A start that is held ends its waiting.
            migration_->request_stop();
        }
        return {RequestedRun::Result::done, applied.revisions(), ""};
    } catch (const schemist::Error& error) {
        if (error.exit_code() == schemist::ExitCode::interrupted) {
            interrupted_ = true;
        }
        return {is_busy(error) ? RequestedRun::Result::busy : RequestedRun::Result::failed,
                applied.revisions(), error.what()};
    } catch (const std::exception& error) {
        return {RequestedRun::Result::failed, applied.revisions(), error.what()};
    }
}

}  // namespace chat
