#pragma once
// Views that stand in the way of a statement although no revision knows them: the server alters no column that a view uses.

#include <schemist/connection.hpp>
#include <schemist/error.hpp>

#include <set>
#include <string>
#include <vector>

namespace schemist::postgresql {

// The view that the server names as the one that uses what is to be altered or dropped; empty: it speaks of something else.
std::string view_in_the_way(const Error& error);

// How these views, and those that are made of them, are dropped and put back as they are.
struct StandingViews {
    std::vector<std::string> names;  // for people
    std::vector<std::string> drops;
    std::vector<std::string> creates;

    bool empty() const { return names.empty(); }
};

// `views` as the server calls them. Empty when one of them cannot be put back by its definition alone, since something else
// than a view uses it.
StandingViews standing_views(schemist::Connection& connection, const std::set<std::string>& views);

}  // namespace schemist::postgresql
