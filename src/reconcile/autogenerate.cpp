#include "reconcile/autogenerate.hpp"

#include "diff/diff.hpp"

#include <schemist/error.hpp>

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

void prove_step(Workshop& workshop, const Plan& plan, const Schema& expected, std::string_view claim,
                DialectName dialect) {
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
    require_equal(workshop.read(), expected, claim, plan, dialect);
}

struct Renamed {
    Changes changes;
    Schema schema;  // the present state after the renames
};

// Only the database knows how the expressions of a renamed column read afterwards; it is asked, and put back.
Renamed try_renames(Workshop& workshop, const Schema& present, const Schema& desired,
                    const std::vector<Rename>& renames, const Dialect& dialect) {
    Changes changes = rename_changes(present, desired, renames);
    if (changes.empty()) {
        return {{}, present};
    }
    const Schema expected = with_renames(present, changes);
    workshop.run(make_plan(changes, present, expected, dialect));
    Schema renamed = workshop.read();
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
    const Schema present = workshop.read();

    std::vector<Rename> renames = desired.renames;
    const Schema foreseen = with_renames(present, rename_changes(present, desired.schema, renames));
    const std::vector<Rename> decided = settings.decide_renames(foreseen, desired.schema);
    renames.insert(renames.end(), decided.begin(), decided.end());
    const Renamed renamed = try_renames(workshop, present, desired.schema, renames, dialect);

    Proposal proposal;
    proposal.dialect = dialect.name();
    proposal.changes = renamed.changes;
    const Changes changes = diff(renamed.schema, desired.schema);
    proposal.changes.insert(proposal.changes.end(), changes.begin(), changes.end());
    proposal.candidates = rename_candidates(renamed.schema, desired.schema);
    proposal.schema_script = to_script(creation(desired.schema, dialect));
    if (proposal.empty()) {
        return proposal;
    }
    proposal.upgrade =
        append(make_plan(renamed.changes, present, with_renames(present, renamed.changes), dialect),
               make_plan(changes, renamed.schema, desired.schema, dialect));
    proposal.downgrade =
        append(make_plan(diff(desired.schema, renamed.schema), desired.schema, renamed.schema, dialect),
               make_plan(reversed(renamed.changes), renamed.schema, present, dialect));
    prove_step(workshop, proposal.upgrade, desired.schema, "the upgrade gives what the models say",
               dialect.name());
    prove_step(workshop, proposal.downgrade, present, "the downgrade gives the former state", dialect.name());
    prove_step(workshop, proposal.upgrade, desired.schema, "the upgrade works again after the downgrade",
               dialect.name());
    return proposal;
}

}  // namespace schemist
