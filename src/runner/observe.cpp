// What the run's own server process is doing, seen from another connection.

#include "postgresql/progress.hpp"
#include "postgresql/table_locks.hpp"
#include "runner/postgresql_script.hpp"
#include "runner/run.hpp"

#include <schemist/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace schemist {

namespace {

std::string waits_for(Connection& observer, const JournalTable& table, const std::string& run_id) {
    const Rows worker = observer.run_script(fmt::format(
        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE {} AND state <> 'idle' LIMIT 1",
        table.literal(application_name(run_id) + ":%")));
    if (worker.empty()) {
        return {};
    }
    std::vector<std::string> found;
    const auto process = static_cast<int>(worker.integer(0, 0));
    for (const postgresql::Blocker& blocker : postgresql::waits_for(observer, process)) {
        found.push_back(blocker.who);
    }
    return found.empty() ? postgresql::progress(observer, process)
                         : fmt::format("waits for {}", fmt::join(found, "; "));
}

}  // namespace

// Called by the watcher's thread, on a connection of its own: the worker's is busy, and a query on the lock's would
// hold up CREATE INDEX CONCURRENTLY.
std::string Run::observe() {
    try {
        if (!observer_ || !observer_->alive()) {
            Reporter nobody;
            observer_ = options_.connect(nobody, false);
        }
        return waits_for(*observer_, table_, options_.run_id);
    } catch (const Error&) {  // no more than a remark is lost
        observer_.reset();
        return {};
    }
}

}  // namespace schemist
