#pragma once
// What autogenerate proposes for each dialect of the project, with the user's decisions on renames.

#include "cli/project.hpp"
#include "reconcile/autogenerate.hpp"

#include <string>
#include <vector>

namespace schemist::cli {

enum class Purpose {
    generate,  // a revision will be written: renames are asked for
    compare,   // only the differences count
};

// The revision that a new one is to revise: the only head, or the one that --head names. Empty: there is none
// yet. Throws Error when there are several.
std::vector<std::string> parents_of_next(const Invocation& invocation, const History& history);

// One for each dialect, in the order of the configuration. With several heads, what all of them make is compared with
// the models. Throws Error when the new revision would need what a branch makes that it does not stand on.
std::vector<Proposal> make_proposals(Invocation& invocation, const History& history, Purpose purpose);

}  // namespace schemist::cli
