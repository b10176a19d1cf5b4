// How a run waits for others, and what it says when it fails.

#include "runner/run.hpp"

#include <schemist/error.hpp>

#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

constexpr std::chrono::milliseconds shortest_delay{50};
constexpr std::chrono::milliseconds longest_delay{2000};
constexpr std::chrono::seconds between_words{10};

}  // namespace

void Run::read() {
    while (true) {
        try {
            journal_ = read_journal(connection_, table_);
            return;
        } catch (const Error& error) {
            // SQLite: somebody is writing at this very moment.
            if (error.exit_code() != ExitCode::lock || connection_.dialect() != DialectName::sqlite) {
                throw;
            }
            pause("another connection");
        }
    }
}

// Nobody ever waits inside of the server: there a waiter would hold up CREATE INDEX CONCURRENTLY of the one
// it waits for.
void Run::wait_for_lock() {
    // At least once, so that the time is looked at.
    std::optional<std::string> holder = executor_->lock_holder();
    do {
        pause(holder.value_or("another connection"));
        holder = executor_->lock_holder();
    } while (holder);
    read();
}

void Run::pause(const std::string& holder) {
    const auto now = Clock::now();
    if (!waiting_since_) {
        waiting_since_ = now;
        last_word_ = now - between_words;
        delay_ = shortest_delay;
    }
    if (now - *waiting_since_ > options_.lock_wait) {
        throw Error(fmt::format("the lock was not free within {} s: {} holds it",
                                std::chrono::duration_cast<std::chrono::seconds>(options_.lock_wait).count(),
                                holder))
            .at(connection_.description())
            .state(report_.revisions.empty() ? "nothing was changed"
                                             : "what this run had applied stays applied")
            .hint("wait until it is done, or allow more time with SCHEMIST_LOCK_WAIT")
            .exit_code(ExitCode::lock);
    }
    if (now - last_word_ >= between_words) {
        last_word_ = now;
        reporter_.info(fmt::format("waiting for the lock: {} holds it", holder));
    }
    // Half of it by chance, so that many that wait do not come at once.
    const auto half = delay_.count() / 2;
    std::uniform_int_distribution<std::chrono::milliseconds::rep> by_chance(0, half);
    std::this_thread::sleep_for(std::chrono::milliseconds(half + by_chance(random_)));
    delay_ = std::min(longest_delay, delay_ + delay_ / 2);
}

void Run::fail(const Error& error, const Revision& revision, Direction direction, std::size_t number,
               const RunStep& step) {
    const std::size_t count = steps(revision, direction).size();
    const bool lost = !connection_.alive();
    std::string what =
        fmt::format("{} of revision {}{} failed", to_string(direction), revision.id,
                    count == 1 ? std::string{} : fmt::format(", step {} of {},", number, count));
    const bool exact = error.position().has_value();
    if (!exact && error.where().empty() && step.statements.size() > 1) {
        what += fmt::format(" in one of its {} statements from this line on", step.statements.size());
    }
    Error result(fmt::format("{}: {}", what, error.what_failed()));
    const bool elsewhere = !lost && !error.where().empty();
    result.at(elsewhere ? error.where() : revision.at(step.line_at(error.position().value_or(0))))
        .sqlstate(error.sqlstate())
        .state(lost ? fmt::format("the connection was lost; the journal says whether step {} of revision {} "
                                  "was committed",
                                  number, revision.id)
                    : state_after_failure(revision, direction, number, step.transactional));
    std::string hint = error.hint();
    ExitCode code = ExitCode::failed;
    if (lost) {
        code = ExitCode::unreachable;
        hint = "run the same command again: it goes on where the journal says";
    } else if (!step.transactional) {
        code = ExitCode::needs_attention;
        const std::string left = executor_->leftovers();
        hint += (hint.empty() || left.empty() ? "" : "; ") + left;
        hint += fmt::format("{}correct the cause, then run the same command again", hint.empty() ? "" : "; ");
    } else if (error.sqlstate() == "55P03") {
        code = ExitCode::lock;
        hint = "somebody else uses the table; run it again, or allow more time with SCHEMIST_LOCK_TIMEOUT";
    } else if (error.sqlstate() == "42501") {
        code = ExitCode::configuration;
        hint = hint.empty() ? "connect as the owner of the tables" : hint;
    } else if (hint.empty()) {
        hint = "correct the file, or the rows that it does not fit, then run the same command again";
    }
    throw result.hint(std::move(hint)).exit_code(code);
}

std::string Run::state_after_failure(const Revision& revision, Direction direction, std::size_t number,
                                     bool transactional) const {
    const bool up = direction == Direction::upgrade;
    const std::size_t count = compiled_.at(std::string(to_string(direction)) + " " + revision.id).size();
    std::vector<std::string> ids;
    for (const RevisionRun& run : report_.revisions) {
        ids.push_back(run.id);
    }
    const std::string before =
        ids.empty()
            ? std::string{}
            : fmt::format("{} {} {}{}; ", ids.size() == 1 ? "revision" : "revisions", fmt::join(ids, ", "),
                          ids.size() == 1 ? "is " : "are ", up ? "applied" : "taken back");
    if (!transactional) {
        return fmt::format(
            "{}{} of {} steps of revision {} are done; step {} ran outside of a transaction and was not "
            "rolled back",
            before, number - 1, count, revision.id, number);
    }
    if (number > 1) {
        return fmt::format("{}step {} of {} of revision {} is done, step {} was rolled back", before,
                           number - 1, count, revision.id, number);
    }
    return ids.empty() ? "nothing was changed"
                       : fmt::format("{}revision {} was rolled back", before, revision.id);
}

}  // namespace schemist
