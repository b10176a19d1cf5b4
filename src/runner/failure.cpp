// What a run says when it fails.

#include "runner/run.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

Error begin_of(const Error& error, const std::string& what, const std::string& where) {
    Error result(fmt::format("{}: {}", what, error.what_failed()));
    result.at(where).sqlstate(error.sqlstate());
    return result;
}

// Of a table, an index, a type or a schema.
bool says_it_exists(const Error& error) {
    return error.sqlstate() == "42P07" || error.sqlstate() == "42710" || error.sqlstate() == "42P06" ||
           (error.sqlstate().empty() && error.what_failed().find("already exists") != std::string::npos);
}

std::string next_step(const Error& error) {
    constexpr std::string_view again = "then run the same command again";
    const std::string& sqlstate = error.sqlstate();
    if (!error.hint().empty()) {
        return error.hint();
    }
    if (sqlstate == "57014") {
        return error.what_failed().find("statement timeout") == std::string::npos
                   ? "somebody cancelled it; run the same command again"
                   : fmt::format("allow more with SCHEMIST_STATEMENT_TIMEOUT, or do less in one step, {}",
                                 again);
    }
    if (sqlstate.starts_with("53")) {
        return fmt::format("give the server more of what it says, or do less in one step, {}", again);
    }
    if (sqlstate == "40P01" || sqlstate == "40001") {
        return "others used the same rows each time it was tried; run the same command again when they are "
               "done";
    }
    if (sqlstate == "25006") {
        return fmt::format("let the URL name a server that is written to, {}", again);
    }
    return fmt::format("correct the file, or the rows that it does not fit, {}", again);
}

}  // namespace

void Run::fail(const Error& error, const Place& place) {
    const bool lost = !session_.connection().alive();
    std::string what = fmt::format(
        "{} of revision {}{} failed", to_string(place.direction), place.revision.id,
        place.count == 1 ? std::string{} : fmt::format(", step {} of {},", place.number, place.count));
    if (!error.position() && error.where().empty() && place.step.statements.size() > 1) {
        what += fmt::format(" in one of its {} statements from this line on", place.step.statements.size());
    }
    const std::string where = !lost && !error.where().empty()
                                  ? error.where()
                                  : place.revision.at(place.step.line_at(error.position().value_or(0)));
    Error result = begin_of(error, what, where);
    if (lost) {
        throw result
            .state(fmt::format(
                "the connection was lost; the journal says whether step {} of revision {} was committed",
                place.number, place.revision.id))
            .hint("run the same command again: it goes on where the journal says")
            .exit_code(ExitCode::unreachable);
    }
    result.state(error.state().empty() ? state_after_failure(place) : error.state())
        .hint(error.hint())
        .exit_code(ExitCode::failed);
    if (!place.step.transactional) {
        throw result
            .hint(fmt::format("{}{}correct the cause, then run the same command again", error.hint(),
                              error.hint().empty() ? "" : "; "))
            .exit_code(error.exit_code() == ExitCode::configuration ? ExitCode::configuration
                                                                    : ExitCode::needs_attention);
    }
    if (error.sqlstate() == "55P03" || error.sqlstate() == table_is_in_use) {
        const std::string blockers =
            error.sqlstate() == table_is_in_use ? std::string{} : session_.executor().blockers(place.step);
        throw result.hint(
            fmt::format("{}{}end what uses the table, or allow more with SCHEMIST_LOCK_RETRIES and "
                        "SCHEMIST_LOCK_TIMEOUT, then run it again",
                        blockers, blockers.empty() ? "" : " uses it; "));
    }
    if (error.sqlstate() == "42501") {
        throw result.hint(error.hint().empty() ? "connect as the owner of the tables" : error.hint())
            .exit_code(ExitCode::configuration);
    }
    if (journal_.rows.empty() && says_it_exists(error)) {
        throw result.hint(
            "the database has tables already, and no journal that says where they come from: `schemist "
            "adopt` "
            "recognises the revision they are at");
    }
    throw result.hint(next_step(error));
}

void Run::fail_stopped(const Place& place) {
    throw Error(fmt::format("{} of {} was stopped on request", to_string(place.direction), place.text()))
        .at(place.revision.at(place.step.line))
        .state(session_.connection().alive() ? state_after_failure(place)
                                             : "the connection was lost; the journal says what was committed")
        .hint("run the same command again: it goes on where the journal says")
        .exit_code(ExitCode::interrupted);
}

// "revisions a, b are applied", or empty.
std::string Run::finished() const {
    std::vector<std::string> ids;
    for (const RevisionRun& run : report_.revisions) {
        ids.push_back(run.id);
    }
    if (ids.empty()) {
        return {};
    }
    return fmt::format("{} {} {}{}", ids.size() == 1 ? "revision" : "revisions", fmt::join(ids, ", "),
                       ids.size() == 1 ? "is " : "are ",
                       report_.revisions.front().direction == Direction::upgrade ? "applied" : "taken back");
}

std::string Run::state_after_failure(const Place& place) const {
    const std::string before = finished().empty() ? std::string{} : finished() + "; ";
    if (!place.step.transactional) {
        return fmt::format(
            "{}{} of {} steps of revision {} are done; step {} ran outside of a transaction, and {}", before,
            place.number - 1, place.count, place.revision.id, place.number,
            removed_remains_ ? "what it left behind was removed" : "was not rolled back");
    }
    if (place.number > 1) {
        return fmt::format("{}step {} of {} of revision {} is done, step {} was rolled back", before,
                           place.number - 1, place.count, place.revision.id, place.number);
    }
    return before.empty() ? "nothing was changed"
                          : fmt::format("{}revision {} was rolled back", before, place.revision.id);
}

}  // namespace schemist
