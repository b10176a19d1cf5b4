// A statement outside of a transaction: intent, statement, a look at the result, done. Whoever comes after a crash
// between them finds what was going on.

#include "runner/postgresql_script.hpp"
#include "runner/run.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>

namespace schemist {

namespace {

constexpr int most_attempts = 3;
// An index of that name is there already.
constexpr std::string_view exists_already = "42P07";

RunStep statement_alone(const std::string& sql) {
    return {sql, 0, {ScriptStatement{0, sql.size(), false}}, false};
}

}  // namespace

StepOutcome Run::run_alone(const Place& place) {
    if (session_.starved()) {
        throw Error(
            "a statement that cannot run in a transaction needs a second connection while the lock is held, "
            "and the pooler has none to give")
            .hint("connect to the server itself, or give the pooler's pool two connections or more")
            .exit_code(ExitCode::configuration);
    }
    const JournalRow* row = journal_.find(place.revision.id);
    const std::optional<JournalRow> before = row == nullptr ? std::nullopt : std::optional<JournalRow>(*row);
    const JournalRow intent = row_for(place.revision, place.direction, place.number - 1, place.number);
    const RunStep nothing;
    StepTransaction transaction{journal_, nothing, journal_sql(intent, place.direction, false)};
    transaction.keep_lock = true;
    transaction.application_name = application_name(options_.run_id, place.revision.id, place.number);
    const StepOutcome outcome = session_.executor().run(transaction);
    if (outcome != StepOutcome::done) {
        return outcome;
    }
    remember(intent, place.direction, false);
    run_until_settled(place, before);
    return commit(row_for(place.revision, place.direction, place.number, 0), nothing, place.direction,
                  place.last());
}

// Returns when the statement has taken effect. An error of the server's, or an index that is not valid though no
// error was reported (IF NOT EXISTS), leaves the database as it was before.
void Run::run_until_settled(const Place& place, const std::optional<JournalRow>& before) {
    removed_remains_ = false;
    for (int attempt = 1;; ++attempt) {
        std::optional<Error> error;
        try {
            const Watcher::Watched watched(watcher_, session_.connection(), Work::alone, place.text());
            session_.executor().run_alone(place.step);
        } catch (const Error& failure) {
            if (!session_.connection().alive()) {
                throw;
            }
            error = failure;
        }
        const LoneStatementState state = session_.executor().examine_alone(place.step);
        const bool remains = state.aftermath == Aftermath::left_remains && !state.busy;
        if (remains) {
            clean_up(state, place);
        }
        if ((!error && !remains) || (remains && state.done_after_clean_up)) {
            return;
        }
        if (remains && attempt < most_attempts && !watcher_.stopped() &&
            (!error || error->sqlstate() == exists_already)) {
            continue;
        }
        take_back_intent(place.revision.id, before);
        throw error ? *error : Error(state.what);
    }
}

void Run::clean_up(const LoneStatementState& state, const Place& place) {
    reporter_.info(fmt::format("{}: {}; it is removed", place.text(), state.what));
    const Watcher::Watched watched(watcher_, session_.connection(), Work::cleaning, place.text());
    for (const std::string& sql : state.clean_up) {
        session_.executor().run_alone(statement_alone(sql));
    }
    removed_remains_ = true;
}

// The statement ended, if badly, so nothing is in flight. When this does not work either, the journal keeps
// saying that it is, which is for the next run to look at.
void Run::take_back_intent(const std::string& id, const std::optional<JournalRow>& before) noexcept {
    try {
        const RunStep nothing;
        const std::string sql = before ? table_.put(*before) : table_.erase(JournalRow{.id = id});
        if (session_.connection().alive() &&
            session_.executor().run({journal_, nothing, sql}) == StepOutcome::done) {
            before ? journal_.put(*before) : journal_.erase(id);
        }
    } catch (...) {  // the error of the statement is the one to be told
    }
}

bool Run::settle_interrupted(const JournalRow& row, const Place& place) {
    if (const auto worker = session_.executor().still_at_work(row.run_id)) {
        pause(*worker);
        read();
        return true;
    }
    // It may have ended between the reading of the journal and the look at who works.
    read();
    const JournalRow* now = journal_.find(row.id);
    if (now == nullptr || now->in_flight != row.in_flight || now->run_id != row.run_id) {
        return true;
    }
    const LoneStatementState state = session_.executor().examine_alone(place.step);
    if (state.busy) {
        pause(state.what);
        read();
        return true;
    }
    switch (state.aftermath) {
        case Aftermath::had_no_effect:
            return false;
        case Aftermath::took_effect:
            reporter_.info(fmt::format("{} had taken effect when run {} ended: {}", place.text(), row.run_id,
                                       state.what));
            mark_done(place);
            return true;
        case Aftermath::left_remains:
            clean_up(state, place);
            if (state.done_after_clean_up) {
                mark_done(place);
            }
            return state.done_after_clean_up;
        case Aftermath::unknown:
            break;
    }
    throw Error(
        fmt::format("{} was running outside of a transaction when run {} ({}) ended; whether it took effect "
                    "is not known{}{}: {}",
                    place.text(), row.run_id, row.applied_by, state.what.empty() ? "" : ": ", state.what,
                    place.step.text))
        .at(place.revision.at(place.step.line))
        .state(fmt::format("step {} of {} of revision {} is done, step {} is not known", row.step, row.steps,
                           row.id, row.in_flight))
        .hint(fmt::format(
            "look whether it took effect; if it did, `schemist resolve --done {0}`; if not, remove what it "
            "left behind, then `schemist resolve --undone {0}`",
            row.id))
        .exit_code(ExitCode::needs_attention);
}

void Run::mark_done(const Place& place) {
    const RunStep nothing;
    if (commit(row_for(place.revision, place.direction, place.number, 0), nothing, place.direction,
               place.last()) != StepOutcome::done) {
        read();
    }
}

}  // namespace schemist
