#pragma once
// A database that has the tables of the history and no journal: which revision it is at is recognised by its structure.

#include "history/graph.hpp"
#include "reconcile/workshop.hpp"
#include "runner/runner.hpp"
#include "schema/dialect.hpp"

#include <schemist/migrate.hpp>

#include <map>
#include <string>
#include <vector>

namespace schemist {

enum class AdoptOutcome {
    empty,        // no tables: `upgrade` makes them
    unrelated,    // tables, but none that a revision makes
    has_journal,  // it says already what is applied
    recognised,   // just the structure of a revision
    completed,    // something was added to become that
};

std::string_view to_string(AdoptOutcome outcome);

struct AdoptSettings {
    AdoptPolicy policy = AdoptPolicy::complete;
    MakeScratch make_scratch;
    RunOptions run = {};                          // the journal, how long the lock is waited for, who it is
    bool dry_run = false;                         // only look
    Schema external = {};                         // external tables that the models declare
    std::string from = {};                        // another tool whose table says what is applied: "alembic"
    std::map<std::string, std::string> map = {};  // its names of migrations -> revisions
};

struct AdoptReport {
    AdoptOutcome outcome = AdoptOutcome::empty;
    std::vector<std::string> stamped;  // revisions that the journal now says are applied, in order
    std::vector<std::string> current;  // those of them that no other one of them revises
    std::vector<std::string> added;    // objects, for people
    std::vector<std::string> kept;     // what is there beyond the revisions, on tables of theirs
    std::string script;                // the SQL that adds
    std::vector<std::string> pending;  // what `upgrade heads` will run
    std::vector<std::string> found;    // bookkeeping of other tools: "alembic_version: 1a2b3c (Alembic)"
};

// Looks first whether there is anything to adopt, by a query or two. Then replays the history in scratch, compares, adds
// what is missing and writes the journal, all in one transaction that compares the result once more. Throws Error
// (mismatch) and changes nothing when something would have to be altered or lost.
AdoptReport adopt(Connection& connection, const Dialect& dialect, const History& history,
                  const AdoptSettings& settings, Reporter& reporter);

}  // namespace schemist
