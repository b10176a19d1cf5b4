#include "postgresql/progress.hpp"

#include <fmt/format.h>

namespace schemist::postgresql {

// Each view counts in blocks, and an index that is being sorted in rows.
std::string progress(schemist::Connection& observer, int process) {
    const Rows rows = observer.run_script(
        fmt::format("SELECT phase, round(100.0 * done / nullif(total, 0)) FROM ("
                    "SELECT phase, CASE WHEN blocks_total > 0 THEN blocks_done ELSE tuples_done END AS done, "
                    "CASE WHEN blocks_total > 0 THEN blocks_total ELSE tuples_total END AS total "
                    "FROM pg_stat_progress_create_index WHERE pid = {0} "
                    "UNION ALL SELECT lower(command) || ': ' || phase, heap_blks_scanned, heap_blks_total "
                    "FROM pg_stat_progress_cluster WHERE pid = {0} "
                    "UNION ALL SELECT 'vacuum: ' || phase, heap_blks_scanned, heap_blks_total "
                    "FROM pg_stat_progress_vacuum WHERE pid = {0} "
                    "UNION ALL SELECT 'analyze: ' || phase, sample_blks_scanned, sample_blks_total "
                    "FROM pg_stat_progress_analyze WHERE pid = {0}) AS progress LIMIT 1",
                    process));
    if (rows.empty()) {
        return {};
    }
    const std::string percent = rows.text(0, 1);
    return percent.empty() ? rows.text(0, 0) : fmt::format("{}, {} %", rows.text(0, 0), percent);
}

}  // namespace schemist::postgresql
