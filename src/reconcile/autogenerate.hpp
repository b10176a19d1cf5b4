#pragma once
// Models and history -> the next revision's sections for one dialect, proven on scratch.

#include "diff/renames.hpp"
#include "plan/plan.hpp"
#include "reconcile/workshop.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace schemist {

// The goal for one dialect.
struct DesiredSchema {
    Schema schema;                // canonical, without external tables
    Schema external;              // the external tables, as declared
    std::vector<Rename> renames;  // declared by the models
    bool is_of_models = false;    // so that what models cannot declare is left alone
};

// What leads from the present state to the desired one.
struct Proposal {
    DialectName dialect = DialectName::postgresql;
    Changes changes;  // renames first
    Plan upgrade;
    Plan downgrade;
    std::vector<Rename> candidates;  // what looks renamed, and is dropped and created since nobody said so
    std::string schema_script;       // makes the desired schema from nothing

    bool empty() const { return changes.empty(); }
};

struct AutogenerateSettings {
    const Dialect& dialect;
    MakeScratch make_scratch;
    Name journal;
    // Gives the workshop's database the present state: history replayed, or the structure of a live database.
    std::function<void(Workshop&)> prepare;
    // Renames besides the models' own, by what has changed.
    std::function<std::vector<Rename>(const Schema& from, const Schema& to)> decide_renames;
};

// A declared schema as the database understands it. The tables in `external` are there while it is made.
Schema canonical_schema(const Schema& declared, const std::vector<Name>& external, const Dialect& dialect,
                        const MakeScratch& make_scratch);

// The same for SQL statements, script after script.
Schema canonical_schema(std::span<const SqlScript> scripts, const Dialect& dialect,
                        const MakeScratch& make_scratch);

// Compares the present state with the desired one and proves what it proposes: the upgrade gives the desired
// state, the downgrade gives the former one, and the upgrade works again. Throws Error when one of these is
// not so.
Proposal autogenerate(const DesiredSchema& desired, const AutogenerateSettings& settings);

}  // namespace schemist
