#include "runner/run.hpp"

#include "history/target.hpp"
#include "runner/examine.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

// What is left to do of a revision.
std::size_t steps_left(const Journal& journal, const std::string& id, std::size_t count) {
    const JournalRow* row = journal.find(id);
    return row == nullptr || row->status == JournalStatus::applied ? count
                                                                   : count - std::min(count, row->step);
}

}  // namespace

std::string Run::Place::text() const {
    return count == 1 ? fmt::format("revision {}", revision.id)
                      : fmt::format("step {} of {} of revision {}", number, count, revision.id);
}

Run::Run(Connection& connection, const Dialect& dialect, const History& history, const RunOptions& options,
         Reporter& reporter)
    : dialect_(dialect),
      history_(history),
      options_(options),
      reporter_(reporter),
      table_(dialect.name(), options.journal),
      watcher_({options.stop, options.stop_grace, options.word_every,
                options.connect ? std::function<std::string()>([this] { return observe(); })
                                : std::function<std::string()>{}},
               reporter),
      session_(connection, table_, options_, watcher_, reporter),
      random_(std::random_device{}()) {
    options_.run_id = options_.run_id.empty() ? new_id() : options_.run_id;
    report_.run_id = options_.run_id;
}

RunReport Run::upgrade(std::string_view target) {
    read();
    if (journal_.rows.empty() && options_.adopt && options_.adopt(session_.connection())) {
        read();
    }
    refuse_partly_squashed(journal_.rows, history_);
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

// It would never be called, and nobody would see that.
void Run::refuse_data_of_squashed() const {
    for (const DataMigration& data : options_.data_migrations) {
        if (const auto whole = history_.replacement_of(data.revision)) {
            throw Error(fmt::format("revision {}, which has a data migration in C++, was squashed into {}",
                                    data.revision, history_[*whole].id))
                .at(history_[*whole].path)
                .state("nothing was changed")
                .hint(fmt::format(
                    "register its work with {}, or take it out if new databases have no rows for it",
                    history_[*whole].id))
                .exit_code(ExitCode::configuration);
        }
    }
}

RunReport Run::follow(Direction direction, const MakePath& make_path) {
    refuse_data_of_squashed();
    const auto start = Clock::now();
    Reporter nobody;
    for (Reporter* listener = &reporter_;; listener = &nobody) {
        // What is worth a warning is worth it once.
        refuse_edited(journal_, dialect_, history_, *listener);
        const std::vector<std::string> path = make_path();
        // All of it is looked through before anything runs, so that a mistake in the last file stops the
        // first.
        RunProgress progress{path.size(), 0, direction == Direction::upgrade};
        for (const std::string& id : path) {
            progress.steps += steps_left(journal_, id, steps(*history_.find(id), direction).size());
        }
        if (!path.empty()) {
            reporter_.run_planned(progress);
        }
        // Nobody needs a lock to find that there is nothing to do.
        if (path.empty() || follow_once(path, direction)) {
            break;
        }
    }
    session_.unlock();
    report_.current = current_heads(history_, applied_ids(journal_, history_));
    report_.installation = installation_of(journal_);
    report_.duration = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    return report_;
}

// False when a new path is needed.
bool Run::follow_once(const std::vector<std::string>& path, Direction direction) {
    stop_if_asked();
    if (!session_.ready()) {
        if (!take_lock()) {
            return false;
        }
        if (session_.holds_lock()) {
            // The path was made before the lock was held.
            read();
            return false;
        }
    }
    return std::all_of(path.begin(), path.end(),
                       [&](const std::string& id) { return run_revision(*history_.find(id), direction); });
}

bool Run::run_revision(const Revision& revision, Direction direction) {
    const auto start = Clock::now();
    const std::size_t count = steps(revision, direction).size();
    const JournalRow* found = journal_.find(revision.id);
    // A copy: the journal is read again below.
    const std::optional<JournalRow> row = found == nullptr ? std::nullopt : std::optional(*found);
    const bool begun = row && row->status != JournalStatus::applied;
    // Of an upgrade the checksum of what has begun tells more.
    if (begun && row->status == JournalStatus::reverting && row->steps != count) {
        throw Error(
            fmt::format("revision {} was begun with {} steps and has {} now", revision.id, row->steps, count))
            .at(revision.path)
            .state(fmt::format("step {} of revision {} is done", row->step, revision.id))
            .hint("restore the file as it was when it was begun")
            .exit_code(ExitCode::mismatch);
    }
    if (begun && row->in_flight != 0 &&
        settle_interrupted(*row, place_of(revision, direction, row->in_flight))) {
        return false;
    }
    const std::size_t first = begun ? row->step + 1 : 1;
    for (std::size_t number = first; number <= count; ++number) {
        const auto step_start = Clock::now();
        StepProgress progress{revision.id, revision.message, direction == Direction::upgrade, number, count,
                              {}};
        reporter_.step_started(progress);
        switch (run_step(place_of(revision, direction, number))) {
            case StepOutcome::busy:
                wait_for_lock();
                return false;
            case StepOutcome::changed:
                read();
                return false;
            case StepOutcome::done:
                waiting_since_.reset();
                losses_ = 0;
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

}  // namespace schemist
