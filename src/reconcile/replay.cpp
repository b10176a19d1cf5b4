#include "reconcile/replay.hpp"

#include "diff/diff.hpp"
#include "runner/run_step.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <set>

#include <fmt/format.h>

namespace schemist {
namespace {

constexpr std::string_view may_not = "42501";

[[noreturn]] void fail(const Error& error, const Revision& revision, const RunStep& step) {
    const bool unknown_object = error.sqlstate() == "42P01" || error.sqlstate() == "3F000" ||
                                error.what_failed().find("no such table") != std::string::npos;
    throw Error(fmt::format("revision {} does not run in an empty scratch database: {}", revision.id,
                            error.what_failed()))
        .at(revision.at(step.line_at(error.position().value_or(0))))
        .state("nothing was changed")
        .hint(
            unknown_object
                ? "what a revision needs must be made by one before it, or be declared external by the models"
                : "the scratch database must be able to run it: correct the file, or name a development "
                  "server "
                  "with all its extensions by SCHEMIST_SCRATCH_POSTGRESQL")
        .sqlstate(error.sqlstate())
        .exit_code(error.exit_code());
}

void run_step(Connection& connection, const RunStep& step) {
    const bool postgresql = connection.dialect() == DialectName::postgresql;
    if (step.statements.empty()) {
        return;
    }
    if (!step.transactional) {
        connection.run_script(step.text);
        return;
    }
    // As the runner does: what an earlier step has set for its session (a dump sets the search path) ends with it.
    const std::string begin = postgresql ? "BEGIN;\nRESET ALL;\n" : "BEGIN;\n";
    try {
        connection.run_script(begin + step.text + "\n;\nCOMMIT;");
    } catch (Error& error) {
        if (connection.alive() && connection.in_transaction()) {
            connection.run_script("ROLLBACK");
        }
        if (error.position()) {
            error.position(*error.position() - std::min(*error.position(), begin.size()));
        }
        throw;
    }
}

std::vector<Reference> created_between(const Schema& before, const Schema& after) {
    std::vector<Reference> created;
    for (const Change& change : diff(before, after)) {
        if (change.action == Action::create) {
            created.push_back(change.object);
        }
    }
    return created;
}

std::vector<std::string> in_order(const History& history, const std::vector<bool>& chosen) {
    std::vector<std::string> ids;
    for (History::Index i = 0; i < history.size(); ++i) {
        if (chosen[i]) {
            ids.push_back(history[i].id);
        }
    }
    return ids;
}

// Follows one order of revisions and keeps what is new on it.
class Collector {
  public:
    Collector(const History& history, const ReplaySettings& settings)
        : history_(history), settings_(settings) {}

    void follow(const std::vector<std::string>& order) {
        if (known_.contains(std::set<std::string>(order.begin(), order.end()))) {
            return;
        }
        Replay replay(settings_);
        Schema before = replay.read();
        std::set<std::string> applied;
        for (std::size_t i = 0; i < order.size(); ++i) {
            replay.apply(*history_.find(order[i]));
            applied.insert(order[i]);
            Schema structure = replay.read();
            if (!result_.made.contains(order[i])) {
                result_.made.emplace(order[i], created_between(before, structure));
            }
            before = structure;
            if (known_.insert(applied).second) {
                const auto end = order.begin() + static_cast<std::ptrdiff_t>(i) + 1;
                result_.all.push_back({{order.begin(), end}, std::move(structure)});
            }
        }
    }

    Candidates result() {
        std::ranges::stable_sort(result_.all, {},
                                 [](const Candidate& candidate) { return candidate.revisions.size(); });
        return std::move(result_);
    }

  private:
    const History& history_;
    const ReplaySettings& settings_;
    std::set<std::set<std::string>> known_;
    Candidates result_;
};

}  // namespace

std::unique_ptr<Scratch> require_scratch(const MakeScratch& make_scratch) {
    try {
        return make_scratch();
    } catch (const Error& error) {
        if (error.sqlstate() != may_not) {
            throw;
        }
        throw Error(
            "a throwaway database is needed to see what the revisions make, and this user may not create "
            "one: " +
            error.what_failed())
            .at(error.where())
            .state("nothing was changed")
            .hint(
                "allow it (ALTER ROLE ... CREATEDB), or run `schemist adopt` where a PostgreSQL server is "
                "installed "
                "or named by SCHEMIST_SCRATCH_POSTGRESQL, or say which revision it is by `schemist stamp`")
            .sqlstate(error.sqlstate())
            .exit_code(ExitCode::configuration);
    }
}

Replay::Replay(const ReplaySettings& settings)
    : settings_(settings),
      scratch_(require_scratch(settings.make_scratch)),
      external_(names_of(settings.external)) {
    if (settings.dialect.name() == DialectName::sqlite) {
        scratch_->connection().run_script("PRAGMA foreign_keys = OFF");
    }
    run_plan(scratch_->connection(), creation(settings.external, settings.dialect));
}

void Replay::apply(const Revision& revision, Direction direction, std::size_t steps) {
    const std::vector<RunStep> all = run_steps(revision, direction, settings_.dialect);
    for (std::size_t i = 0; i < std::min(steps, all.size()); ++i) {
        try {
            run_step(scratch_->connection(), all[i]);
        } catch (const Error& error) {
            fail(error, revision, all[i]);
        }
    }
}

Schema Replay::read() {
    return without_tables(settings_.dialect.introspect(scratch_->connection(), settings_.journal), external_,
                          settings_.dialect);
}

std::vector<std::string> with_ancestors(const History& history, const std::vector<std::string>& revisions) {
    std::vector<History::Index> indexes;
    for (const std::string& id : revisions) {
        indexes.push_back(history.index_of(id).value());
    }
    return in_order(history, history.ancestors(indexes));
}

Candidates replay_all(const History& history, const std::vector<std::string>& targets,
                      const ReplaySettings& settings) {
    Collector collector(history, settings);
    collector.follow(in_order(history, std::vector<bool>(history.size(), true)));
    // The latest first: what it needs is on its way.
    for (History::Index i = history.size(); i-- > 0;) {
        collector.follow(with_ancestors(history, {history[i].id}));
    }
    if (!targets.empty()) {
        collector.follow(with_ancestors(history, targets));
    }
    return collector.result();
}

}  // namespace schemist
