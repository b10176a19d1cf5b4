#pragma once
// Ordered actions -> steps, each of which commits as one.

#include "schema/dialect.hpp"

#include <span>
#include <string>
#include <vector>

namespace schemist {

struct Step {
    std::vector<std::string> statements;  // without semicolons
    bool transactional = true;

    bool operator==(const Step&) const = default;
};

// Where in the plan rows or values are lost: in front of which statement of which step it can be said.
struct PlannedLoss {
    Loss loss;
    std::size_t step;
    std::size_t statement;
};

// "table people: all of its rows". For people.
std::string to_string(const Loss& loss);

struct Plan {
    std::vector<Step> steps;
    std::vector<std::string> notes;  // remarks for the reviewer
    std::vector<PlannedLoss> losses;

    bool empty() const { return steps.empty(); }
    bool loses_data() const { return !losses.empty(); }
};

// The plan that makes these changes, which lead from one schema to the other.
Plan make_plan(const Changes& changes, const Schema& from, const Schema& to, const Dialect& dialect);

// One plan after the other, as few steps as that allows.
Plan append(Plan first, const Plan& second);

// The plan as the text of a revision's section: notes as comments, statements with semicolons, steps parted
// by
// `-- step` lines.
std::string to_script(const Plan& plan);

// The same with a comment in front of each statement that loses rows or values.
std::string to_marked_script(const Plan& plan);

}  // namespace schemist
