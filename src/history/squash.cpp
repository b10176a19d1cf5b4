#include "history/squash.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist {

namespace {

Error refused(std::string what) {
    return Error(std::move(what)).state("nothing was written").exit_code(ExitCode::configuration);
}

void require_alone(const History& history, const std::vector<bool>& inside, History::Index last) {
    for (History::Index i = 0; i < history.size(); ++i) {
        if (inside[i]) {
            continue;
        }
        for (const auto needed : {history.parents(i), history.depends(i)}) {
            for (const History::Index one : needed) {
                if (inside[one] && one != last) {
                    throw refused(fmt::format("revision {} needs {}, which would be squashed into {}",
                                              history[i].id, history[one].id, history[last].id))
                        .at(history[i].path)
                        .hint(fmt::format("squash up to {}, or up to a revision that has {} in it already",
                                          history[one].id, history[i].id));
                }
            }
        }
    }
}

}  // namespace

std::vector<History::Index> squashed_with(const History& history, History::Index last) {
    const std::vector<bool> inside = history.ancestors(std::array{last});
    std::vector<History::Index> result;
    for (History::Index i = 0; i < history.size(); ++i) {
        if (inside[i]) {
            result.push_back(i);
        }
    }
    if (result.size() < 2) {
        throw refused(fmt::format("there is nothing to squash: revision {} needs no other", history[last].id))
            .at(history[last].path)
            .hint("name a later one; `schemist history` lists them");
    }
    require_alone(history, inside, last);
    // In the order of the history it stands behind all that it needs.
    return result;
}

Revision squashed_revision(const History& history, const std::vector<History::Index>& squashed) {
    const Revision& last = history[squashed.back()];
    Revision result;
    result.id = last.id;
    result.message = last.message;
    result.created = last.created;
    for (const History::Index index : squashed) {
        const Revision& one = history[index];
        result.labels.insert(result.labels.end(), one.labels.begin(), one.labels.end());
        result.replaces.insert(result.replaces.end(), one.replaces.begin(), one.replaces.end());
        if (one.id != last.id) {
            result.replaces.push_back(one.id);
        }
    }
    return result;
}

History with_squashed(const History& history, const Revision& revision) {
    std::vector<Revision> revisions{revision};
    for (const Revision& other : history.revisions()) {
        const bool is_gone = other.id == revision.id ||
                             std::ranges::find(revision.replaces, other.id) != revision.replaces.end();
        if (!is_gone) {
            revisions.push_back(other);
        }
    }
    return History(std::move(revisions));
}

}  // namespace schemist
