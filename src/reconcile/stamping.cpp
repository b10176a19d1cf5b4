#include "reconcile/stamping.hpp"

#include "runner/examine.hpp"
#include "runner/executor.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <algorithm>
#include <array>
#include <thread>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

namespace schemist {
namespace {

using Clock = std::chrono::steady_clock;

std::string user_at_host() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const passwd* user = getpwuid(geteuid());
    return fmt::format("{}@{}", user == nullptr ? std::to_string(geteuid()) : user->pw_name, host.data());
}

std::string journal_sql(const std::vector<std::string>& revisions, const Dialect& dialect,
                        const History& history, const JournalTable& table, const RunOptions& options) {
    std::string sql;
    Journal journal;
    for (const std::string& id : revisions) {
        const Revision& revision = *history.find(id);
        JournalRow row;
        row.id = id;
        row.sequence = journal.next_sequence();
        row.parents = revision.parents;
        row.message = revision.message;
        row.checksum = checksum(revision, dialect.name(), without_comments(dialect));
        row.steps = has_section(revision, Direction::upgrade, dialect.name())
                        ? run_steps(revision, Direction::upgrade, dialect).size()
                        : 1;
        row.step = row.steps;
        row.run_id = options.run_id.empty() ? new_id() : options.run_id;
        row.applied_by = options.applied_by.empty() ? user_at_host() : options.applied_by;
        row.version = version;
        sql += (sql.empty() ? "" : ";\n") + table.put(row);
        journal.put(row);
    }
    return sql;
}

RunStep step_of(const std::vector<std::string>& statements, const Dialect& dialect) {
    RunStep step;
    for (const std::string& statement : statements) {
        step.text += (step.text.empty() ? "" : ";\n") + statement;
    }
    if (!step.text.empty()) {
        step.statements = dialect.split(step.text);
    }
    return step;
}

}  // namespace

bool stamp_when_unchanged(Connection& connection, const Dialect& dialect, const History& history,
                          const Journal& expected, const Stamping& stamping, const RunOptions& given,
                          Reporter& reporter) {
    RunOptions options = given;
    options.run_id = options.run_id.empty() ? new_id() : options.run_id;
    const JournalTable table(dialect.name(), options.journal);
    const auto executor = make_executor(connection, table,
                                        {options.lock_wait, options.lock_timeout, options.statement_timeout});
    const RunStep step = step_of(stamping.statements, dialect);
    StepTransaction transaction{expected, step,
                                journal_sql(stamping.revisions, dialect, history, table, options)};
    transaction.after = stamping.verify;
    const auto deadline = Clock::now() + options.lock_wait;
    auto next_word = Clock::now();
    while (true) {
        const StepOutcome outcome = executor->run(transaction);
        if (outcome != StepOutcome::busy) {
            return outcome == StepOutcome::done;
        }
        const std::string holder = executor->lock_holder().value_or("another process");
        if (Clock::now() >= deadline) {
            throw Error(fmt::format("the lock was not obtained: {} holds it", holder))
                .at(connection.description())
                .state("nothing was changed")
                .hint("wait until it has ended, and adopt again")
                .exit_code(ExitCode::lock);
        }
        if (Clock::now() >= next_word) {
            reporter.info(fmt::format("waiting for the lock: {} holds it", holder));
            next_word = Clock::now() + std::chrono::seconds(5);
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
}

}  // namespace schemist
