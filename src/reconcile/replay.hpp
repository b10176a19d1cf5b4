#pragma once
// Revisions in a scratch database, one after the other, and what each of them makes.

#include "history/graph.hpp"
#include "reconcile/workshop.hpp"
#include "schema/dialect.hpp"

#include <schemist/error.hpp>

#include <cstddef>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace schemist {

// Where revisions are tried, and what they find there.
struct ReplaySettings {
    const Dialect& dialect;
    MakeScratch make_scratch;
    Name journal;
    Schema external = {};  // tables that are there before the first revision, and are not read
};

// Calls `work`, and when a revision refers to a table that none has made, once more with those of the live database in
// scratch that are somebody else's. Nobody needs to declare them then.
template <class Work>
auto with_live_externals(ReplaySettings& settings, const Schema& somebody_elses, const Work& work) {
    try {
        return work();
    } catch (const Error& error) {
        const bool unknown_table =
            error.sqlstate() == "42P01" || error.what_failed().find("no such table") != std::string::npos;
        if (!unknown_table || somebody_elses.tables.empty() || !settings.external.empty()) {
            throw;
        }
    }
    settings.external = somebody_elses;
    return work();
}

class Replay {
  public:
    static constexpr std::size_t all_steps = std::numeric_limits<std::size_t>::max();

    // `settings` must outlive it.
    explicit Replay(const ReplaySettings& settings);

    // Runs the SQL of the first steps, without the C++ work on rows, since there are none. Throws Error.
    void apply(const Revision& revision, Direction direction = Direction::upgrade,
               std::size_t steps = all_steps);

    Schema read();

    Connection& connection() { return scratch_->connection(); }

  private:
    const ReplaySettings& settings_;
    std::unique_ptr<Scratch> scratch_;
    std::vector<Name> external_;
};

// Makes a scratch database; where the server refuses, says what can be done about it.
std::unique_ptr<Scratch> require_scratch(const MakeScratch& make_scratch);

// A state that a database can be in.
struct Candidate {
    std::vector<std::string> revisions;  // applied, each behind those that it needs
    Schema structure;
};

struct Candidates {
    std::vector<Candidate> all;                          // fewer revisions first
    std::map<std::string, std::vector<Reference>> made;  // what a revision makes that was not there before it
};

// The states that a database is in when revisions are applied in the order of the history: the whole of it, and each
// branch for itself. With `targets`, also that of these revisions and all that they need.
Candidates replay_all(const History& history, const std::vector<std::string>& targets,
                      const ReplaySettings& settings);

// These revisions and all that they need, in the order of the history.
std::vector<std::string> with_ancestors(const History& history, const std::vector<std::string>& revisions);

}  // namespace schemist
