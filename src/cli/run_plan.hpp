#pragma once
// What an upgrade would run on a live database: its SQL, transactions, the locks it takes and how large the tables are.

#include "history/revision.hpp"
#include "runner/runner.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace schemist::cli {

struct PlannedLock {
    std::string mode;  // ACCESS EXCLUSIVE, ...
    std::string
        table;  // as it is called in the database; what is not there yet is in use by nobody, and left out
    std::int64_t rows = 0;
    std::int64_t bytes = 0;

    bool operator==(const PlannedLock&) const = default;
};

struct PlannedStep {
    std::string sql;
    bool transactional = true;  // false: a statement that runs alone
    std::vector<PlannedLock> locks;
};

struct PlannedRevision {
    const Revision* revision = nullptr;
    std::vector<PlannedStep> steps;
};

struct RunPlan {
    std::string database;
    std::vector<std::string> current;
    std::vector<PlannedRevision> revisions;
};

// Reads only. Locks are known for PostgreSQL; SQLite locks the whole database.
RunPlan plan_upgrade(Connection& connection, const Dialect& dialect, const History& history,
                     const Name& journal, std::string_view target);

// "12.4 GB", "8 kB"
std::string size_text(std::int64_t bytes);
// A page that needs no other file.
std::string plan_page(const RunPlan& plan);

}  // namespace schemist::cli
