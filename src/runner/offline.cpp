// An upgrade as a script.

#include "history/target.hpp"
#include "runner/examine.hpp"
#include "runner/executor.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <fmt/format.h>

namespace schemist {

namespace {

std::string sqlite_script(const JournalTable& table, const StepTransaction& transaction) {
    // SQLite has no way to stop a script but a constraint that fails; the shell must be told to stop there.
    std::string text = "PRAGMA foreign_keys = OFF;\nBEGIN IMMEDIATE;\n";
    if (!transaction.expected.exists) {
        text += table.create() + ";\n";
    } else {
        text += fmt::format(
            "CREATE TEMP TABLE schemist_guard (as_planned integer CHECK (as_planned));\n"
            "INSERT INTO schemist_guard SELECT coalesce(group_concat(state), '') = {} FROM (SELECT id || ':' "
            "|| status || ':' || "
            "step || ':' || in_flight AS state FROM {} ORDER BY sequence);\nDROP TABLE schemist_guard;\n",
            table.literal(transaction.expected.fingerprint()), table.quoted());
    }
    return text + transaction.step.text + "\n;\n" + transaction.journal_sql + ";\nCOMMIT;\n";
}

// Goes through the steps as a run does, and writes down what it would send.
class Script {
  public:
    Script(const Dialect& dialect, const RunOptions& options)
        : dialect_(dialect), options_(options), table_(dialect.name(), options.journal) {}

    void apply_without_sql(const Revision& revision) {
        const std::size_t count = has_section(revision, Direction::upgrade, dialect_.name())
                                      ? run_steps(revision, Direction::upgrade, dialect_).size()
                                      : 1;
        journal_.put(row(revision, count, count, 0));
    }

    void apply(const Revision& revision) {
        const std::vector<RunStep> steps = run_steps(revision, Direction::upgrade, dialect_);
        for (std::size_t number = 1; number <= steps.size(); ++number) {
            const RunStep& step = steps[number - 1];
            text_ += fmt::format("\n-- revision {}, step {} of {}: {}\n", revision.id, number, steps.size(),
                                 revision.message);
            if (step.transactional) {
                add(step, row(revision, number, steps.size(), 0));
                continue;
            }
            add({}, row(revision, number - 1, steps.size(), number));
            text_ += step.text + ";\n";
            add({}, row(revision, number, steps.size(), 0));
        }
    }

    std::string text() && { return std::move(text_); }

  private:
    JournalRow row(const Revision& revision, std::size_t step, std::size_t steps,
                   std::size_t in_flight) const {
        const JournalRow* before = journal_.find(revision.id);
        JournalRow result;
        result.id = revision.id;
        result.sequence = before == nullptr ? journal_.next_sequence() : before->sequence;
        result.parents = revision.parents;
        result.message = revision.message;
        result.checksum = checksum(revision, dialect_.name(), without_comments(dialect_));
        result.step = step;
        result.steps = steps;
        result.status = step == steps ? JournalStatus::applied : JournalStatus::running;
        result.in_flight = in_flight;
        result.run_id = "script";
        result.applied_by = options_.applied_by.empty() ? "script" : options_.applied_by;
        result.version = version;
        return result;
    }

    void add(const RunStep& step, const JournalRow& next) {
        const StepTransaction transaction{journal_, step, table_.put(next), {}, {}, false};
        if (dialect_.name() == DialectName::postgresql) {
            const GuardedScript script = postgresql_script(
                table_, transaction, {options_.lock_wait, options_.lock_timeout, options_.statement_timeout});
            text_ += script.begin + step.text + script.end;
        } else {
            text_ += sqlite_script(table_, transaction);
        }
        journal_.put(next);
    }

    const Dialect& dialect_;
    const RunOptions& options_;
    JournalTable table_;
    Journal journal_;
    std::string text_;
};

}  // namespace

std::string upgrade_script(const Dialect& dialect, const History& history,
                           std::span<const std::string> applied, std::string_view target,
                           const RunOptions& options) {
    for (const DataMigration& data : options.data_migrations) {
        if (history.find(data.revision) != nullptr) {
            throw Error(fmt::format("revision {} has a data migration in C++, which no script can run",
                                    data.revision))
                .hint("run the upgrade with the program itself")
                .exit_code(ExitCode::configuration);
        }
    }
    Script script(dialect, options);
    for (const std::string& id : upgrade_path(history, {}, applied)) {
        script.apply_without_sql(*history.find(id));
    }
    for (const std::string& id : upgrade_path(history, applied, upgrade_targets(history, applied, target))) {
        script.apply(*history.find(id));
    }
    const std::string_view shell =
        dialect.name() == DialectName::postgresql
            ? "-- Run with: psql --set ON_ERROR_STOP=1 --file FILE\n\\set ON_ERROR_STOP 1\n"
            : "-- Run with: sqlite3 DATABASE < FILE\n.bail on\n";
    std::string text = std::move(script).text();
    return text.empty() ? text : std::string(shell) + text;
}

}  // namespace schemist
