#include "runner/run.hpp"

#include "history/target.hpp"
#include "runner/examine.hpp"
#include "runner/row_checksum.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pwd.h>
#include <unistd.h>

namespace schemist {

namespace {

std::string user_at_host() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const passwd* user = getpwuid(geteuid());
    return fmt::format("{}@{}", user == nullptr ? std::to_string(geteuid()) : user->pw_name, host.data());
}

}  // namespace

Run::Run(Connection& connection, const Dialect& dialect, const History& history, const RunOptions& options,
         Reporter& reporter)
    : connection_(connection),
      dialect_(dialect),
      history_(history),
      options_(options),
      reporter_(reporter),
      table_(dialect.name(), options.journal),
      executor_(make_executor(connection, table_,
                              {options.lock_wait, options.lock_timeout, options.statement_timeout})),
      random_(std::random_device{}()) {
    options_.run_id = options_.run_id.empty() ? new_id() : options_.run_id;
    options_.applied_by = options_.applied_by.empty() ? user_at_host() : options_.applied_by;
    report_.run_id = options_.run_id;
}

RunReport Run::upgrade(std::string_view target) {
    read();
    if (options_.on_newer == OnNewer::error) {
        refuse_unknown(journal_, history_, "the upgrade was not begun");
    }
    for (const JournalRow& row : journal_.rows) {
        if (history_.find(row.id) == nullptr) {
            reporter_.info(fmt::format("the database is newer than the files: it has revision {}", row.id));
        }
    }
    const std::vector<std::string> targets =
        upgrade_targets(history_, applied_ids(journal_, history_), target);
    return follow(Direction::upgrade, [&] {
        for (const JournalRow& row : journal_.rows) {
            if (row.status == JournalStatus::reverting) {
                throw Error(fmt::format("revision {} is half taken back: step {} of {} is done", row.id,
                                        row.step, row.steps))
                    .state("nothing was changed")
                    .hint("finish with `schemist downgrade -1`, then upgrade")
                    .exit_code(ExitCode::needs_attention);
            }
        }
        return upgrade_path(history_, applied_ids(journal_, history_), targets);
    });
}

RunReport Run::downgrade(std::string_view target) {
    read();
    refuse_unknown(journal_, history_, "the downgrade was not begun");
    // The path is made once, by what is applied now: after a change by somebody else "-1" would mean another
    // revision.
    std::vector<std::string> applied;
    for (const JournalRow& row : journal_.rows) {
        applied.push_back(row.id);
    }
    const std::vector<std::string> path = downgrade_path(history_, applied, target);
    return follow(Direction::downgrade, [&] {
        std::vector<std::string> left;
        for (const std::string& id : path) {
            if (journal_.find(id) != nullptr) {
                left.push_back(id);
            }
        }
        for (const JournalRow& row : journal_.rows) {
            const bool in_path = std::find(left.begin(), left.end(), row.id) != left.end();
            if (row.status == JournalStatus::running && !left.empty()) {
                throw Error(fmt::format("revision {} is half applied: step {} of {} is done", row.id,
                                        row.step, row.steps))
                    .state("nothing was changed")
                    .hint(fmt::format("finish it with `schemist upgrade {}`, then downgrade", row.id))
                    .exit_code(ExitCode::needs_attention);
            }
            if (row.status == JournalStatus::reverting && !in_path && !left.empty()) {
                throw Error(
                    fmt::format("revision {} is half taken back, and this downgrade does not go there",
                                row.id))
                    .state("nothing was changed")
                    .hint("finish it with `schemist downgrade -1`")
                    .exit_code(ExitCode::needs_attention);
            }
        }
        return left;
    });
}

RunReport Run::follow(Direction direction, const MakePath& make_path) {
    const auto start = Clock::now();
    bool complete = false;
    Reporter nobody;
    for (Reporter* listener = &reporter_; !complete; listener = &nobody) {
        // What is worth a warning is worth it once.
        refuse_edited(journal_, dialect_, history_, *listener);
        const std::vector<std::string> path = make_path();
        // All of it is looked through before anything runs, so that a mistake in the last file stops the
        // first.
        for (const std::string& id : path) {
            steps(*history_.find(id), direction);
        }
        complete = true;
        for (const std::string& id : path) {
            if (!run_revision(*history_.find(id), direction)) {
                complete = false;
                break;
            }
        }
    }
    report_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    return report_;
}

bool Run::run_revision(const Revision& revision, Direction direction) {
    const auto start = Clock::now();
    const std::size_t count = steps(revision, direction).size();
    const JournalRow* row = journal_.find(revision.id);
    const bool begun = row != nullptr && row->status != JournalStatus::applied;
    // Of an upgrade the checksum of what has begun tells more.
    if (begun && row->status == JournalStatus::reverting && row->steps != count) {
        throw Error(
            fmt::format("revision {} was begun with {} steps and has {} now", revision.id, row->steps, count))
            .at(revision.path)
            .state(fmt::format("step {} of revision {} is done", row->step, revision.id))
            .hint("restore the file as it was when it was begun")
            .exit_code(ExitCode::mismatch);
    }
    if (begun && row->in_flight != 0 && resolve_interrupted(JournalRow(*row), revision, direction)) {
        return false;
    }
    const std::size_t first = begun ? row->step + 1 : 1;
    for (std::size_t number = first; number <= count; ++number) {
        const auto step_start = Clock::now();
        StepProgress progress{revision.id, revision.message, direction == Direction::upgrade, number, count,
                              {}};
        reporter_.step_started(progress);
        switch (run_step(revision, direction, number)) {
            case StepOutcome::busy:
                wait_for_lock();
                return false;
            case StepOutcome::changed:
                read();
                return false;
            case StepOutcome::done:
                waiting_since_.reset();
        }
        progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - step_start);
        if (number == count) {
            report_.revisions.push_back(
                {revision.id, revision.message, direction, count - first + 1,
                 std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start)});
        }
        reporter_.step_finished(progress);
    }
    return true;
}

StepOutcome Run::run_step(const Revision& revision, Direction direction, std::size_t number) {
    const std::vector<RunStep>& all = steps(revision, direction);
    const RunStep& step = all[number - 1];
    try {
        if (!step.transactional) {
            return run_alone(revision, direction, number, step);
        }
        return commit(row_for(revision, direction, number, 0), step, direction, number == all.size(), false);
    } catch (const Error& error) {
        fail(error, revision, direction, number, step);
    } catch (const std::exception& error) {
        // A data migration may throw what it likes.
        fail(Error(error.what()), revision, direction, number, step);
    }
}

// Intent, statement, done: whoever comes after a crash between them finds what was going on.
StepOutcome Run::run_alone(const Revision& revision, Direction direction, std::size_t number,
                           const RunStep& step) {
    const bool last = number == steps(revision, direction).size();
    const RunStep nothing;
    const JournalRow* row = journal_.find(revision.id);
    const std::optional<JournalRow> before = row == nullptr ? std::nullopt : std::optional<JournalRow>(*row);
    const StepOutcome intent =
        commit(row_for(revision, direction, number - 1, number), nothing, direction, false, true);
    if (intent != StepOutcome::done) {
        return intent;
    }
    try {
        executor_->run_alone(step);
    } catch (const Error&) {
        take_back_intent(revision.id, before);
        throw;
    }
    return commit(row_for(revision, direction, number, 0), nothing, direction, last, false);
}

// The statement ended, if badly, so nothing is in flight. When this does not work either, the journal keeps
// saying that it is, which is for the next run to look at.
void Run::take_back_intent(const std::string& id, const std::optional<JournalRow>& before) noexcept {
    try {
        const RunStep nothing;
        const std::string sql = before ? table_.put(*before) : table_.erase(id);
        if (connection_.alive() &&
            executor_->run({journal_, nothing, sql, {}, {}, false}) == StepOutcome::done) {
            before ? journal_.put(*before) : journal_.erase(id);
        }
    } catch (...) {  // the error of the statement is the one to be told
    }
}

StepOutcome Run::commit(const JournalRow& row, const RunStep& step, Direction direction, bool last,
                        bool keep_lock) {
    StepTransaction transaction{journal_, step, journal_sql(row, direction, last), {}, {}, keep_lock};
    const DataMigration* data =
        history_.find(row.id) == nullptr ? nullptr : data_migration(*history_.find(row.id));
    if (data != nullptr && !keep_lock) {
        const std::vector<RunStep>& all = steps(*history_.find(row.id), direction);
        const auto transactional = [](const RunStep& s) { return s.transactional; };
        const auto first_one = std::find_if(all.begin(), all.end(), transactional);
        const auto last_one = std::find_if(all.rbegin(), all.rend(), transactional);
        if (direction == Direction::upgrade && last_one != all.rend() && &*last_one == &step) {
            transaction.after = data->upgrade;
        } else if (direction == Direction::downgrade && first_one != all.end() && &*first_one == &step) {
            transaction.before = data->downgrade;
        }
    }
    const StepOutcome outcome = executor_->run(transaction);
    if (outcome == StepOutcome::done) {
        remember(row, direction, last);
    }
    return outcome;
}

bool Run::resolve_interrupted(const JournalRow& row, const Revision& revision, Direction direction) {
    if (executor_->can_repeat_alone() || options_.on_interrupted == OnInterrupted::retry) {
        return false;
    }
    if (const auto holder = executor_->lock_holder()) {
        pause(*holder);
        read();
        return true;
    }
    // It may have ended between the reading of the journal and the look at the lock.
    read();
    const JournalRow* now = journal_.find(row.id);
    if (now == nullptr || now->in_flight != row.in_flight || now->run_id != row.run_id) {
        return true;
    }
    const RunStep& step = steps(revision, direction).at(row.in_flight - 1);
    if (options_.on_interrupted == OnInterrupted::done) {
        const bool last = row.in_flight == row.steps;
        const JournalRow done = row_for(revision, direction, row.in_flight, 0);
        if (commit(done, RunStep{}, direction, last, false) != StepOutcome::done) {
            read();
        }
        return true;
    }
    throw Error(fmt::format("step {} of {} of revision {} was running outside of a transaction when run {} "
                            "({}) ended; whether "
                            "it took effect is not known: {}",
                            row.in_flight, row.steps, row.id, row.run_id, row.applied_by, step.text))
        .at(revision.at(step.line))
        .state(fmt::format("step {} of {} of revision {} is done, step {} is not known", row.step, row.steps,
                           row.id, row.in_flight))
        .hint(
            "look whether it took effect; then say so with --interrupted=done, or --interrupted=retry to run "
            "it again")
        .exit_code(ExitCode::needs_attention);
}

JournalRow Run::row_for(const Revision& revision, Direction direction, std::size_t done,
                        std::size_t in_flight) const {
    const bool up = direction == Direction::upgrade;
    const std::size_t count = compiled_.at(std::string(to_string(direction)) + " " + revision.id).size();
    const JournalRow* before = journal_.find(revision.id);
    JournalRow row;
    row.id = revision.id;
    row.sequence = before == nullptr ? journal_.next_sequence() : before->sequence;
    row.parents = revision.parents;
    row.message = revision.message;
    row.step = done;
    row.steps = count;
    row.in_flight = in_flight;
    row.status = !up             ? JournalStatus::reverting
                 : done == count ? JournalStatus::applied
                                 : JournalStatus::running;
    row.checksum = row_checksum(row, revision, dialect_);
    row.run_id = options_.run_id;
    row.applied_by = options_.applied_by;
    row.version = version;
    row.started_at = before == nullptr ? std::string{} : before->started_at;
    return row;
}

std::string Run::journal_sql(const JournalRow& row, Direction direction, bool last) const {
    return direction == Direction::downgrade && last ? table_.erase(row.id) : table_.put(row);
}

void Run::remember(const JournalRow& row, Direction direction, bool last) {
    journal_.exists = true;
    if (direction == Direction::downgrade && last) {
        journal_.erase(row.id);
    } else {
        journal_.put(row);
    }
}

const std::vector<RunStep>& Run::steps(const Revision& revision, Direction direction) {
    const std::string key = std::string(to_string(direction)) + " " + revision.id;
    const auto found = compiled_.find(key);
    return found != compiled_.end()
               ? found->second
               : compiled_.emplace(key, run_steps(revision, direction, dialect_)).first->second;
}

const DataMigration* Run::data_migration(const Revision& revision) const {
    const auto found = std::find_if(options_.data_migrations.begin(), options_.data_migrations.end(),
                                    [&](const DataMigration& data) { return data.revision == revision.id; });
    return found == options_.data_migrations.end() ? nullptr : &*found;
}

}  // namespace schemist
