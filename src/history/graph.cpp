#include "history/graph.hpp"

#include "schema/nearest.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <queue>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

Error damaged(std::string what, std::string where) {
    return Error(std::move(what))
        .at(std::move(where))
        .state("no database was touched")
        .exit_code(ExitCode::mismatch);
}

[[noreturn]] void fail_missing(const Revision& revision, const std::string& missing, std::string_view role,
                               std::size_t line, std::span<const Revision> all, const Revision* replacement) {
    if (replacement != nullptr) {
        throw damaged(fmt::format("{} {} of revision {} was squashed into {}", role, missing, revision.id,
                                  replacement->id),
                      revision.at(line))
            .hint(fmt::format("write {} instead", replacement->id));
    }
    std::vector<std::string> known;
    for (const Revision& other : all) {
        if (other.id != revision.id) {
            known.push_back(other.id);
        }
    }
    const std::vector<std::string> close = nearest(missing, known, 1);
    throw damaged(fmt::format("{} {} of revision {} is not there", role, missing, revision.id),
                  revision.at(line))
        .hint(close.empty()
                  ? fmt::format("restore the file of {}, or correct the line", missing)
                  : fmt::format("did you mean {}? Else restore the file of {}", close.front(), missing));
}

// A cycle among the revisions that could not be put in order: from any of them, walk to what it waits for.
std::vector<History::Index> find_cycle(std::span<const std::vector<History::Index>> needs,
                                       const std::vector<bool>& placed) {
    const auto first = std::find(placed.begin(), placed.end(), false);
    History::Index current = static_cast<History::Index>(first - placed.begin());
    std::vector<std::size_t> visited(placed.size(), 0);
    std::vector<History::Index> walk;
    while (visited[current] == 0) {
        walk.push_back(current);
        visited[current] = walk.size();
        current = *std::find_if(needs[current].begin(), needs[current].end(),
                                [&](History::Index i) { return !placed[i]; });
    }
    return {walk.begin() + static_cast<std::ptrdiff_t>(visited[current] - 1), walk.end()};
}

}  // namespace

History::History(std::vector<Revision> revisions) : revisions_(std::move(revisions)) {
    // The order of the input must not matter for which error is found first.
    std::sort(revisions_.begin(), revisions_.end(), [](const Revision& left, const Revision& right) {
        return std::tie(left.created, left.id, left.path) < std::tie(right.created, right.id, right.path);
    });
    number();
    connect();
    order();
}

void History::number() {
    for (Index i = 0; i < revisions_.size(); ++i) {
        const auto [found, inserted] = index_.emplace(revisions_[i].id, i);
        if (!inserted) {
            const Revision& other = revisions_[found->second];
            throw damaged(fmt::format("revision {} is there twice: also in {}", other.id,
                                      other.at(other.revision_line)),
                          revisions_[i].at(revisions_[i].revision_line))
                .hint("give one of them a new id");
        }
    }
    for (Index i = 0; i < revisions_.size(); ++i) {
        for (const std::string& label : revisions_[i].labels) {
            const auto [found, inserted] = labels_.emplace(label, i);
            if (!inserted || index_.contains(label)) {
                throw damaged(fmt::format("label {} of revision {} is already used", label, revisions_[i].id),
                              revisions_[i].at(revisions_[i].revision_line))
                    .hint("give the label another name");
            }
        }
    }
    for (Index i = 0; i < revisions_.size(); ++i) {
        for (const std::string& id : revisions_[i].replaces) {
            const auto [found, inserted] = replacements_.emplace(id, i);
            if (!inserted || index_.contains(id)) {
                throw damaged(
                    fmt::format("revision {} says that it replaces {}, and {}", revisions_[i].id, id,
                                inserted ? fmt::format("{} is there", revisions_[index_.at(id)].path)
                                         : fmt::format("so does {}", revisions_[found->second].id)),
                    revisions_[i].at(revisions_[i].replaces_line))
                    .hint("remove the file that was squashed, or take its id out of the line");
            }
        }
    }
}

void History::connect() {
    nodes_.assign(revisions_.size(), {});
    for (Index i = 0; i < revisions_.size(); ++i) {
        const Revision& revision = revisions_[i];
        const auto target = [&](const std::string& id, std::string_view role, std::size_t line) {
            std::optional<Index> found = index_of(id);
            if (!found && role == "dependency") {
                found = labelled(id);
            }
            if (!found) {
                const std::optional<Index> replacement = replacement_of(id);
                fail_missing(revision, id, role, line, revisions_,
                             replacement ? &revisions_[*replacement] : nullptr);
            }
            if (*found == i) {
                throw damaged(fmt::format("revision {} is its own {}", revision.id, role), revision.at(line))
                    .hint("correct the line");
            }
            return *found;
        };
        for (const std::string& parent : revision.parents) {
            const Index found = target(parent, "parent", revision.parents_line);
            nodes_[i].parents.push_back(found);
            nodes_[found].children.push_back(i);
        }
        for (const std::string& depends : revision.depends) {
            const Index found = target(depends, "dependency", revision.depends_line);
            nodes_[i].depends.push_back(found);
            nodes_[found].dependents.push_back(i);
        }
    }
}

void History::order() {
    // Sorted by (created, id) already, so the smallest index among the free ones is the one that comes next.
    std::vector<std::size_t> waits_for(revisions_.size());
    std::priority_queue<Index, std::vector<Index>, std::greater<>> free;
    for (Index i = 0; i < revisions_.size(); ++i) {
        waits_for[i] = nodes_[i].parents.size() + nodes_[i].depends.size();
        if (waits_for[i] == 0) {
            free.push(i);
        }
    }
    std::vector<Index> ordered;
    std::vector<bool> placed(revisions_.size(), false);
    while (!free.empty()) {
        const Index next = free.top();
        free.pop();
        placed[next] = true;
        ordered.push_back(next);
        for (const auto* followers : {&nodes_[next].children, &nodes_[next].dependents}) {
            for (const Index follower : *followers) {
                if (--waits_for[follower] == 0) {
                    free.push(follower);
                }
            }
        }
    }
    if (ordered.size() < revisions_.size()) {
        std::vector<std::vector<Index>> needs;
        for (const Node& node : nodes_) {
            needs.push_back(node.parents);
            needs.back().insert(needs.back().end(), node.depends.begin(), node.depends.end());
        }
        std::vector<std::string> ids;
        const std::vector<Index> cycle = find_cycle(needs, placed);
        for (const Index i : cycle) {
            ids.push_back(revisions_[i].id);
        }
        const Revision& first = revisions_[cycle.front()];
        throw damaged(fmt::format("the revisions revise each other in a cycle: {} -> {}",
                                  fmt::join(ids, " -> "), ids.front()),
                      first.at(first.parents_line))
            .hint("correct the '-- revises:' line of one of them");
    }
    std::vector<Index> place(ordered.size());
    for (Index i = 0; i < ordered.size(); ++i) {
        place[ordered[i]] = i;
    }
    std::vector<Revision> revisions;
    std::vector<Node> nodes;
    for (const Index old : ordered) {
        revisions.push_back(std::move(revisions_[old]));
        nodes.push_back(std::move(nodes_[old]));
        Node& node = nodes.back();
        for (auto* list : {&node.parents, &node.depends, &node.children, &node.dependents}) {
            for (Index& index : *list) {
                index = place[index];
            }
        }
        std::sort(node.children.begin(), node.children.end());
    }
    revisions_ = std::move(revisions);
    nodes_ = std::move(nodes);
    for (auto* map : {&index_, &labels_, &replacements_}) {
        for (auto& [key, index] : *map) {
            index = place[index];
        }
    }
}

}  // namespace schemist
