#include "plan/circles.hpp"

#include <algorithm>

namespace schemist {
namespace {

using Node = std::size_t;
using Successors = std::set<Node>;

// With a stack of its own: a chain of actions may be longer than calls can be deep.
class Search {
  public:
    explicit Search(const std::vector<Successors>& successors)
        : successors_(successors), number_(successors.size(), 0), lowest_(successors.size(), 0) {}

    std::vector<std::vector<Node>> run() {
        for (Node node = 0; node < successors_.size(); ++node) {
            if (number_[node] == 0) {
                visit(node);
                while (!visits_.empty()) {
                    go_on();
                }
            }
        }
        return std::move(circles_);
    }

  private:
    struct Visit {
        Node node;
        Successors::const_iterator next;
    };

    void visit(Node node) {
        number_[node] = lowest_[node] = ++visited_;
        open_.push_back(node);
        visits_.push_back({node, successors_[node].begin()});
    }

    void go_on() {
        Visit& current = visits_.back();
        const Node node = current.node;
        if (current.next == successors_[node].end()) {
            visits_.pop_back();
            close(node);
            if (!visits_.empty()) {
                lower(visits_.back().node, lowest_[node]);
            }
            return;
        }
        const Node next = *current.next++;
        if (number_[next] == 0) {
            visit(next);
        } else {
            lower(node, number_[next]);
        }
    }

    void lower(Node node, std::size_t number) { lowest_[node] = std::min(lowest_[node], number); }

    // The first that was visited of those which reach each other takes them all.
    void close(Node node) {
        if (lowest_[node] != number_[node]) {
            return;
        }
        std::vector<Node> group;
        do {
            group.push_back(open_.back());
            number_[group.back()] = lowest_[group.back()] = closed;
            open_.pop_back();
        } while (group.back() != node);
        if (group.size() > 1) {
            std::ranges::sort(group);
            circles_.push_back(std::move(group));
        }
    }

    static constexpr std::size_t closed = static_cast<std::size_t>(-1);

    const std::vector<Successors>& successors_;
    std::vector<std::size_t> number_;  // in the order of the visits; 0: not visited
    std::vector<std::size_t> lowest_;  // that is reached from it
    std::size_t visited_ = 0;
    std::vector<Node> open_;
    std::vector<Visit> visits_;
    std::vector<std::vector<Node>> circles_;
};

}  // namespace

std::vector<std::vector<std::size_t>> find_circles(const std::vector<std::set<std::size_t>>& successors) {
    return Search(successors).run();
}

}  // namespace schemist
