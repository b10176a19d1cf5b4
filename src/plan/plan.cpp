#include "plan/plan.hpp"

#include "plan/order.hpp"

#include <algorithm>

namespace schemist {
namespace {

Plan without_empty_steps(Plan plan) {
    std::vector<std::size_t> numbers;  // of the steps that are left, by what they were
    std::size_t next = 0;
    for (const Step& step : plan.steps) {
        numbers.push_back(next);
        next += step.statements.empty() ? 0 : 1;
    }
    for (PlannedLoss& loss : plan.losses) {
        loss.step = numbers[loss.step];
    }
    std::erase_if(plan.steps, [](const Step& step) { return step.statements.empty(); });
    return plan;
}

std::string script(const Plan& plan, bool marked) {
    std::string text;
    for (const std::string& note : plan.notes) {
        text += "-- note: " + note + "\n";
    }
    for (std::size_t step = 0; step < plan.steps.size(); ++step) {
        if (step > 0) {
            text += "-- step\n";
        }
        for (std::size_t number = 0; number < plan.steps[step].statements.size(); ++number) {
            for (const PlannedLoss& planned : plan.losses) {
                if (marked && planned.step == step && planned.statement == number) {
                    text += "-- loses data: " + to_string(planned.loss) + "\n";
                }
            }
            text += plan.steps[step].statements[number] + ";\n";
        }
    }
    return text;
}

bool needs_what_it_creates(const DdlAction& later, const DdlAction& earlier) {
    return std::ranges::any_of(later.needs, [&](const Reference& object) {
        return std::ranges::find(earlier.creates, object) != earlier.creates.end();
    });
}

}  // namespace

std::string to_string(const Loss& loss) {
    return to_string(loss.object) + ": " + loss.what;
}

Plan make_plan(const Changes& changes, const Schema& from, const Schema& to, const Dialect& dialect) {
    const std::vector<DdlAction> actions = ordered_actions(changes, from, to, dialect);
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
        std::vector<std::pair<std::size_t, std::size_t>> places;
        for (const std::string& statement : action.statements) {
            if (!action.transactional && !plan.steps.back().statements.empty()) {
                plan.steps.push_back({{}, false});
            }
            places.emplace_back(plan.steps.size() - 1, plan.steps.back().statements.size());
            plan.steps.back().statements.push_back(statement);
        }
        if (!places.empty()) {
            for (const Loss& loss : action.losses) {
                plan.losses.push_back({loss, places.front().first, places.front().second});
            }
        }
        if (action.commit_after) {
            uncommitted.push_back(&action);
        }
        if (!action.note.empty() && std::ranges::find(plan.notes, action.note) == plan.notes.end()) {
            plan.notes.push_back(action.note);
        }
    }
    return without_empty_steps(std::move(plan));
}

Plan append(Plan first, const Plan& second) {
    auto step = second.steps.begin();
    const std::size_t former = first.steps.size();
    std::size_t joined = 0;  // statements that the first step of the second joins behind
    if (!first.steps.empty() && step != second.steps.end() && first.steps.back().transactional &&
        step->transactional) {
        joined = first.steps.back().statements.size();
        std::ranges::copy(step->statements, std::back_inserter(first.steps.back().statements));
        ++step;
    }
    first.steps.insert(first.steps.end(), step, second.steps.end());
    first.notes.insert(first.notes.end(), second.notes.begin(), second.notes.end());
    for (PlannedLoss loss : second.losses) {
        loss.statement += loss.step == 0 ? joined : 0;
        loss.step += joined > 0 ? former - 1 : former;
        first.losses.push_back(std::move(loss));
    }
    return first;
}

std::string to_script(const Plan& plan) {
    return script(plan, false);
}

std::string to_marked_script(const Plan& plan) {
    return script(plan, true);
}

}  // namespace schemist
