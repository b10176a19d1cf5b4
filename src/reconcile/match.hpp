#pragma once
// Which revision a live structure is that of.

#include "reconcile/fit.hpp"
#include "reconcile/managed.hpp"
#include "reconcile/replay.hpp"

#include <optional>
#include <string>
#include <vector>

namespace schemist {

// A candidate next to the live structure.
struct Match {
    const Candidate* candidate = nullptr;
    Schema live;                     // all of it, with expressions written as the candidate has them
    Fit fit;                         // of its managed part
    std::vector<std::string> ahead;  // there already, and made by revisions that are still to run

    bool is_exact() const { return fit.is_exact(); }
};

struct MatchSettings {
    const ReplaySettings& replay;
    const Schema& live;
    const Managed& managed;
    const Candidates& candidates;
};

// The candidates that the live structure needs only additions for, the closest first, and of equals the latest; found
// one after the other, since comparing what expressions mean takes time.
class Matches {
  public:
    explicit Matches(const MatchSettings& settings);

    // The next one without conflicts; nothing when there is none left.
    std::optional<Match> next();

    // The one that comes closest, with its conflicts.
    Match closest() const;

  private:
    struct Trial {
        const Candidate* candidate;
        std::size_t conflicts;  // that no spelling explains
        std::size_t ahead;
        std::size_t distance;
    };

    Match match(const Candidate& candidate) const;
    bool is_refuted(const Candidate& candidate) const;

    const MatchSettings& settings_;
    Schema live_;  // the managed part
    std::vector<Trial> trials_;
    std::size_t position_ = 0;
    Changes refuted_;  // conflicts that are no matter of spelling
};

// The one match with this candidate, whatever is in its way.
Match match_with(const Candidate& candidate, const MatchSettings& settings);

// The candidate of just these revisions; nullptr when there is none.
const Candidate* find_candidate(const Candidates& candidates, const std::vector<std::string>& revisions);

}  // namespace schemist
