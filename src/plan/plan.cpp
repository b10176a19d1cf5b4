#include "plan/plan.hpp"

#include "plan/order.hpp"

#include <algorithm>

namespace schemist {
namespace {

bool needs_what_it_creates(const DdlAction& later, const DdlAction& earlier) {
    return std::ranges::any_of(later.needs, [&](const Reference& object) {
        return std::ranges::find(earlier.creates, object) != earlier.creates.end();
    });
}

}  // namespace

Plan make_plan(const Changes& changes, const Schema& from, const Schema& to, const Dialect& dialect) {
    const std::vector<DdlAction> actions = order_actions(dialect.actions(changes, from, to));
    Plan plan;
    // Those of the open transaction whose results nobody may use before it commits.
    std::vector<const DdlAction*> uncommitted;
    bool open = false;
    for (const DdlAction& action : actions) {
        const bool must_wait = std::ranges::any_of(
            uncommitted, [&](const DdlAction* earlier) { return needs_what_it_creates(action, *earlier); });
        if (!open || !action.transactional || must_wait) {
            plan.steps.push_back({{}, action.transactional});
            uncommitted.clear();
        }
        open = action.transactional;
        for (const std::string& statement : action.statements) {
            if (!action.transactional && !plan.steps.back().statements.empty()) {
                plan.steps.push_back({{}, false});
            }
            plan.steps.back().statements.push_back(statement);
        }
        if (action.commit_after) {
            uncommitted.push_back(&action);
        }
        if (!action.note.empty() && std::ranges::find(plan.notes, action.note) == plan.notes.end()) {
            plan.notes.push_back(action.note);
        }
        plan.loses_data = plan.loses_data || action.loses_data;
    }
    std::erase_if(plan.steps, [](const Step& step) { return step.statements.empty(); });
    return plan;
}

Plan append(Plan first, const Plan& second) {
    auto step = second.steps.begin();
    if (!first.steps.empty() && step != second.steps.end() && first.steps.back().transactional &&
        step->transactional) {
        std::ranges::copy(step->statements, std::back_inserter(first.steps.back().statements));
        ++step;
    }
    first.steps.insert(first.steps.end(), step, second.steps.end());
    first.notes.insert(first.notes.end(), second.notes.begin(), second.notes.end());
    first.loses_data = first.loses_data || second.loses_data;
    return first;
}

std::string to_script(const Plan& plan) {
    std::string script;
    for (const std::string& note : plan.notes) {
        script += "-- note: " + note + "\n";
    }
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        if (i > 0) {
            script += "-- step\n";
        }
        for (const std::string& statement : plan.steps[i].statements) {
            script += statement + ";\n";
        }
    }
    return script;
}

}  // namespace schemist
