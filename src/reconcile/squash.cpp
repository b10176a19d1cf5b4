#include "reconcile/squash.hpp"

#include "diff/diff.hpp"
#include "history/squash.hpp"
#include "runner/run_step.hpp"

#include <schemist/error.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {
namespace {

using Indices = std::vector<History::Index>;

Error refused(const ReplaySettings& settings, std::string what) {
    return Error(std::move(what))
        .at(fmt::format("squash for {}", to_string(settings.dialect.name())))
        .state("nothing was written");
}

// What only the statements of the revisions make, and no comparison of structures tells.
void require_structure_alone(Replay& replay, const Schema& made, const ReplaySettings& settings) {
    std::vector<std::string> with_rows;
    const Dialect& dialect = settings.dialect;
    for (const TableStructure& table : made.tables) {
        const std::string name = (table.name.schema.empty() ? "" : dialect.quote(table.name.schema) + ".") +
                                 dialect.quote(table.name.name);
        if (!replay.connection().run_script(fmt::format("SELECT 1 FROM {} LIMIT 1", name)).empty()) {
            with_rows.push_back(to_string(table.name));
        }
    }
    if (!with_rows.empty()) {
        throw refused(settings,
                      fmt::format("the revisions leave rows behind, which a new table would not have: "
                                  "in {}",
                                  fmt::join(with_rows, ", ")))
            .hint("add --join: the SQL of the revisions is kept, one after the other")
            .exit_code(ExitCode::configuration);
    }
}

std::optional<RevisionSection> joined(const History& history, Indices revisions, Direction direction,
                                      DialectName dialect) {
    if (direction == Direction::downgrade) {
        std::ranges::reverse(revisions);
    }
    RevisionSection section{direction, dialect, {}, 0};
    for (const History::Index index : revisions) {
        const Revision& revision = history[index];
        if (!has_section(revision, direction, dialect)) {
            return std::nullopt;
        }
        if (const RevisionSection* one = revision.section(direction, dialect)) {
            std::ranges::copy_if(one->steps, std::back_inserter(section.steps),
                                 [](const RevisionStep& step) { return !step.text.empty(); });
        }
    }
    if (section.steps.empty()) {
        section.steps.push_back({});
    }
    return section;
}

class Proof {
  public:
    Proof(const ReplaySettings& settings, const Revision& squashed)
        : settings_(settings), squashed_(squashed) {}

    void require_equal(const Schema& actual, const Schema& expected, std::string_view claim) const {
        std::vector<std::string> differences;
        for (const Change& change : diff(actual, expected)) {
            differences.push_back(describe(change));
        }
        if (!differences.empty()) {
            throw refused(settings_, fmt::format("the proof failed: {}; still to do: {}", claim,
                                                 fmt::join(differences, ", ")))
                .hint("add --join, and report this as a fault of Schemist")
                .exit_code(ExitCode::internal);
        }
    }

    void apply(Replay& replay, Direction direction) const { replay.apply(squashed_, direction); }

  private:
    const ReplaySettings& settings_;
    const Revision& squashed_;
};

void apply_others(Replay& replay, const History& history, const Indices& except) {
    for (History::Index i = 0; i < history.size(); ++i) {
        if (std::ranges::find(except, i) == except.end()) {
            replay.apply(history[i]);
        }
    }
}

}  // namespace

RevisionSection section_of(const Plan& plan, Direction direction, DialectName dialect) {
    RevisionSection section{direction, dialect, {}, 0};
    for (const Step& step : plan.steps) {
        std::string text;
        for (const std::string& statement : step.statements) {
            text += (text.empty() ? "" : "\n") + statement + ";";
        }
        section.steps.push_back({text, 0});
    }
    if (section.steps.empty()) {
        section.steps.push_back({});
    }
    std::string notes;
    for (const std::string& note : plan.notes) {
        notes += "-- note: " + note + "\n";
    }
    section.steps.front().text = notes + section.steps.front().text;
    return section;
}

SquashedSections squash(const History& history, const Indices& revisions, const Revision& squashed,
                        SquashWay way, const ReplaySettings& settings) {
    const DialectName dialect = settings.dialect.name();
    Replay former(settings);
    const Schema before = former.read();
    for (const History::Index index : revisions) {
        former.apply(history[index]);
    }
    const Schema made = former.read();

    SquashedSections sections;
    if (way == SquashWay::joined) {
        sections.upgrade = joined(history, revisions, Direction::upgrade, dialect).value();
        sections.downgrade = joined(history, revisions, Direction::downgrade, dialect);
    } else {
        require_structure_alone(former, made, settings);
        sections.upgrade = section_of(make_plan(diff(before, made), before, made, settings.dialect),
                                      Direction::upgrade, dialect);
        sections.downgrade = section_of(make_plan(diff(made, before), made, before, settings.dialect),
                                        Direction::downgrade, dialect);
    }

    Revision whole = squashed;
    whole.sections = {sections.upgrade};
    if (sections.downgrade) {
        whole.sections.push_back(*sections.downgrade);
    }
    const Proof proof(settings, whole);
    Replay replay(settings);
    proof.apply(replay, Direction::upgrade);
    proof.require_equal(replay.read(), made, "the squashed revision makes what the revisions make");
    // Joined, it takes back what the revisions themselves took back, be that all of it or not.
    if (way == SquashWay::made_anew) {
        proof.apply(replay, Direction::downgrade);
        proof.require_equal(replay.read(), before, "its way back takes back what they make");
        proof.apply(replay, Direction::upgrade);
    }
    apply_others(former, history, revisions);
    apply_others(replay, history, revisions);
    proof.require_equal(replay.read(), former.read(), "the revisions behind it make what they made");
    return sections;
}

}  // namespace schemist
