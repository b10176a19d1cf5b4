// One step, tried until it is known what became of it.

#include "postgresql/failure.hpp"
#include "runner/postgresql_script.hpp"
#include "runner/run.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {

namespace {

constexpr std::chrono::milliseconds first_delay{50};
constexpr std::chrono::milliseconds longest_delay{5000};
// A table that many use is free only for moments.
constexpr std::chrono::milliseconds longest_delay_of_look{250};
constexpr std::chrono::milliseconds shortest_look{5000};
constexpr std::chrono::seconds between_words{5};

bool is_about_others(const Error& error, const Connection& connection) {
    return error.sqlstate() == table_is_in_use ||
           (connection.dialect() == DialectName::postgresql &&
            postgresql::classify(error) == postgresql::FailureClass::retry_step);
}

std::chrono::milliseconds delay_of(int attempt, std::chrono::milliseconds longest) {
    auto delay = first_delay;
    for (int i = 1; i < attempt && delay < longest; ++i) {
        delay += delay / 2;
    }
    return std::min(delay, longest);
}

}  // namespace

StepOutcome Run::run_step(const Place& place) {
    Tries tries{Clock::now()};
    while (true) {
        stop_if_asked();
        if (!session_.confirm_lock()) {
            session_.recover();
            return StepOutcome::changed;
        }
        try {
            return try_step(place, tries);
        } catch (const Error& error) {
            if (remedy(error, place, tries) == Remedy::new_path) {
                return StepOutcome::changed;
            }
        } catch (const std::exception& error) {
            // A data migration may throw what it likes.
            fail(Error(error.what()), place);
        }
    }
}

// As long as half of the attempts to queue may take together.
bool Run::looks_first(const Tries& tries) const {
    return Clock::now() - tries.since <
           std::max(shortest_look, options_.lock_timeout * (options_.lock_retries / 2));
}

StepOutcome Run::try_step(const Place& place, const Tries& tries) {
    if (!place.step.transactional) {
        return run_alone(place);
    }
    const JournalRow row = row_for(place.revision, place.direction, place.number, 0);
    StepTransaction transaction{journal_, place.step, journal_sql(row, place.direction, place.last())};
    // Where somebody always uses the table, nothing but queueing helps.
    transaction.look_first = looks_first(tries);
    transaction.application_name = application_name(options_.run_id, place.revision.id, place.number);
    transaction.tell = [&](const std::string& text) { reporter_.info(place.text() + ": " + text); };
    add_data_migration(transaction, place);
    const Watcher::Watched watched(watcher_, session_.connection(), Work::step, place.text());
    const StepOutcome outcome = session_.executor().run(transaction);
    if (outcome == StepOutcome::done) {
        remember(row, place.direction, place.last());
    }
    return outcome;
}

// Rows of the journal alone.
StepOutcome Run::commit(const JournalRow& row, const RunStep& step, Direction direction, bool last) {
    const StepOutcome outcome = session_.executor().run({journal_, step, journal_sql(row, direction, last)});
    if (outcome == StepOutcome::done) {
        remember(row, direction, last);
    }
    return outcome;
}

void Run::add_data_migration(StepTransaction& transaction, const Place& place) const {
    const auto data =
        std::find_if(options_.data_migrations.begin(), options_.data_migrations.end(),
                     [&](const DataMigration& one) { return one.revision == place.revision.id; });
    if (data == options_.data_migrations.end()) {
        return;
    }
    const bool up = place.direction == Direction::upgrade;
    const std::vector<RunStep>& all = compiled_.at(compiled_key(place.revision, place.direction));
    const auto transactional = [](const RunStep& step) { return step.transactional; };
    const auto first = std::find_if(all.begin(), all.end(), transactional);
    const auto last = std::find_if(all.rbegin(), all.rend(), transactional);
    if (up && last != all.rend() && &*last == &place.step) {
        transaction.after = data->upgrade;
    } else if (!up && first != all.end() && &*first == &place.step) {
        transaction.before = data->downgrade;
    }
}

bool Run::is_lost(const Error& error) {
    Connection& connection = session_.connection();
    return !connection.alive() || (connection.dialect() == DialectName::postgresql &&
                                   postgresql::classify(error) == postgresql::FailureClass::connection_lost);
}

// What to do about a failure, if anything can be done; throws the Error that ends the run if not.
Run::Remedy Run::remedy(const Error& error, const Place& place, Tries& tries) {
    if (error.exit_code() == ExitCode::interrupted || watcher_.stopped()) {
        fail_stopped(place);
    }
    if (is_lost(error)) {
        if (!session_.can_recover() || ++losses_ > most_losses) {
            fail(error, place);
        }
        reporter_.info(
            fmt::format("the connection was lost in {}, and the journal is asked what became of it: {}",
                        place.text(), error.what_failed()));
        session_.recover();
        return Remedy::new_path;
    }
    if (!session_.confirm_lock()) {
        session_.recover();
        return Remedy::new_path;
    }
    if (!is_about_others(error, session_.connection()) || tries.failed >= options_.lock_retries) {
        fail(error, place);
    }
    wait_for_others(error, place, tries);
    return Remedy::again;
}

void Run::wait_for_others(const Error& error, const Place& place, Tries& tries) {
    const bool looked = error.sqlstate() == table_is_in_use;
    const bool is_first = tries.failed + tries.looked == 0;
    ++(looked ? tries.looked : tries.failed);
    if (is_first || Clock::now() - last_word_ >= between_words) {
        last_word_ = Clock::now();
        const std::string blockers = looked ? std::string{} : session_.executor().blockers(place.step);
        reporter_.info(fmt::format(
            "{} waits: {}{}{}{}", place.text(), error.what_failed(), blockers.empty() ? "" : ": ", blockers,
            looked ? std::string{}
                   : fmt::format("; it was rolled back and will be tried again ({} of {})", tries.failed,
                                 options_.lock_retries)));
    }
    sleep(with_jitter(looked ? delay_of(tries.looked, longest_delay_of_look)
                             : delay_of(tries.failed, longest_delay)));
}

}  // namespace schemist
