#include "runner/runner.hpp"

#include "history/target.hpp"
#include "runner/applied_by.hpp"
#include "runner/examine.hpp"
#include "runner/journal_row.hpp"
#include "runner/run.hpp"

#include <schemist/error.hpp>
#include <schemist/version.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace schemist {

RunReport upgrade(Connection& connection, const Dialect& dialect, const History& history,
                  std::string_view target, const RunOptions& options, Reporter& reporter) {
    return Run(connection, dialect, history, options, reporter).upgrade(target);
}

RunReport downgrade(Connection& connection, const Dialect& dialect, const History& history,
                    std::string_view target, const RunOptions& options, Reporter& reporter) {
    return Run(connection, dialect, history, options, reporter).downgrade(target);
}

StampReport stamp(Connection& connection, const Dialect& dialect, const History& history,
                  std::span<const std::string> targets, bool purge, const RunOptions& options,
                  Reporter& reporter) {
    return Run(connection, dialect, history, options, reporter).stamp(targets, purge);
}

StampReport Run::stamp(std::span<const std::string> targets, bool purge) {
    while (true) {
        read();
        if (!purge) {
            refuse_unknown(journal_, history_, "the stamp was not set");
        }
        const std::vector<std::string> applied = applied_ids(journal_, history_);
        const std::vector<std::string> wanted =
            stamped(history_, purge ? std::vector<std::string>{} : applied, targets);
        StampReport report;
        Journal after = journal_;
        std::string sql;
        for (const JournalRow& row : journal_.rows) {
            if (purge || std::find(wanted.begin(), wanted.end(), row.id) == wanted.end()) {
                report.removed.push_back(row.id);
                after.erase(row.id);
                sql += table_.erase(row) + ";\n";
            }
        }
        for (const std::string& id : wanted) {
            const Revision& revision = *history_.find(id);
            const JournalRow* before = after.find(id);
            if (before == nullptr || before->status != JournalStatus::applied) {
                report.added.push_back(id);
            }
            for (const JournalRow& part : before == nullptr ? std::vector<JournalRow>{} : before->parts) {
                report.removed.push_back(part.id);
                sql += table_.erase(part) + ";\n";
            }
            JournalRow row = applied_row(after, revision, dialect_);
            row.run_id = options_.run_id;
            row.applied_by = applied_by(options_);
            row.version = version;
            sql += table_.put(row) + ";\n";
            after.put(row);
        }
        std::erase_if(report.removed,
                      [&](const std::string& id) { return std::erase(report.added, id) > 0; });
        if (sql.empty() && !journal_.exists) {
            return report;
        }
        const RunStep nothing;
        switch (session_.executor().run(
            {journal_, nothing, sql.empty() ? std::string("SELECT 1") : sql.substr(0, sql.size() - 2)})) {
            case StepOutcome::done:
                return report;
            case StepOutcome::busy:
                wait_for_lock();
                break;
            case StepOutcome::changed:
                break;
        }
    }
}

}  // namespace schemist
