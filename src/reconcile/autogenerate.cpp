#include "reconcile/autogenerate.hpp"

#include "diff/diff.hpp"
#include "reconcile/undeclared.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {
namespace {

void require_equal(const Schema& actual, const Schema& expected, std::string_view claim, const Plan& plan,
                   DialectName dialect) {
    const Changes differences = diff(actual, expected);
    if (differences.empty()) {
        return;
    }
    std::string list;
    for (const Change& change : differences) {
        list += "\n    still to do: " + describe(change);
    }
    throw Error(
        fmt::format("the proof failed: {}{}\n  the statements were:\n{}", claim, list, to_script(plan)))
        .at(fmt::format("autogenerate for {}", to_string(dialect)))
        .state("no file was written")
        .hint(
            "write the revision by hand (schemist revision -m ... without --autogenerate), and report this "
            "as a "
            "fault of Schemist")
        .exit_code(ExitCode::internal);
}

// What is compared of the workshop's database.
Schema read(Workshop& workshop, const DesiredSchema& desired) {
    Schema schema = workshop.read();
    return desired.is_of_models ? without_undeclared_tables(std::move(schema), desired.schema) : schema;
}

void run_step(Workshop& workshop, const Plan& plan, std::string_view claim, DialectName dialect) {
    try {
        workshop.run(plan);
    } catch (const Error& error) {
        throw Error(fmt::format("the proof failed: {}: {}\n  the statements were:\n{}", claim,
                                error.what_failed(), to_script(plan)))
            .at(fmt::format("autogenerate for {}", to_string(dialect)))
            .state("no file was written")
            .hint(
                "make the change in two revisions, or write this one by hand; if the database's message does "
                "not "
                "explain it, report it as a fault of Schemist")
            .exit_code(ExitCode::failed);
    }
}

void prove_step(Workshop& workshop, const Plan& plan, const Schema& expected, std::string_view claim,
                const DesiredSchema& desired, DialectName dialect) {
    run_step(workshop, plan, claim, dialect);
    require_equal(read(workshop, desired), expected, claim, plan, dialect);
}

// Gives the goal as it has become: a view that was put back has the new types of the columns that it shows.
Schema prove_first_step(Workshop& workshop, const Plan& plan, const Schema& goal, std::string_view claim,
                        const DesiredSchema& desired, DialectName dialect) {
    run_step(workshop, plan, claim, dialect);
    const Schema reached = read(workshop, desired);
    const Schema settled = desired.is_of_models ? with_undeclared(desired.schema, reached) : goal;
    const bool is_complete = std::ranges::all_of(
        diff(settled, goal), [](const Change& change) { return change.action == Action::alter; });
    require_equal(reached, is_complete ? settled : goal, claim, plan, dialect);
    return settled;
}

struct Renamed {
    Changes changes;
    Schema schema;  // the present state after the renames
};

// Only the database knows how the expressions of a renamed column read afterwards; it is asked, and put back.
Renamed try_renames(Workshop& workshop, const Schema& present, const DesiredSchema& desired,
                    const std::vector<Rename>& renames, const Dialect& dialect) {
    Changes changes = rename_changes(present, desired.schema, renames);
    if (changes.empty()) {
        return {{}, present};
    }
    const Schema expected = with_renames(present, changes);
    workshop.run(make_plan(changes, present, expected, dialect));
    Schema renamed = read(workshop, desired);
    workshop.run(make_plan(reversed(changes), renamed, present, dialect));
    return {std::move(changes), std::move(renamed)};
}

}  // namespace

Schema canonical_schema(const Schema& declared, const std::vector<Name>& external, const Dialect& dialect,
                        const MakeScratch& make_scratch) {
    Workshop workshop(dialect, make_scratch, {}, external);
    workshop.run(creation(declared, dialect));
    return workshop.read();
}

Schema canonical_schema(std::span<const SqlScript> scripts, const Dialect& dialect,
                        const MakeScratch& make_scratch) {
    Workshop workshop(dialect, make_scratch, {}, {});
    for (const SqlScript& script : scripts) {
        workshop.run_script(script);
    }
    return workshop.read();
}

Proposal autogenerate(const DesiredSchema& desired, const AutogenerateSettings& settings) {
    const Dialect& dialect = settings.dialect;
    Workshop workshop(dialect, settings.make_scratch, settings.journal, names_of(desired.external));
    workshop.run(creation(desired.external, dialect));
    settings.prepare(workshop);
    const Schema present = read(workshop, desired);

    std::vector<Rename> renames = desired.renames;
    const Schema foreseen = with_renames(present, rename_changes(present, desired.schema, renames));
    const std::vector<Rename> decided = settings.decide_renames(foreseen, desired.schema);
    renames.insert(renames.end(), decided.begin(), decided.end());
    const Renamed renamed = try_renames(workshop, present, desired, renames, dialect);
    const Schema goal =
        desired.is_of_models ? with_undeclared(desired.schema, renamed.schema) : desired.schema;

    Proposal proposal;
    proposal.dialect = dialect.name();
    proposal.changes = renamed.changes;
    const Changes changes = diff(renamed.schema, goal);
    proposal.changes.insert(proposal.changes.end(), changes.begin(), changes.end());
    proposal.candidates = rename_candidates(renamed.schema, goal);
    proposal.schema_script = to_script(creation(goal, dialect));
    if (proposal.empty()) {
        return proposal;
    }
    proposal.upgrade =
        append(make_plan(renamed.changes, present, with_renames(present, renamed.changes), dialect),
               make_plan(changes, renamed.schema, goal, dialect));
    const Schema reached = prove_first_step(workshop, proposal.upgrade, goal,
                                            "the upgrade gives what the models say", desired, dialect.name());
    proposal.downgrade = append(make_plan(diff(reached, renamed.schema), reached, renamed.schema, dialect),
                                make_plan(reversed(renamed.changes), renamed.schema, present, dialect));
    prove_step(workshop, proposal.downgrade, present, "the downgrade gives the former state", desired,
               dialect.name());
    prove_step(workshop, proposal.upgrade, reached, "the upgrade works again after the downgrade", desired,
               dialect.name());
    return proposal;
}

}  // namespace schemist
