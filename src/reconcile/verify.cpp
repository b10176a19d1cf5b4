#include "reconcile/verify.hpp"

#include "diff/diff.hpp"
#include "plan/order.hpp"
#include "reconcile/first_look.hpp"
#include "reconcile/managed.hpp"
#include "reconcile/meaning.hpp"
#include "reconcile/replay.hpp"
#include "runner/examine.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

std::string description_of(const Change& change) {
    const std::string object = to_string(change.object);
    switch (change.action) {
        case Action::create:
            return "missing: " + object;
        case Action::drop:
            return "not made by a revision: " + object;
        case Action::rename:
            return "called otherwise: " + describe(change).substr(std::string_view("rename ").size());
        case Action::alter:
            break;
    }
    return "differs: " + describe(change).substr(std::string_view("alter ").size());
}

struct Expected {
    Schema structure;
    Managed managed;
};

Expected replay(const Journal& journal, const History& history, const ReplaySettings& settings) {
    Replay replay(settings);
    Expected expected;
    const auto note = [&] {
        expected.structure = replay.read();
        expected.managed.add(expected.structure);
    };
    note();
    for (const JournalRow& row : journal.rows) {
        const bool is_half_way = row.status == JournalStatus::running;
        replay.apply(*history.find(row.id), Direction::upgrade, is_half_way ? row.step : Replay::all_steps);
        note();
    }
    for (auto row = journal.rows.rbegin(); row != journal.rows.rend(); ++row) {
        if (row->status == JournalStatus::reverting) {
            replay.apply(*history.find(row->id), Direction::downgrade, row->step);
            note();
        }
    }
    return expected;
}

std::string with_semicolons(const DdlAction& action) {
    std::string text = action.losses.empty() ? "" : "-- loses data\n";
    for (const std::string& statement : action.statements) {
        text += statement + ";\n";
    }
    return text;
}

// The objects of the changes that an action is about.
std::string heading(const DdlAction& action, const std::vector<Drift>& drift) {
    std::string text;
    for (const Drift& one : drift) {
        const auto is_this = [&](const Reference& object) { return object == one.change.object; };
        if (std::ranges::any_of(action.creates, is_this) || std::ranges::any_of(action.drops, is_this)) {
            text += "-- " + one.description + "\n";
        }
    }
    return text;
}

void write_sql(VerifyReport& report, const Changes& changes, const Schema& live, const Schema& goal,
               const Dialect& dialect) {
    for (const Change& change : changes) {
        Drift drift{change, description_of(change), {}};
        try {
            const Plan plan = make_plan({change}, live, goal, dialect);
            for (const Step& step : plan.steps) {
                std::ranges::copy(step.statements, std::back_inserter(drift.statements));
            }
            drift.loses_data = plan.loses_data();
        } catch (const Error&) {
            // There is no statement for this change alone; what all of them take together stands in the script.
        }
        report.drift.push_back(std::move(drift));
    }
    try {
        for (const DdlAction& action : ordered_actions(changes, live, goal, dialect)) {
            report.script += heading(action, report.drift) + with_semicolons(action);
        }
    } catch (const Error& error) {
        report.script = fmt::format("-- There is no SQL that undoes all of it: {}\n", error.what_failed());
    }
}

}  // namespace

VerifyReport verify(Connection& connection, const Dialect& dialect, const History& history,
                    const VerifySettings& settings) {
    const Journal journal =
        gathered(read_journal(connection, JournalTable(dialect.name(), settings.journal)), history);
    refuse_unknown(journal, history, "the database was not compared");
    const StatusReport status = examine(journal, dialect, history);
    VerifyReport report;
    report.journal_exists = journal.exists;
    report.applied = applied_ids(journal, history);
    report.edited = status.edited;
    report.interrupted = status.interrupted;
    if (journal.rows.empty()) {
        return report;
    }
    const Schema found = dialect.introspect(connection, settings.journal);
    ReplaySettings replaying{dialect, settings.make_scratch, settings.journal, settings.external};
    const Expected expected =
        with_live_externals(replaying, not_created(found, created_tables(history, dialect)),
                            [&] { return replay(journal, history, replaying); });
    const Schema live = with_expected_spelling(found, expected.structure, replaying);
    const Changes changes = diff(expected.managed.part_of(live), expected.structure);
    if (!changes.empty()) {
        write_sql(report, changes, live, expected.managed.with_part(live, expected.structure), dialect);
    }
    return report;
}

}  // namespace schemist
