#include "reconcile/adopt.hpp"

#include "diff/diff.hpp"
#include "history/target.hpp"
#include "reconcile/conflict.hpp"
#include "reconcile/first_look.hpp"
#include "reconcile/match.hpp"
#include "reconcile/meaning.hpp"
#include "reconcile/other_tools.hpp"
#include "reconcile/stamping.hpp"

#include <schemist/error.hpp>

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
}

bool is_missing(const Reference& object, const Changes& missing) {
    return std::ranges::any_of(missing, [&](const Change& change) {
        const bool with_its_table = change.object.kind == Kind::table && change.object.name == object.name;
        return change.action == Action::create && (change.object == object || with_its_table);
    });
}

class Adoption {
  public:
    Adoption(Connection& connection, const Dialect& dialect, const History& history,
             const AdoptSettings& settings, Reporter& reporter)
        : connection_(connection),
          dialect_(dialect),
          history_(history),
          settings_(settings),
          reporter_(reporter),
          table_(dialect.name(), settings.run.journal),
          replay_{dialect, settings.make_scratch, table_.name(), settings.external} {}

    AdoptReport run() {
        // Another process may adopt or upgrade at the same time: then its journal is what counts.
        try {
            while (!attempt()) {
                report_ = {};
            }
        } catch (const Error&) {
            if (!journal_has_rows()) {
                throw;
            }
            report_ = {};
            report_.outcome = AdoptOutcome::has_journal;
        }
        return std::move(report_);
    }

  private:
    bool journal_has_rows() noexcept {
        try {
            return connection_.alive() && !read_journal(connection_, table_).rows.empty();
        } catch (...) {  // the error that led here says more
            return false;
        }
    }

    // False when the journal has changed meanwhile.
    bool attempt() {
        // In this order: who made tables meanwhile has written the journal with them.
        const std::vector<Name> tables = user_tables(connection_, table_.name());
        journal_ = read_journal(connection_, table_);
        if (!journal_.rows.empty()) {
            report_.outcome = AdoptOutcome::has_journal;
            return true;
        }
        if (tables.empty()) {
            report_.outcome = AdoptOutcome::empty;
            return true;
        }
        created_ = created_tables(history_, dialect_);
        const bool is_related =
            std::ranges::any_of(tables, [&](const Name& name) { return is_among(name, created_); });
        report_.outcome = AdoptOutcome::unrelated;
        if (!is_related && settings_.from.empty()) {
            return true;
        }
        live_ = dialect_.introspect(connection_, table_.name());
        const std::vector<std::string> targets = targets_of_other_tool();
        candidates_ = with_live_externals(replay_, not_created(live_, created_),
                                          [&] { return replay_all(history_, targets, replay_); });
        managed_ = {};
        for (const Candidate& candidate : candidates_.all) {
            managed_.add(candidate.structure);
        }
        if (managed_.part_of(live_).tables.empty() && targets.empty()) {
            return true;
        }
        return write(choose(targets));
    }

    std::vector<std::string> targets_of_other_tool() {
        const std::vector<OtherTool> tools = find_other_tools(connection_, dialect_, live_);
        for (const OtherTool& tool : tools) {
            report_.found.push_back(to_string(tool));
        }
        if (settings_.from.empty()) {
            for (const OtherTool& tool : tools) {
                reporter_.info(
                    fmt::format("found {}; see `schemist adopt --from {}`", to_string(tool), tool.name));
            }
            return {};
        }
        const auto tool = std::ranges::find(tools, settings_.from, &OtherTool::name);
        if (tool == tools.end()) {
            throw Error(fmt::format("there is no table of {} in the database", settings_.from))
                .at(connection_.description())
                .state("nothing was changed")
                .hint(report_.found.empty()
                          ? "adopt by structure alone, without --from"
                          : fmt::format("what is there: {}", fmt::join(report_.found, "; ")))
                .exit_code(ExitCode::mismatch);
        }
        return counterparts(*tool, history_, settings_.map);
    }

    Match choose(const std::vector<std::string>& targets) {
        const MatchSettings matching{replay_, live_, managed_, candidates_};
        if (!targets.empty()) {
            const Candidate* candidate = find_candidate(candidates_, with_ancestors(history_, targets));
            Match match = match_with(*candidate, matching);
            const std::vector<std::string> reasons = obstacles(match);
            if (!match.fit.conflicts.empty() || !reasons.empty()) {
                throw conflict(match, reasons, history_, dialect_).at(connection_.description());
            }
            for (const std::string& ahead : match.ahead) {
                reporter_.warning(ahead + ": the upgrade will stop there");
            }
            return match;
        }
        Matches matches(matching);
        std::optional<Match> refused;
        while (std::optional<Match> match = matches.next()) {
            if (obstacles(*match).empty()) {
                return *std::move(match);
            }
            refused = refused ? refused : match;
        }
        const Match closest = refused ? *refused : matches.closest();
        std::vector<std::string> reasons = obstacles(closest);
        reasons.insert(reasons.end(), closest.ahead.begin(), closest.ahead.end());
        throw conflict(closest, reasons, history_, dialect_).at(connection_.description());
    }

    // Why what is missing may not be added.
    std::vector<std::string> obstacles(const Match& match) {
        std::vector<std::string> reasons;
        if (match.is_exact() || !match.fit.conflicts.empty()) {
            return reasons;
        }
        if (settings_.policy == AdoptPolicy::exact) {
            reasons.emplace_back("only an exact match is to be adopted");
            return reasons;
        }
        for (const Change& change : match.fit.missing) {
            if (needs_value(change) && has_rows(change.object.name)) {
                reasons.push_back(
                    fmt::format("{} is NOT NULL without a default, and cannot be added to a table with rows",
                                to_string(change.object)));
            }
        }
        for (const std::string& revision : match.candidate->revisions) {
            if (was_not_run(revision, match)) {
                reasons.push_back(
                    fmt::format("revision {} was not run, and it also changes rows, which adding what it "
                                "makes would leave out",
                                revision));
            }
        }
        const Plan plan = additions(match);
        if (plan.loses_data()) {
            reasons.emplace_back("what is missing cannot be added without a loss");
        }
        if (plan.steps.size() > 1 || (!plan.empty() && !plan.steps.front().transactional)) {
            reasons.push_back("what is missing cannot be added in one transaction:\n" + to_script(plan));
        }
        return reasons;
    }

    static bool needs_value(const Change& change) {
        const Column* column = std::get_if<Column>(&change.after);
        return change.action == Action::create && column != nullptr && column->not_null &&
               !column->default_expression && !column->identity && !column->generated;
    }

    bool has_rows(const Name& name) {
        const std::string space = name.schema.empty() ? "" : dialect_.quote(name.schema) + ".";
        return !connection_.query(fmt::format("SELECT 1 FROM {}{} LIMIT 1", space, dialect_.quote(name.name)))
                    .empty();
    }

    bool changes_rows_too(const Revision& revision) const {
        return changes_rows(revision, dialect_) ||
               std::ranges::any_of(settings_.run.data_migrations,
                                   [&](const DataMigration& work) { return work.revision == revision.id; });
    }

    // Nothing of what it makes, and that still is to be there, is there.
    bool was_not_run(const std::string& id, const Match& match) const {
        const std::vector<Reference>& objects = candidates_.made.at(id);
        return !objects.empty() && changes_rows_too(*history_.find(id)) &&
               std::ranges::all_of(
                   objects, [&](const Reference& object) { return is_missing(object, match.fit.missing); });
    }

    Plan additions(const Match& match) const {
        const Schema completed = with_missing(match.live, match.fit.missing);
        return make_plan(diff(match.live, completed), match.live, completed, dialect_);
    }

    bool write(const Match& match) {
        const Plan plan = additions(match);
        Stamping stamping{match.candidate->revisions, {}, {}};
        for (const Step& step : plan.steps) {
            stamping.statements = step.statements;
        }
        const Schema goal = managed_.part_of(with_missing(match.live, match.fit.missing));
        stamping.verify = [&](Connection& connection) { require(connection, goal); };
        if (!settings_.dry_run && !commit(stamping)) {
            return false;
        }
        tell(match, plan);
        return true;
    }

    bool commit(const Stamping& stamping) {
        try {
            return stamp_when_unchanged(connection_, dialect_, history_, journal_, stamping, settings_.run,
                                        reporter_);
        } catch (const Error& error) {
            const bool rows_do_not_fit =
                error.sqlstate().starts_with("22") || error.sqlstate().starts_with("23") ||
                error.what_failed().find("constraint failed") != std::string::npos ||
                error.what_failed().find("would refer to nothing") != std::string::npos;
            if (!rows_do_not_fit) {
                throw with_state(error);
            }
            throw Error("what is missing cannot be added to the rows that are there: " + error.what_failed())
                .at(connection_.description())
                .state("nothing was changed")
                .hint("correct the rows, and adopt again")
                .sqlstate(error.sqlstate())
                .exit_code(ExitCode::mismatch);
        }
    }

    Error with_state(Error error) const {
        if (!connection_.alive()) {
            error.state("the connection was lost; the journal tells whether it was committed")
                .hint("adopt again: it looks there first");
        } else if (error.state().empty()) {
            error.state("nothing was changed");
        }
        return error;
    }

    // Inside of the transaction, so that nobody has changed the structure meanwhile.
    void require(Connection& connection, const Schema& goal) const {
        const Schema now = managed_.part_of(dialect_.introspect(connection, table_.name()));
        const Fit rest = fit(with_all_expressions_of(now, goal), goal);
        if (rest.is_exact()) {
            return;
        }
        Changes all = rest.missing;
        all.insert(all.end(), rest.conflicts.begin(), rest.conflicts.end());
        all.insert(all.end(), rest.extra.begin(), rest.extra.end());
        throw Error(fmt::format("the structure is not what it was or was to become: {}",
                                fmt::join(names_of(all), ", ")))
            .at(connection.description())
            .state("nothing was changed")
            .hint("adopt again when nobody else changes the structure")
            .exit_code(ExitCode::mismatch);
    }

    void tell(const Match& match, const Plan& plan) {
        report_.outcome = match.fit.missing.empty() ? AdoptOutcome::recognised : AdoptOutcome::completed;
        report_.stamped = match.candidate->revisions;
        report_.current = current_heads(history_, report_.stamped);
        report_.added = names_of(match.fit.missing);
        report_.kept = names_of(match.fit.extra);
        report_.script = to_script(plan);
        report_.pending = upgrade_path(history_, report_.stamped, history_.head_ids());
        for (const Change& change : match.fit.extra) {
            const Column* column = std::get_if<Column>(&change.before);
            if (change.action == Action::drop && column != nullptr && column->not_null &&
                !column->default_expression && !column->identity && !column->generated) {
                reporter_.warning(
                    fmt::format("{} is not made by a revision, and is NOT NULL without a default: rows "
                                "cannot be inserted without it",
                                to_string(change.object)));
            }
        }
        warn_of_rows(match);
    }

    // The structure says nothing about rows.
    void warn_of_rows(const Match& match) {
        std::vector<std::string> certain;
        for (const std::string& id : match.candidate->revisions) {
            if (!changes_rows_too(*history_.find(id))) {
                continue;
            }
            if (candidates_.made.at(id).empty()) {
                reporter_.warning(
                    fmt::format("revision {} changes rows, of which the structure tells nothing: it counts "
                                "as applied now",
                                id));
            } else {
                certain.push_back(id);
            }
        }
        if (!certain.empty()) {
            reporter_.info(
                fmt::format("rows were not looked at, which also {}: {}",
                            certain.size() == 1 ? "this revision changes" : "these revisions change",
                            fmt::join(certain, ", ")));
        }
    }

    Connection& connection_;
    const Dialect& dialect_;
    const History& history_;
    const AdoptSettings& settings_;
    Reporter& reporter_;
    JournalTable table_;
    ReplaySettings replay_;
    Journal journal_;
    std::set<std::string> created_;
    Schema live_;
    Candidates candidates_;
    Managed managed_;
    AdoptReport report_;
};

}  // namespace

std::string_view to_string(AdoptOutcome outcome) {
    constexpr std::array<std::string_view, 5> names{"empty", "unrelated", "has_journal", "recognised",
                                                    "completed"};
    return names[static_cast<std::size_t>(outcome)];
}

AdoptReport adopt(Connection& connection, const Dialect& dialect, const History& history,
                  const AdoptSettings& settings, Reporter& reporter) {
    if (!settings.from.empty() && !contains(other_tool_names(), settings.from)) {
        throw Error(fmt::format("'{}' is not a tool whose table is known", settings.from))
            .at("--from")
            .state("nothing was changed")
            .hint(fmt::format("one of {}", fmt::join(other_tool_names(), ", ")))
            .exit_code(ExitCode::configuration);
    }
    return Adoption(connection, dialect, history, settings, reporter).run();
}

}  // namespace schemist
