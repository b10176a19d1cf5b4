// What a person says of a statement whose end nobody saw.

#include "runner/examine.hpp"
#include "runner/run.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {

JournalRow resolve(Connection& connection, const Dialect& dialect, const History& history,
                   std::string_view id, Resolution resolution, const RunOptions& options,
                   Reporter& reporter) {
    return Run(connection, dialect, history, options, reporter).resolve(id, resolution);
}

JournalRow Run::resolve(std::string_view id, Resolution resolution) {
    while (true) {
        read();
        const auto found =
            std::find_if(journal_.rows.begin(), journal_.rows.end(),
                         [&](const JournalRow& row) { return row.in_flight != 0 && row.id.starts_with(id); });
        if (found == journal_.rows.end()) {
            throw Error(
                id.empty()
                    ? "no statement was interrupted outside of a transaction"
                    : fmt::format("no statement of revision {} was interrupted outside of a transaction", id))
                .state("nothing was changed")
                .hint("`schemist status` shows what is interrupted")
                .exit_code(ExitCode::configuration);
        }
        const JournalRow row = *found;
        if (const auto worker = session_.executor().still_at_work(row.run_id)) {
            throw Error(fmt::format("the statement still runs: {}", *worker))
                .state("nothing was changed")
                .hint(
                    "wait until it ends; the next run then finds out by itself what became of most "
                    "statements")
                .exit_code(ExitCode::lock);
        }
        const Revision* revision = history_.find(row.id);
        if (revision == nullptr) {
            refuse_unknown(journal_, history_, "the revision was not resolved");
        }
        const Direction direction =
            row.status == JournalStatus::reverting ? Direction::downgrade : Direction::upgrade;
        steps(*revision, direction);
        if (commit_resolution(row, *revision, direction, resolution)) {
            return row;
        }
    }
}

bool Run::commit_resolution(const JournalRow& row, const Revision& revision, Direction direction,
                            Resolution resolution) {
    const RunStep nothing;
    JournalRow after =
        row_for(revision, direction, resolution == Resolution::done ? row.in_flight : row.step, 0);
    bool last = resolution == Resolution::done && row.in_flight == row.steps;
    if (resolution == Resolution::undone && row.step == 0) {
        // Not begun: an upgrade leaves no row, a downgrade the row of what is applied.
        last = true;
        if (direction == Direction::downgrade) {
            direction = Direction::upgrade;
            after = row_for(revision, direction, steps(revision, direction).size(), 0);
        } else {
            direction = Direction::downgrade;
        }
    }
    switch (commit(after, nothing, direction, last)) {
        case StepOutcome::done:
            return true;
        case StepOutcome::busy:
            wait_for_lock();
            break;
        case StepOutcome::changed:
            break;
    }
    return false;
}

}  // namespace schemist
