#include "cli/run_plan.hpp"

#include "history/target.hpp"
#include "postgresql/table_locks.hpp"
#include "runner/examine.hpp"
#include "runner/run_step.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace schemist::cli {
namespace {

std::vector<PlannedLock> locks_of(Connection& connection, const std::string& sql) {
    std::vector<PlannedLock> locks;
    for (const postgresql::LockTarget& target : postgresql::lock_targets(sql)) {
        const Rows rows =
            connection.query(fmt::format("SELECT c.oid::regclass::text, greatest(c.reltuples, 0)::bigint, "
                                         "pg_total_relation_size(c.oid) FROM pg_class c "
                                         "WHERE c.oid IN ({}) ORDER BY 1",
                                         postgresql::locked_relations_query(target)));
        for (std::size_t i = 0; i < rows.size(); ++i) {
            PlannedLock lock{target.mode, rows.text(i, 0), std::stoll(rows.text(i, 1)),
                             std::stoll(rows.text(i, 2))};
            if (std::ranges::find(locks, lock) == locks.end()) {
                locks.push_back(std::move(lock));
            }
        }
    }
    return locks;
}

PlannedRevision planned(Connection& connection, const Dialect& dialect, const Revision& revision) {
    PlannedRevision result{&revision, {}};
    for (const RunStep& step : run_steps(revision, Direction::upgrade, dialect)) {
        PlannedStep one{step.text, step.transactional, {}};
        if (connection.dialect() == DialectName::postgresql && !step.text.empty()) {
            one.locks = locks_of(connection, step.text);
        }
        result.steps.push_back(std::move(one));
    }
    return result;
}

}  // namespace

RunPlan plan_upgrade(Connection& connection, const Dialect& dialect, const History& history,
                     const Name& journal, std::string_view target) {
    const StatusReport report = status(connection, dialect, history, journal);
    refuse_partly_squashed(report.applied, history);
    std::vector<std::string> applied;
    for (const JournalRow& row : report.applied) {
        if (row.status == JournalStatus::applied && history.find(row.id) != nullptr) {
            applied.push_back(row.id);
        }
    }
    RunPlan plan{connection.description(), report.current, {}};
    for (const std::string& id : upgrade_path(history, applied, upgrade_targets(history, applied, target))) {
        plan.revisions.push_back(planned(connection, dialect, *history.find(id)));
    }
    return plan;
}

std::string size_text(std::int64_t bytes) {
    constexpr std::array<const char*, 5> units{"bytes", "kB", "MB", "GB", "TB"};
    auto size = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (size >= 1024 && unit + 1 < units.size()) {
        size /= 1024;
        ++unit;
    }
    return size < 10 && unit > 0 ? fmt::format("{:.1f} {}", size, units[unit])
                                 : fmt::format("{:.0f} {}", size, units[unit]);
}

}  // namespace schemist::cli
