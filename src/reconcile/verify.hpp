#pragma once
// Whether a live database is what its journal says: drift, as SQL that would undo it.

#include "history/graph.hpp"
#include "reconcile/workshop.hpp"
#include "runner/journal.hpp"
#include "schema/change.hpp"

#include <schemist/reporter.hpp>

#include <string>
#include <vector>

namespace schemist {

struct VerifySettings {
    MakeScratch make_scratch;
    Name journal;
    Schema external = {};  // external tables that the models declare
};

// One object that is not as the applied revisions make it.
struct Drift {
    Change change;                        // from what is there to what is expected
    std::string description;              // "missing: index notes.ix_notes_text"
    std::vector<std::string> statements;  // that would undo it alone; empty when there is no SQL for it
    bool loses_data = false;
};

struct VerifyReport {
    bool journal_exists = false;
    std::vector<std::string> applied;
    std::vector<std::string> edited;      // revisions whose SQL is not what was applied
    std::vector<JournalRow> interrupted;  // compared as far as they have come
    std::vector<Drift> drift;
    std::string script;  // undoes all drift, in an order that works

    bool has_drift() const { return !drift.empty(); }
    bool is_clean() const { return !has_drift() && edited.empty(); }
};

// Replays what the journal says in scratch, as far and in the order it says, and compares. Tables that none of these
// revisions made, and what belongs to them, are left out. Throws Error (newer) when the files lack a revision.
VerifyReport verify(Connection& connection, const Dialect& dialect, const History& history,
                    const VerifySettings& settings);

}  // namespace schemist
