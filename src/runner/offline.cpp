// An upgrade, a downgrade or a stamp as a script.

#include "history/target.hpp"
#include "runner/examine.hpp"
#include "runner/executor.hpp"
#include "runner/journal_row.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

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

    // What is applied when the script begins.
    void begin_with(const Revision& revision) {
        journal_.put(by_script(applied_row(journal_, revision, dialect_)));
    }

    void run(const Revision& revision, Direction direction) {
        const std::vector<RunStep> steps = run_steps(revision, direction, dialect_);
        for (std::size_t number = 1; number <= steps.size(); ++number) {
            const RunStep& step = steps[number - 1];
            text_ += fmt::format("\n-- {}revision {}, step {} of {}: {}\n",
                                 direction == Direction::upgrade ? "" : "take back ", revision.id, number,
                                 steps.size(), revision.message);
            const JournalRow done = row(revision, direction, number, steps.size(), 0);
            const bool gone = direction == Direction::downgrade && number == steps.size();
            if (step.transactional) {
                add(step, done, gone);
                continue;
            }
            add({}, row(revision, direction, number - 1, steps.size(), number), false);
            text_ += step.text + ";\n";
            add({}, done, gone);
        }
    }

    // All of it in one transaction.
    void stamp(std::span<const std::string> wanted, const History& history) {
        std::string sql;
        Journal after = journal_;
        for (const JournalRow& row : journal_.rows) {
            if (std::ranges::find(wanted, row.id) == wanted.end()) {
                sql += table_.erase(row) + ";\n";
                after.erase(row.id);
            }
        }
        for (const std::string& id : wanted) {
            if (after.find(id) == nullptr) {
                Script next(dialect_, options_);
                next.journal_ = after;
                next.begin_with(*history.find(id));
                sql += table_.put(*next.journal_.find(id)) + ";\n";
                after = next.journal_;
            }
        }
        if (!sql.empty()) {
            text_ += fmt::format("\n-- stamp {}\n", fmt::join(current_heads(history, wanted), ", "));
            write({}, sql.substr(0, sql.size() - 2));
            journal_ = after;
        }
    }

    std::string text() && { return std::move(text_); }

  private:
    JournalRow row(const Revision& revision, Direction direction, std::size_t step, std::size_t steps,
                   std::size_t in_flight) const {
        return by_script(row_after(journal_, revision, direction, step, steps, in_flight, dialect_));
    }

    JournalRow by_script(JournalRow row) const {
        row.run_id = "script";
        row.applied_by = options_.applied_by.empty() ? "script" : options_.applied_by;
        row.version = version;
        return row;
    }

    void add(const RunStep& step, const JournalRow& next, bool gone) {
        write(step, gone ? table_.erase(next) : table_.put(next));
        if (gone) {
            journal_.erase(next.id);
        } else {
            journal_.put(next);
        }
    }

    void write(const RunStep& step, const std::string& journal_sql) {
        const StepTransaction transaction{journal_, step, journal_sql, {}, {}, false};
        if (dialect_.name() == DialectName::postgresql) {
            const GuardedScript script = postgresql_script(
                table_, transaction, {options_.lock_wait, options_.lock_timeout, options_.statement_timeout});
            text_ += script.begin + step.text + script.end;
        } else {
            text_ += sqlite_script(table_, transaction);
        }
    }

    const Dialect& dialect_;
    const RunOptions& options_;
    JournalTable table_;
    Journal journal_;
    std::string text_;
};

void refuse_data_migrations(const History& history, std::span<const std::string> path,
                            const RunOptions& options) {
    for (const DataMigration& data : options.data_migrations) {
        if (history.find(data.revision) != nullptr && std::ranges::find(path, data.revision) != path.end()) {
            throw Error(fmt::format("revision {} has a data migration in C++, which no script can run",
                                    data.revision))
                .hint("run the upgrade with the program itself")
                .exit_code(ExitCode::configuration);
        }
    }
}

Script script_from(const Dialect& dialect, const History& history, std::span<const std::string> applied,
                   const RunOptions& options) {
    Script script(dialect, options);
    for (const std::string& id : applied) {
        script.begin_with(*history.find(id));
    }
    return script;
}

std::string for_shell(Script script, DialectName dialect) {
    const std::string_view shell =
        dialect == DialectName::postgresql
            ? "-- Run with: psql --set ON_ERROR_STOP=1 --file FILE\n\\set ON_ERROR_STOP 1\n"
            : "-- Run with: sqlite3 DATABASE < FILE\n.bail on\n";
    std::string text = std::move(script).text();
    return text.empty() ? text : std::string(shell) + text;
}

std::string script_along(const Dialect& dialect, const History& history, std::span<const std::string> applied,
                         Direction direction, std::span<const std::string> path, const RunOptions& options) {
    refuse_data_migrations(history, path, options);
    Script script = script_from(dialect, history, applied, options);
    for (const std::string& id : path) {
        script.run(*history.find(id), direction);
    }
    return for_shell(std::move(script), dialect.name());
}

}  // namespace

std::string upgrade_script(const Dialect& dialect, const History& history,
                           std::span<const std::string> applied, std::string_view target,
                           const RunOptions& options) {
    return script_along(dialect, history, applied, Direction::upgrade,
                        upgrade_path(history, applied, upgrade_targets(history, applied, target)), options);
}

std::string downgrade_script(const Dialect& dialect, const History& history,
                             std::span<const std::string> applied, std::string_view target,
                             const RunOptions& options) {
    return script_along(dialect, history, applied, Direction::downgrade,
                        downgrade_path(history, applied, target), options);
}

std::string stamp_script(const Dialect& dialect, const History& history, std::span<const std::string> applied,
                         std::span<const std::string> targets, const RunOptions& options) {
    Script script = script_from(dialect, history, applied, options);
    script.stamp(stamped(history, applied, targets), history);
    return for_shell(std::move(script), dialect.name());
}

}  // namespace schemist
