#pragma once
// A scratch database with what is done there again and again: plans run, declared schemas become canonical.

#include "plan/plan.hpp"
#include "schema/dialect.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace schemist {

using MakeScratch = std::function<std::unique_ptr<Scratch>()>;

// Runs each step as a revision's step is run: in one transaction, or alone. Throws Error.
void run_plan(Connection& connection, const Plan& plan);

// Makes a schema from nothing.
Plan creation(const Schema& schema, const Dialect& dialect);

// SQL of any origin; `name` is a file or a command, for messages.
struct SqlScript {
    std::string name;
    std::string text;
};

class Workshop {
  public:
    // `journal` is left out of what is read; objects named in `external` too.
    Workshop(const Dialect& dialect, const MakeScratch& make_scratch, Name journal,
             std::vector<Name> external);

    Connection& connection() { return scratch_->connection(); }

    void run(const Plan& plan) { run_plan(connection(), plan); }

    // Runs a script of any origin, statement for statement outside of a transaction. Throws Error with the line.
    void run_script(const SqlScript& script);

    // The canonical schema of what is there.
    Schema read();

  private:
    const Dialect& dialect_;
    std::unique_ptr<Scratch> scratch_;
    Name journal_;
    std::vector<Name> external_;
};

std::vector<Name> names_of(const Schema& schema);  // of its tables

// The schema without these tables and the sequences that belong to them.
Schema without_tables(Schema schema, const std::vector<Name>& tables, const Dialect& dialect);

// Only these tables of a schema, and the types they may use.
Schema only_tables(Schema schema, const std::vector<Name>& tables, const Dialect& dialect);

}  // namespace schemist
