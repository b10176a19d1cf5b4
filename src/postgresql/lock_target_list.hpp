#pragma once
// The locks of one script, while they are gathered from its statements.

#include "postgresql/table_locks.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include <pg_query/pg_query.pb-c.h>

namespace schemist::postgresql {

// As the server numbers them.
enum LockMode { share_update_exclusive = 4, share, share_row_exclusive, exclusive, access_exclusive };

std::string quoted_name(std::span<const std::string> parts);
std::string quoted_name(const PgQuery__RangeVar& relation);

class TargetList {
  public:
    // Weaker modes keep nobody waiting but those with the strongest, and are left out; so is what the script
    // itself has created, which nobody else can have in use.
    void add(const std::string& relation, int mode, Reach reach = Reach::itself, std::string part = {});

    // With its descendants, where the statement does not say ONLY.
    void add_all(const PgQuery__RangeVar& relation, int mode);

    // The tables that the foreign keys among these constraints refer to.
    void add_referenced(PgQuery__Node* const* constraints, std::size_t count);

    void created(const std::string& relation) { created_.insert(relation); }

    // From here on a name may mean something else than it did.
    void names_may_have_changed() { created_.clear(); }

    std::vector<LockTarget> take() { return std::move(found_); }

  private:
    std::vector<LockTarget> found_;
    std::unordered_set<std::string> created_;
};

void add_alter_table(TargetList& targets, const PgQuery__AlterTableStmt& statement);

}  // namespace schemist::postgresql
