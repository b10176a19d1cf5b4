#include "plan/order.hpp"

#include "plan/circles.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <map>
#include <queue>
#include <set>

namespace schemist {
namespace {

using Node = std::size_t;

struct Graph {
    std::vector<std::set<Node>> successors;
    std::vector<std::size_t> predecessors;
    // Of what should, but need not come first.
    std::vector<std::set<Node>> preferred_successors;
    std::vector<std::size_t> preferred_predecessors;

    explicit Graph(std::size_t size)
        : successors(size),
          predecessors(size, 0),
          preferred_successors(size),
          preferred_predecessors(size, 0) {}

    void prefer(Node first, Node second) {
        if (first != second && preferred_successors[first].insert(second).second) {
            ++preferred_predecessors[second];
        }
    }
    bool is_ready(Node node) const { return predecessors[node] == 0 && preferred_predecessors[node] == 0; }

    void add(Node first, Node second) {
        if (first != second && successors[first].insert(second).second) {
            ++predecessors[second];
        }
    }
};

using Actors = std::map<Reference, std::vector<Node>>;

// Who creates or drops the object; for a column also who does so to its whole table.
std::vector<Node> actors(const Actors& map, const Reference& object) {
    std::vector<Node> nodes;
    if (const auto found = map.find(object); found != map.end()) {
        nodes = found->second;
    }
    if (object.kind == Kind::column) {
        if (const auto found = map.find({Kind::table, object.name, {}}); found != map.end()) {
            nodes.insert(nodes.end(), found->second.begin(), found->second.end());
        }
    }
    return nodes;
}

Graph graph_of(const std::vector<DdlAction>& actions) {
    Actors creators;
    Actors droppers;
    for (Node node = 0; node < actions.size(); ++node) {
        for (const Reference& object : actions[node].creates) {
            creators[object].push_back(node);
        }
        for (const Reference& object : actions[node].drops) {
            droppers[object].push_back(node);
        }
    }
    Graph graph(actions.size());
    for (Node node = 0; node < actions.size(); ++node) {
        for (const Reference& object : actions[node].needs) {
            const std::vector<Node> created_by = actors(creators, object);
            for (const Node creator : created_by) {
                graph.add(creator, node);
            }
            if (created_by.empty()) {
                for (const Node dropper : actors(droppers, object)) {
                    graph.add(node, dropper);
                }
            }
        }
        for (const Reference& object : actions[node].prefers) {
            const std::vector<Node> created_by = actors(creators, object);
            for (const Node first : created_by.empty() ? actors(droppers, object) : created_by) {
                graph.prefer(first, node);
            }
        }
        for (const Reference& object : actions[node].frees) {
            for (const Node dropper : actors(droppers, object)) {
                graph.add(node, dropper);
            }
        }
        for (const Reference& object : actions[node].drops) {
            if (const auto found = creators.find(object); found != creators.end()) {
                for (const Node creator : found->second) {
                    graph.add(node, creator);
                }
            }
        }
    }
    return graph;
}

// What holds no rows and no values.
bool is_detail(Kind kind) {
    return nature_of(kind) == Nature::detail;
}

// A type that made room for the new one of its name: no value is of it any more.
bool is_set_aside(const Reference& object) {
    return nature_of(object.kind) == Nature::type && !object.part.empty();
}

// Constraints, indexes, views and such that go make room for others of the same name; what must be committed before it can
// be used comes early, so that there are few transactions; what loses objects comes last.
int rank(const DdlAction& action) {
    const bool drops_only = !action.drops.empty() && action.creates.empty();
    if (action.commit_after) {
        return 0;
    }
    // They hold for what is made after them, and nothing is to be made after them.
    const auto is_default = [](const Reference& object) { return object.kind == Kind::default_privileges; };
    if (std::ranges::any_of(action.creates, is_default) || std::ranges::any_of(action.drops, is_default)) {
        return 4;
    }
    if (drops_only && std::ranges::all_of(action.drops, is_detail, &Reference::kind)) {
        return 1;
    }
    return drops_only && !std::ranges::all_of(action.drops, is_set_aside) ? 3 : 2;
}

[[noreturn]] void report_circle(const std::vector<DdlAction>& circle) {
    std::string statements;
    for (const DdlAction& action : circle) {
        if (!action.statements.empty()) {
            statements += "\n    " + action.statements.front().substr(0, 120);
        }
    }
    throw Error("these statements each wait for another one of them:" + statements)
        .at("plan")
        .state("nothing was changed")
        .hint("make the change in two revisions, and report this as a fault of Schemist")
        .exit_code(ExitCode::internal);
}

// What is made or dropped in two steps asks nothing of its users. Of the others one is enough, and the kinds that come last
// have the fewest users.
std::set<Reference> divisible_of(const std::vector<DdlAction>& circle) {
    std::set<Reference> made;
    std::optional<Reference> last;
    for (const DdlAction& action : circle) {
        if (action.divisible && !is_detail(action.divisible->kind)) {
            made.insert(*action.divisible);
        }
        last = std::max(last, action.divisible);
    }
    return made.empty() && last ? std::set<Reference>{*last} : made;
}

class Ordering {
  public:
    explicit Ordering(std::vector<DdlAction> actions)
        : actions_(std::move(actions)), graph_(graph_of(actions_)), done_(actions_.size(), false) {}

    Order run() {
        for (Node node = 0; node < actions_.size(); ++node) {
            add_if_ready(node);
        }
        while (ordered_.size() < actions_.size()) {
            if (ready_.empty() && !give_up_a_preference()) {
                return {{}, circles()};
            }
            const Node node = ready_.top().second;
            ready_.pop();
            take(node);
        }
        return {std::move(ordered_), {}};
    }

  private:
    using Entry = std::pair<int, Node>;

    void add_if_ready(Node node) {
        if (graph_.is_ready(node)) {
            ready_.emplace(rank(actions_[node]), node);
            done_[node] = true;
        }
    }

    void take(Node node) {
        for (const Node successor : graph_.successors[node]) {
            --graph_.predecessors[successor];
            if (!done_[successor]) {
                add_if_ready(successor);
            }
        }
        for (const Node successor : graph_.preferred_successors[node]) {
            if (!done_[successor]) {
                --graph_.preferred_predecessors[successor];
                add_if_ready(successor);
            }
        }
        ordered_.push_back(std::move(actions_[node]));
    }

    bool give_up_a_preference() {
        for (Node node = 0; node < actions_.size(); ++node) {
            if (!done_[node] && graph_.predecessors[node] == 0) {
                graph_.preferred_predecessors[node] = 0;
                std::vector<std::string>& statements = actions_[node].statements;
                const std::vector<std::string>& otherwise = actions_[node].otherwise;
                statements.insert(statements.begin(), otherwise.begin(), otherwise.end());
                add_if_ready(node);
                return true;
            }
        }
        return false;
    }

    // None of them has been taken.
    std::vector<std::vector<DdlAction>> circles() {
        std::vector<std::vector<DdlAction>> circles;
        for (const std::vector<Node>& nodes : find_circles(graph_.successors)) {
            std::vector<DdlAction>& circle = circles.emplace_back();
            for (const Node node : nodes) {
                circle.push_back(std::move(actions_[node]));
            }
        }
        return circles;
    }

    std::vector<DdlAction> actions_;
    Graph graph_;
    std::vector<bool> done_;  // or about to be
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready_;
    std::vector<DdlAction> ordered_;
};

}  // namespace

Order order_actions(std::vector<DdlAction> actions) {
    return Ordering(std::move(actions)).run();
}

std::vector<DdlAction> ordered_actions(const Changes& changes, const Schema& from, const Schema& to,
                                       const Dialect& dialect) {
    for (std::set<Reference> divided;;) {
        Order order = order_actions(dialect.actions(changes, from, to, divided));
        if (order.circles.empty()) {
            return std::move(order.actions);
        }
        const std::size_t before = divided.size();
        for (const std::vector<DdlAction>& circle : order.circles) {
            divided.merge(divisible_of(circle));
        }
        if (divided.size() == before) {
            report_circle(order.circles.front());
        }
    }
}

}  // namespace schemist
