#include "reconcile/stamping.hpp"

#include "postgresql/failure.hpp"
#include "runner/applied_by.hpp"
#include "runner/examine.hpp"
#include "runner/executor.hpp"
#include "runner/journal_row.hpp"
#include "runner/watcher.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

using Clock = std::chrono::steady_clock;

std::string journal_sql(const std::vector<std::string>& revisions, const Dialect& dialect,
                        const History& history, const JournalTable& table, const RunOptions& options) {
    std::string sql;
    Journal journal;
    for (const std::string& id : revisions) {
        JournalRow row = applied_row(journal, *history.find(id), dialect);
        row.run_id = options.run_id.empty() ? new_id() : options.run_id;
        row.applied_by = applied_by(options);
        row.version = version;
        sql += (sql.empty() ? "" : ";\n") + table.put(row);
        journal.put(row);
    }
    return sql;
}

RunStep step_of(const std::vector<std::string>& statements, const Dialect& dialect) {
    RunStep step;
    for (const std::string& statement : statements) {
        step.text += (step.text.empty() ? "" : ";\n") + statement;
    }
    if (!step.text.empty()) {
        step.statements = dialect.split(step.text);
    }
    return step;
}

// Another process is at it: the lock, a table in use, a deadlock.
bool is_about_others(const Error& error, const Connection& connection) {
    return error.sqlstate() == table_is_in_use ||
           (connection.dialect() == DialectName::postgresql &&
            postgresql::classify(error) == postgresql::FailureClass::retry_step);
}

// Waits between attempts, as long and as often as the options allow, and says for what.
class Patience {
  public:
    Patience(const RunOptions& options, const Connection& connection, Watcher& watcher, Reporter& reporter)
        : options_(options),
          connection_(connection),
          watcher_(watcher),
          reporter_(reporter),
          deadline_(Clock::now() + options.lock_wait) {}

    void wait_for_lock(const std::string& holder) {
        if (Clock::now() >= deadline_) {
            throw Error(fmt::format("the lock was not obtained: {} holds it", holder))
                .at(connection_.description())
                .state("nothing was changed")
                .hint("wait until it has ended, and adopt again")
                .exit_code(ExitCode::lock);
        }
        pause(fmt::format("waiting for the lock: {} holds it", holder));
    }

    void wait_for_others(const Error& error) {
        if (retries_++ >= options_.lock_retries) {
            throw Error(error)
                .state("nothing was changed")
                .hint("end what uses the table, or allow more with SCHEMIST_LOCK_RETRIES, then adopt again");
        }
        pause(fmt::format("rolled back, and tried again (attempt {} of {}): {}", retries_ + 1,
                          options_.lock_retries + 1, error.what_failed()));
    }

    void require_going_on() const {
        if (watcher_.stopped()) {
            throw Error("stopped on request")
                .at(connection_.description())
                .state("nothing was changed")
                .hint("run the same command again")
                .exit_code(ExitCode::interrupted);
        }
    }

  private:
    void pause(const std::string& reason) {
        require_going_on();
        if (Clock::now() >= next_word_) {
            reporter_.info(reason);
            next_word_ = Clock::now() + std::chrono::seconds(5);
        }
        watcher_.sleep(std::chrono::milliseconds(200));
    }

    const RunOptions& options_;
    const Connection& connection_;
    Watcher& watcher_;
    Reporter& reporter_;
    Clock::time_point deadline_;
    Clock::time_point next_word_ = Clock::now();
    int retries_ = 0;
};

}  // namespace

bool stamp_when_unchanged(Connection& connection, const Dialect& dialect, const History& history,
                          const Journal& expected, const Stamping& stamping, const RunOptions& given,
                          Reporter& reporter) {
    RunOptions options = given;
    options.run_id = options.run_id.empty() ? new_id() : options.run_id;
    const JournalTable table(dialect.name(), options.journal);
    const auto executor = make_executor(connection, table,
                                        {options.lock_wait, options.lock_timeout, options.statement_timeout});
    const RunStep step = step_of(stamping.statements, dialect);
    StepTransaction transaction{expected, step,
                                journal_sql(stamping.revisions, dialect, history, table, options)};
    transaction.after = stamping.verify;
    transaction.look_first = !step.statements.empty();
    transaction.application_name = fmt::format("schemist:{}", options.run_id);
    WatcherSettings settings;
    settings.stop = options.stop;
    Watcher watcher(settings, reporter);
    Patience patience(options, connection, watcher, reporter);
    const auto run = [&] {
        const Watcher::Watched watched(watcher, connection, Work::step, "the adoption");
        return executor->run(transaction);
    };
    while (true) {
        patience.require_going_on();
        try {
            const StepOutcome outcome = run();
            if (outcome != StepOutcome::busy) {
                return outcome == StepOutcome::done;
            }
            patience.wait_for_lock(executor->lock_holder().value_or("another process"));
        } catch (const Error& error) {
            patience.require_going_on();
            if (!is_about_others(error, connection)) {
                throw;
            }
            patience.wait_for_others(error);
        }
    }
}

}  // namespace schemist
