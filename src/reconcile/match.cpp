#include "reconcile/match.hpp"

#include "diff/diff.hpp"
#include "reconcile/meaning.hpp"

#include <algorithm>
#include <tuple>

#include <fmt/format.h>

namespace schemist {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

// What is there beyond the candidate and would be in the way of a revision that is still to run.
std::vector<std::string> made_ahead(const Changes& extra, const Candidate& candidate,
                                    const Candidates& candidates) {
    std::vector<std::string> ahead;
    for (const auto& [revision, objects] : candidates.made) {
        if (contains(candidate.revisions, revision)) {
            continue;
        }
        for (const Change& change : extra) {
            const bool is_made =
                change.action == Action::drop && std::ranges::find(objects, change.object) != objects.end();
            if (is_made) {
                ahead.push_back(fmt::format("{} is there already, and revision {} makes it",
                                            to_string(change.object), revision));
            }
        }
    }
    return ahead;
}

}  // namespace

Match match_with(const Candidate& candidate, const MatchSettings& settings) {
    Match result;
    const Schema& expected = candidate.structure;
    result.candidate = &candidate;
    result.live = with_expected_spelling(settings.live, expected, settings.replay);
    result.fit = fit(settings.managed.part_of(result.live), expected);
    result.ahead = made_ahead(result.fit.extra, candidate, settings.candidates);
    return result;
}

Matches::Matches(const MatchSettings& settings)
    : settings_(settings), live_(settings.managed.part_of(settings.live)) {
    for (const Candidate& candidate : settings.candidates.all) {
        const Schema& expected = candidate.structure;
        const Fit hopeful = fit(with_all_expressions_of(live_, expected), expected);
        trials_.push_back({&candidate, hopeful.conflicts.size(),
                           made_ahead(hopeful.extra, candidate, settings.candidates).size(),
                           hopeful.distance()});
    }
    // Of equals the latest.
    std::ranges::reverse(trials_);
    std::ranges::stable_sort(trials_, {}, [](const Trial& trial) {
        return std::tuple(trial.conflicts + trial.ahead > 0, trial.distance);
    });
}

bool Matches::is_refuted(const Candidate& candidate) const {
    const Changes conflicts = fit(live_, candidate.structure).conflicts;
    return std::ranges::any_of(conflicts, [&](const Change& conflict) {
        return std::ranges::find(refuted_, conflict) != refuted_.end();
    });
}

std::optional<Match> Matches::next() {
    while (position_ < trials_.size()) {
        const Trial& trial = trials_[position_++];
        if (trial.conflicts + trial.ahead > 0 || is_refuted(*trial.candidate)) {
            continue;
        }
        Match found = match_with(*trial.candidate, settings_);
        if (found.fit.conflicts.empty()) {
            return found;
        }
        // As they are before anything is respelled, to be recognised in other candidates.
        std::ranges::copy_if(fit(live_, trial.candidate->structure).conflicts, std::back_inserter(refuted_),
                             [&](const Change& change) {
                                 return std::ranges::find(found.fit.conflicts, change.object,
                                                          &Change::object) != found.fit.conflicts.end();
                             });
    }
    return std::nullopt;
}

Match Matches::closest() const {
    const auto by_all = std::ranges::min_element(trials_, {}, [](const Trial& trial) {
        return std::tuple(trial.conflicts + trial.ahead + trial.distance, trial.conflicts + trial.ahead);
    });
    return match_with(*by_all->candidate, settings_);
}

const Candidate* find_candidate(const Candidates& candidates, const std::vector<std::string>& revisions) {
    const auto found = std::ranges::find_if(candidates.all, [&](const Candidate& candidate) {
        return std::ranges::is_permutation(candidate.revisions, revisions);
    });
    return found == candidates.all.end() ? nullptr : &*found;
}

}  // namespace schemist
