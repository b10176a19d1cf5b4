#include "plan/order.hpp"

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

    explicit Graph(std::size_t size) : successors(size), predecessors(size, 0) {}

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

bool is_detail(Kind kind) {
    return kind == Kind::index || kind == Kind::foreign_key || kind == Kind::check || kind == Kind::unique ||
           kind == Kind::exclusion || kind == Kind::primary_key || kind == Kind::trigger ||
           kind == Kind::view;
}

// Constraints and indexes that go make room for others of the same name; what must be committed before it can
// be used comes early, so that there are few transactions; what loses objects comes last.
int rank(const DdlAction& action) {
    const bool drops_only = !action.drops.empty() && action.creates.empty();
    if (action.commit_after) {
        return 0;
    }
    if (drops_only && std::ranges::all_of(action.drops, is_detail, &Reference::kind)) {
        return 1;
    }
    return drops_only ? 3 : 2;
}

[[noreturn]] void report_cycle(const std::vector<DdlAction>& actions, const Graph& graph) {
    std::string statements;
    for (Node node = 0; node < actions.size(); ++node) {
        if (graph.predecessors[node] > 0 && !actions[node].statements.empty()) {
            statements += "\n    " + actions[node].statements.front().substr(0, 120);
        }
    }
    throw Error("these statements each wait for another one of them:" + statements)
        .at("plan")
        .state("nothing was changed")
        .hint("make the change in two revisions, and report this as a fault of Schemist")
        .exit_code(ExitCode::internal);
}

}  // namespace

std::vector<DdlAction> order_actions(std::vector<DdlAction> actions) {
    Graph graph = graph_of(actions);
    using Entry = std::pair<int, Node>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> ready;
    for (Node node = 0; node < actions.size(); ++node) {
        if (graph.predecessors[node] == 0) {
            ready.emplace(rank(actions[node]), node);
        }
    }
    std::vector<DdlAction> ordered;
    ordered.reserve(actions.size());
    while (!ready.empty()) {
        const Node node = ready.top().second;
        ready.pop();
        for (const Node successor : graph.successors[node]) {
            if (--graph.predecessors[successor] == 0) {
                ready.emplace(rank(actions[successor]), successor);
            }
        }
        ordered.push_back(std::move(actions[node]));
    }
    if (ordered.size() != actions.size()) {
        report_cycle(actions, graph);
    }
    return ordered;
}

}  // namespace schemist
