// How a run waits for others, and what it says meanwhile.

#include "runner/examine.hpp"
#include "runner/run.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist {

namespace {

constexpr std::chrono::milliseconds shortest_delay{50};
constexpr std::chrono::milliseconds longest_delay{2000};
constexpr std::chrono::seconds between_words{5};

}  // namespace

void Run::read() {
    const auto since = Clock::now();
    for (int attempt = 1;; ++attempt) {
        try {
            journal_ = gathered(read_journal(session_.connection(), table_), history_);
            return;
        } catch (const Error& error) {
            // SQLite: somebody is writing at this very moment.
            const bool busy =
                error.exit_code() == ExitCode::lock && session_.connection().dialect() == DialectName::sqlite;
            if (busy) {
                pause(session_.executor().lock_holder().value_or("another connection"));
            } else if (is_lost(error) && session_.can_recover()) {
                look_for_database(error, since, attempt);
            } else {
                throw;
            }
        }
    }
}

// A pooler admits its clients also while its server cannot be reached.
void Run::look_for_database(const Error& error, Clock::time_point since, int attempt) {
    if (Clock::now() - since > options_.connect_deadline) {
        throw Error(error).exit_code(ExitCode::unreachable);
    }
    reporter_.info(fmt::format("the connection was lost: {}", error.what_failed()));
    sleep(with_jitter(std::min(longest_delay, shortest_delay * (1 << std::min(attempt, 10)))));
    session_.recover();
}

// False when the path has to be made anew. A server that ends a process lets others in for a moment before it ends them too.
bool Run::take_lock() {
    try {
        if (session_.try_lock()) {
            return true;
        }
        wait_for_lock();
    } catch (const Error& error) {
        if (!is_lost(error) || !session_.can_recover() || ++losses_ > most_losses) {
            throw;
        }
        look_for_database(error, Clock::now(), losses_);
        read();
    }
    return false;
}

// Nobody ever waits inside of the server: there a waiter would hold up CREATE INDEX CONCURRENTLY of the one
// it waits for.
void Run::wait_for_lock() {
    const std::optional<std::string> holder = session_.executor().lock_holder();
    pause(holder.value_or("another connection"));
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
            .at(session_.connection().description())
            .state(report_.revisions.empty() ? "nothing was changed"
                                             : "what this run had applied stays applied")
            .hint("wait until it is done, or allow more time with SCHEMIST_LOCK_WAIT")
            .exit_code(ExitCode::lock);
    }
    if (now - last_word_ >= between_words) {
        last_word_ = now;
        const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - *waiting_since_).count();
        reporter_.waiting_for_lock(
            fmt::format("waiting for the lock{}: {} holds it",
                        seconds == 0 ? std::string{} : fmt::format(" since {} s", seconds), holder));
    }
    sleep(with_jitter(delay_));
    delay_ = std::min(longest_delay, delay_ + delay_ / 2);
}

void Run::sleep(std::chrono::milliseconds duration) {
    watcher_.sleep(duration);
    stop_if_asked();
}

void Run::stop_if_asked() const {
    if (watcher_.stopped()) {
        throw Error("stopped on request")
            .at(session_.description())
            .state(finished().empty() ? "nothing was changed" : finished())
            .hint("run the same command again: it goes on where the journal says")
            .exit_code(ExitCode::interrupted);
    }
}

// Half of it by chance, so that many that wait do not come at once.
std::chrono::milliseconds Run::with_jitter(std::chrono::milliseconds duration) {
    const auto half = duration.count() / 2;
    std::uniform_int_distribution<std::chrono::milliseconds::rep> by_chance(0, half);
    return std::chrono::milliseconds(half + by_chance(random_));
}

}  // namespace schemist
