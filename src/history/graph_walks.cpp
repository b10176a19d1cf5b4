// What is above and below a revision.

#include "history/graph.hpp"

#include <algorithm>

namespace schemist {

using Index = History::Index;

std::optional<Index> History::index_of(std::string_view id) const {
    const auto found = index_.find(std::string(id));
    return found == index_.end() ? std::nullopt : std::optional<Index>(found->second);
}

const Revision* History::find(std::string_view id) const {
    const std::optional<Index> index = index_of(id);
    return index ? &revisions_[*index] : nullptr;
}

std::optional<Index> History::labelled(std::string_view label) const {
    const auto found = labels_.find(std::string(label));
    return found == labels_.end() ? std::nullopt : std::optional<Index>(found->second);
}

std::optional<Index> History::replacement_of(std::string_view id) const {
    const auto found = replacements_.find(std::string(id));
    return found == replacements_.end() ? std::nullopt : std::optional<Index>(found->second);
}

std::vector<Index> History::heads() const {
    std::vector<Index> result;
    for (Index i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].children.empty()) {
            result.push_back(i);
        }
    }
    return result;
}

std::vector<Index> History::effective_heads() const {
    std::vector<Index> result = heads();
    std::erase_if(result, [&](Index head) { return !nodes_[head].dependents.empty(); });
    return result;
}

std::vector<Index> History::bases() const {
    std::vector<Index> result;
    for (Index i = 0; i < nodes_.size(); ++i) {
        if (nodes_[i].parents.empty()) {
            result.push_back(i);
        }
    }
    return result;
}

std::vector<std::string> History::head_ids() const {
    std::vector<std::string> result;
    for (const Index head : effective_heads()) {
        result.push_back(revisions_[head].id);
    }
    return result;
}

std::vector<bool> History::ancestors(std::span<const Index> from, Links links) const {
    std::vector<bool> result(size(), false);
    for (const Index index : from) {
        result[index] = true;
    }
    // What a revision needs stands before it, so one walk backwards meets everything.
    for (Index i = size(); i-- > 0;) {
        if (!result[i]) {
            continue;
        }
        for (const Index parent : nodes_[i].parents) {
            result[parent] = true;
        }
        if (links == Links::all) {
            for (const Index needed : nodes_[i].depends) {
                result[needed] = true;
            }
        }
    }
    return result;
}

std::vector<bool> History::descendants(std::span<const Index> from, Links links) const {
    std::vector<bool> result(size(), false);
    for (const Index index : from) {
        result[index] = true;
    }
    for (Index i = 0; i < size(); ++i) {
        const Node& node = nodes_[i];
        const auto marked = [&](Index needed) { return result[needed]; };
        result[i] = result[i] || std::ranges::any_of(node.parents, marked) ||
                    (links == Links::all && std::ranges::any_of(node.depends, marked));
    }
    return result;
}

std::vector<std::vector<std::string>> History::branch_labels() const {
    std::vector<std::vector<std::string>> result(size());
    const auto add = [&](Index index, const std::string& label) {
        if (std::ranges::find(result[index], label) == result[index].end()) {
            result[index].push_back(label);
        }
    };
    for (Index i = 0; i < size(); ++i) {
        for (const std::string& label : revisions_[i].labels) {
            add(i, label);
        }
        for (const Index parent : nodes_[i].parents) {
            for (const std::string& label : result[parent]) {
                add(i, label);
            }
        }
    }
    const auto has_own_line = [&](Index index) {
        const Node& node = nodes_[index];
        return node.children.size() + node.dependents.size() < 2 && node.parents.size() < 2;
    };
    for (Index i = 0; i < size(); ++i) {
        for (const std::string& label : revisions_[i].labels) {
            for (Index below = i; has_own_line(below);) {
                add(below, label);
                if (nodes_[below].parents.empty()) {
                    break;
                }
                below = nodes_[below].parents.front();
            }
        }
    }
    return result;
}

}  // namespace schemist
