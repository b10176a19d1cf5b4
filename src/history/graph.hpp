#pragma once
// All revisions as a graph.

#include "history/revision.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace schemist {

// Which lines a walk follows: `revises` alone, by which branches are told apart, or also what else must be applied
// before.
enum class Links { parents, all };

// The revisions in one fixed order: every revision stands after its parents and after what it depends on, and
// where that leaves a choice the one created first comes first (by `created`, then by id). So a run applies
// them in the order in which they were made as far as the graph permits, and every machine finds the same
// order.
class History {
  public:
    using Index = std::size_t;

    History() = default;
    // Throws Error (mismatch) with file and line for a duplicate id, a missing parent or dependency, a
    // self-loop, a cycle, or a label that is used twice.
    explicit History(std::vector<Revision> revisions);

    std::span<const Revision> revisions() const { return revisions_; }
    std::size_t size() const { return revisions_.size(); }
    bool empty() const { return revisions_.empty(); }
    const Revision& operator[](Index index) const { return revisions_[index]; }

    // nullptr when no revision has exactly this id.
    const Revision* find(std::string_view id) const;
    std::optional<Index> index_of(std::string_view id) const;

    // What `-- revises:` says, and its reverse.
    std::span<const Index> parents(Index index) const { return nodes_[index].parents; }
    std::span<const Index> children(Index index) const { return nodes_[index].children; }
    // What `-- depends:` says, and its reverse; a label stands for the revision that declares it.
    std::span<const Index> depends(Index index) const { return nodes_[index].depends; }
    std::span<const Index> dependents(Index index) const { return nodes_[index].dependents; }

    std::vector<Index> heads() const;            // no revision revises them
    std::vector<Index> effective_heads() const;  // heads that no revision depends on either
    std::vector<Index> bases() const;            // they revise none
    // Of the effective heads: where a database is when all is applied.
    std::vector<std::string> head_ids() const;

    // One flag for each revision: whether it is one of `from` or is needed by one.
    std::vector<bool> ancestors(std::span<const Index> from, Links links = Links::all) const;
    // One flag for each revision: whether it is one of `from` or needs one.
    std::vector<bool> descendants(std::span<const Index> from, Links links = Links::all) const;

    // The revision into which this one was squashed.
    std::optional<Index> replacement_of(std::string_view id) const;

    // The revision that declares this label.
    std::optional<Index> labelled(std::string_view label) const;
    // The labels of the branches that each revision is on: those it declares, those of what it revises, and those
    // declared above it as far down as the branch has a line of its own.
    std::vector<std::vector<std::string>> branch_labels() const;

  private:
    struct Node {
        std::vector<Index> parents;
        std::vector<Index> depends;
        std::vector<Index> children;
        std::vector<Index> dependents;
    };

    void number();
    void connect();
    void order();

    std::vector<Revision> revisions_;
    std::vector<Node> nodes_;
    std::unordered_map<std::string, Index> index_;
    std::unordered_map<std::string, Index> labels_;
    std::unordered_map<std::string, Index> replacements_;
};

}  // namespace schemist
