#pragma once
// Which tables a script needs for itself, and who uses them: looked at before it queues for a lock, because whoever
// queues makes everybody behind wait too.

#include <schemist/connection.hpp>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace schemist::postgresql {

// Seen from the relation that a statement names, what the lock is on.
enum class Reach {
    itself,
    descendants,          // itself, its partitions and its children
    indexes,              // its indexes
    table_of_index,       // the table it is an index of
    parent,               // the table it is a partition of, and that one's default partition
    default_partition,    // its default partition
    referenced,           // tables that its foreign keys refer to
    referencing,          // tables whose foreign keys refer to it
    referenced_by_part,   // the table that its foreign key `part` refers to
    partners_of_part,     // tables joined with its column `part` by a foreign key
    views,                // itself and the views that need it, or its column `part` when that is named
    columns_of_domain,    // tables with a column of the domain that `relation` names
    relations_of_schema,  // everything in the schema that `relation` names
};

struct LockTarget {
    std::string relation;  // as SQL: quoted, qualified when the script qualifies it
    std::string mode;      // as LOCK TABLE spells it: SHARE UPDATE EXCLUSIVE and what is stronger
    Reach reach = Reach::itself;
    std::string part{};  // the name of a column or a constraint, not quoted

    bool operator==(const LockTarget&) const = default;
};

struct Blocker {
    int process;  // 0 for a prepared transaction, which has none
    std::string
        who;  // for people: application, user, state, for how long, what it holds, the query's beginning
    std::chrono::milliseconds age;  // of its transaction; zero when the server does not say
};

// The locks that keep others waiting, as far as the script's text tells; those of DO blocks and functions it does not.
// Tables that the script itself creates are among them: they are not there yet, so nobody uses them. Pure.
std::vector<LockTarget> lock_targets(std::string_view script);

// A query for the identifiers of the relations that the target locks; none where what it names does not exist.
std::string locked_relations_query(const LockTarget& target);

// A query with the columns process, who and age (in milliseconds), a row for each transaction of others that is older
// and holds a lock that conflicts with one of the targets. It has no parameters and only reads.
std::string blockers_query(std::span<const LockTarget> targets, std::chrono::milliseconds older_than);

std::vector<Blocker> blockers(schemist::Connection& connection, std::span<const LockTarget> targets,
                              std::chrono::milliseconds older_than);

// For whom this server process waits right now, for a lock or while it builds an index; `observer` is another connection.
std::vector<Blocker> waits_for(schemist::Connection& observer, int process);

}  // namespace schemist::postgresql
