// A migration in a thread of its own, and what can be told of it meanwhile.

#include "startup/settings.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

using State = StartupStatus::State;

constexpr std::chrono::seconds first_pause{2};
constexpr std::chrono::seconds longest_pause{60};

bool may_pass(ExitCode code) {
    return code == ExitCode::unreachable || code == ExitCode::lock;
}

}  // namespace

std::string_view to_string(State state) {
    constexpr std::array<std::string_view, 6> names{"connecting", "waiting", "migrating",
                                                    "ready",      "failed",  "stopped"};
    return names[static_cast<std::size_t>(state)];
}

// Keeps the status while it passes on what is reported.
class MigrationOnStart::Worker final : public Reporter {
  public:
    explicit Worker(MigrateOptions options)
        : options_(std::move(options)), listener_(options_.reporter), outer_stop_(options_.stop) {
        options_.reporter = this;
        options_.stop = stop_.get_token();
        if (outer_stop_.stop_possible()) {
            passes_on_.emplace(outer_stop_, [this] { stop_.request_stop(); });
        }
        status_.since = std::chrono::system_clock::now();
        result_ = promise_.get_future();
        thread_ = std::thread([this] { run(); });
    }
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker() override {
        request_stop();
        thread_.join();
    }

    StartupStatus status() const {
        const std::lock_guard guard(mutex_);
        return status_;
    }

    MigrationReport wait() { return result_.get(); }
    void request_stop() { stop_.request_stop(); }

    void info(std::string_view text) override {
        change([&](StartupStatus& status) { status.message = text; });
        if (listener_ != nullptr) {
            listener_->info(text);
        }
    }
    void warning(std::string_view text) override {
        change([&](StartupStatus& status) { status.message = text; });
        if (listener_ != nullptr) {
            listener_->warning(text);
        }
    }
    void waiting_for_lock(std::string_view text) override {
        change([&](StartupStatus& status) {
            status.message = text;
            enter(status, State::waiting);
        });
        if (listener_ != nullptr) {
            listener_->waiting_for_lock(text);
        }
    }
    void run_planned(const RunProgress& progress) override {
        if (listener_ != nullptr) {
            listener_->run_planned(progress);
        }
    }
    void step_running(const RunningStep& step) override {
        change([&](StartupStatus& status) { status.message = step.text(); });
        if (listener_ != nullptr) {
            listener_->step_running(step);
        }
    }
    void step_started(const StepProgress& progress) override {
        change([&](StartupStatus& status) {
            status.revision = progress.revision;
            status.step = progress.step;
            status.steps = progress.steps;
            enter(status, State::migrating);
        });
        if (listener_ != nullptr) {
            listener_->step_started(progress);
        }
    }
    void step_finished(const StepProgress& progress) override {
        if (progress.step == progress.steps) {
            change([&](StartupStatus& status) { status.current_revision = progress.revision; });
        }
        if (listener_ != nullptr) {
            listener_->step_finished(progress);
        }
    }

  private:
    static void enter(StartupStatus& status, State state) {
        if (status.state != state) {
            status.state = state;
            status.since = std::chrono::system_clock::now();
        }
    }

    template <typename Change>
    void change(const Change& change) {
        StartupStatus copy;
        {
            const std::lock_guard guard(mutex_);
            change(status_);
            copy = status_;
        }
        if (options_.progress) {
            options_.progress(copy);
        }
    }

    void run() {
        try {
            const OnFailure on_failure = on_failure_of(options_, environment_of_process());
            promise_.set_value(migrate_patiently(on_failure));
        } catch (...) {
            promise_.set_exception(std::current_exception());
        }
    }

    MigrationReport migrate_patiently(OnFailure on_failure) {
        for (auto pause = first_pause;; pause = std::min(longest_pause, pause * 2)) {
            try {
                tell_what_is_expected();
                const MigrationReport report = migrate(options_);
                become_ready(report);
                return report;
            } catch (const Error& error) {
                fail(error.what_failed(), error.exit_code());
                if (error.exit_code() == ExitCode::interrupted || on_failure == OnFailure::exit) {
                    throw;
                }
                if (on_failure == OnFailure::serve) {
                    return serve(error.what());
                }
                hold(error, pause);
            } catch (const std::exception& error) {
                fail(error.what(), ExitCode::internal);
                throw;
            }
        }
    }

    void tell_what_is_expected() {
        const auto heads = history_of(options_, load_config({}, environment_of_process())).head_ids();
        change([&](StartupStatus& status) {
            status.expected_revision = fmt::format("{}", fmt::join(heads, ", "));
        });
    }

    void become_ready(const MigrationReport& report) {
        change([&](StartupStatus& status) {
            status.current_revision = fmt::format("{}", fmt::join(report.current, ", "));
            status.expected_revision = fmt::format("{}", fmt::join(report.expected, ", "));
            status.needs_migration = false;
            status.database_ready = true;
            status.error.clear();
            status.exit_code = 0;
            enter(status, State::ready);
        });
    }

    void fail(std::string_view error, ExitCode code) {
        change([&](StartupStatus& status) {
            status.error = error;
            status.exit_code = static_cast<int>(code);
            enter(status, code == ExitCode::interrupted ? State::stopped : State::failed);
        });
    }

    MigrationReport serve(std::string_view error) {
        if (listener_ != nullptr) {
            listener_->warning(
                fmt::format("the migration failed, and requests are answered all the same: {}", error));
        }
        MigrationReport report;
        report.failure = error;
        return report;
    }

    // Returns when it is time to try again; throws when it is to stop.
    void hold(const Error& error, std::chrono::seconds pause) {
        const bool again = may_pass(error.exit_code());
        if (listener_ != nullptr) {
            listener_->warning(
                fmt::format("{}\n  the process stays alive, and is not ready{}", error.what(),
                            again ? fmt::format("; next attempt in {} s", pause.count()) : ""));
        }
        const std::stop_token stop = stop_.get_token();
        std::mutex mutex;
        std::unique_lock guard(mutex);
        std::condition_variable_any changed;
        if (again) {
            changed.wait_for(guard, stop, pause, [] { return false; });
        } else {
            changed.wait(guard, stop, [] { return false; });
        }
        if (stop.stop_requested()) {
            fail(error.what_failed(), ExitCode::interrupted);
            throw Error(error).exit_code(ExitCode::interrupted);
        }
    }

    MigrateOptions options_;
    Reporter* listener_;
    std::stop_token outer_stop_;
    std::stop_source stop_;
    mutable std::mutex mutex_;
    StartupStatus status_;
    std::promise<MigrationReport> promise_;
    std::future<MigrationReport> result_;
    std::thread thread_;
    std::optional<std::stop_callback<std::function<void()>>> passes_on_;
};

MigrationOnStart::MigrationOnStart(std::unique_ptr<Worker> worker) : worker_(std::move(worker)) {}

MigrationOnStart::~MigrationOnStart() = default;

StartupStatus MigrationOnStart::status() const {
    return worker_->status();
}

MigrationReport MigrationOnStart::wait() {
    return worker_->wait();
}

void MigrationOnStart::request_stop() {
    worker_->request_stop();
}

std::unique_ptr<MigrationOnStart> migrate_on_start(MigrateOptions options) {
    return std::unique_ptr<MigrationOnStart>(
        new MigrationOnStart(std::make_unique<MigrationOnStart::Worker>(std::move(options))));
}

}  // namespace schemist
